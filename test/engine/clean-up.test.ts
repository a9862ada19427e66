import { expect, test } from 'vitest';
import { State } from '../../local/kernel/state.ts';
import { EmbeddedStore } from '../../local/store/embedded-store.ts';
import type { Workbench } from '../../shared/actions/action.ts';
import { cleanUpCopy } from '../../shared/actions/clean-up-copy.ts';
import { Ledger } from '../../shared/actions/ledger.ts';
import { known } from '../../shared/model/evidence.ts';
import { type Image, keyOf } from '../../shared/model/image.ts';
import { approved, mark } from '../../shared/model/marks.ts';
import type { ActionOf } from '../../shared/model/plan.ts';
import type { Images } from '../../shared/ports/images.ts';
import { account, copyOf, home, image, now } from '../rules/make.ts';

const failed = copyOf(image(1), 9, { state: 'error', tags: known({ [mark.reap]: approved }) });

/** Applies the clean-up of a copy that EC2 shows like this. */
async function cleanUp(shown: Image) {
  const removed: string[] = [];
  const deregister = async ({ id }: { id: string }) => {
    removed.push(id);
    return [];
  };
  const images = { get: async () => shown, deregister, rehearse: async () => undefined } as Partial<Images> as Images;
  const ledger = new Ledger(new EmbeddedStore(new State(), home));
  const bench = { images, ledger, account, clock: { now: () => now }, run: 'r', policyHash: 'h' } as Partial<Workbench>;
  const action = {
    kind: 'clean-up-copy',
    image: keyOf(shown),
    root: keyOf(image(1)),
    policy: 'golden',
    approved: true,
  };
  const { status } = await cleanUpCopy.apply(
    { ...action, why: [] } as unknown as ActionOf<'clean-up-copy'>,
    bench as Workbench,
  );
  return { status, removed };
}

test('a copy that failed is removed', async () => {
  expect(await cleanUp(failed)).toEqual({ status: 'done', removed: [failed.id] });
});

test('but not one that was launched since it was decided on: it had become available', async () => {
  expect(await cleanUp({ ...failed, lastLaunchedAt: known(now) })).toEqual({ status: 'blocked', removed: [] });
});
