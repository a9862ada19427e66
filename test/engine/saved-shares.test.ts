import { expect, it } from 'vitest';
import { State } from '../../local/kernel/state.ts';
import { EmbeddedStore } from '../../local/store/embedded-store.ts';
import type { Workbench } from '../../shared/actions/action.ts';
import { disableImage } from '../../shared/actions/ladder.ts';
import { Ledger } from '../../shared/actions/ledger.ts';
import { type Evidence, known, unknown } from '../../shared/model/evidence.ts';
import { keyOf } from '../../shared/model/image.ts';
import type { ActionOf } from '../../shared/model/plan.ts';
import type { Principal } from '../../shared/model/policy.ts';
import type { Images } from '../../shared/ports/images.ts';
import { account, home, image, marked, now } from '../rules/make.ts';

const one = marked(image(1));
const friend: Principal = 'account:222233334444';

/** Disables the image. @returns whom the record names, and how often EC2 was asked who may use it */
async function saved(decided: Evidence<readonly Principal[]> | undefined, answers: readonly Principal[][]) {
  const ledger = new Ledger(new EmbeddedStore(new State(), home));
  let asked = 0;
  const images: Partial<Images> = {
    get: async () => one,
    rehearse: async () => undefined,
    grants: async () => answers[asked++],
    disable: async () => undefined,
  };
  const grants = decided && { [keyOf(one)]: decided };
  const bench = { images, ledger, account, clock: { now: () => now }, run: 'r', policyHash: 'h', grants };
  const action = { kind: 'disable-image', image: keyOf(one), root: keyOf(one), policy: 'golden', why: [] };
  await disableImage.apply(action as unknown as ActionOf<'disable-image'>, bench as unknown as Workbench);
  return { asked, saved: (await ledger.image(keyOf(one)))?.savedGrants };
}

it.each<[string, Evidence<readonly Principal[]> | undefined]>([
  ['nobody has looked before', undefined],
  ['they could not be read before', unknown('denied')],
  ['there were some before', known([friend])],
])('F30 permissions that are read as none right before a disable are read again where %s', async (_case, decided) => {
  expect(await saved(decided, [[], [friend]])).toEqual({ asked: 2, saved: [friend] });
});

it('F30 none twice, when it was decided and right before, is none', async () => {
  expect(await saved(known([]), [[], [friend]])).toEqual({ asked: 1, saved: [] });
});

it('F62 who was given a permission since it was decided is saved', async () => {
  expect(await saved(known([]), [[friend]])).toEqual({ asked: 1, saved: [friend] });
});
