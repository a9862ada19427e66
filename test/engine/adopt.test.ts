import { expect, test } from 'vitest';
import { State } from '../../local/kernel/state.ts';
import { EmbeddedStore } from '../../local/store/embedded-store.ts';
import type { Workbench } from '../../shared/actions/action.ts';
import { copyImage } from '../../shared/actions/copy-image.ts';
import { Ledger } from '../../shared/actions/ledger.ts';
import { known } from '../../shared/model/evidence.ts';
import { type Image, keyOf } from '../../shared/model/image.ts';
import { marksFor } from '../../shared/model/marks.ts';
import type { ActionOf } from '../../shared/model/plan.ts';
import type { Images } from '../../shared/ports/images.ts';
import { abroad, account, copyOf, home, idOf, image, marked, now, record } from '../rules/make.ts';

const root = marked(image(1));
const action: ActionOf<'copy-image'> = {
  kind: 'copy-image',
  image: keyOf(root),
  root: keyOf(root),
  policy: 'golden',
  mode: 'apply',
  why: [],
  request: { source: keyOf(root), region: abroad, name: root.name, tags: {} },
  generation: 1,
};
const fresh = idOf(99);

/** @returns the id that the action ends with, when EC2 shows this image for the root */
async function copied(present: Image, prepare: (ledger: Ledger) => Promise<unknown> = async () => undefined) {
  const ledger = new Ledger(new EmbeddedStore(new State(), home));
  await prepare(ledger);
  const images = { copiesOf: async () => [present], copy: async () => fresh } as Partial<Images> as Images;
  const clock = { now: () => now, sleep: async () => undefined };
  const run = { account, role: 'on-image-event', run: 'run', policyHash: 'hash' } as const;
  const bench = { images, ledger, clock, ...run } as Partial<Workbench> as Workbench;
  const { detail } = await copyImage.apply(action, bench);
  return detail.copyId;
}

/** No copy at all: EC2 names no source, only a tag that anybody may write claims one. */
const impostor = image(50, { region: abroad, tags: known(marksFor(keyOf(root), root.createdAt, 'golden')) });

test('a copy that EC2 traces to the root is adopted, marked or not', async () => {
  const copy = copyOf(root, 11, { tags: known({}) });
  expect(await copied(copy)).toBe(copy.id);
});

test('F73 an image that only a tag calls a copy of the root is not adopted', async () => {
  expect(await copied(impostor)).toBe(fresh);
});

test('F73 nor is a copy of another image that carries the root in a tag', async () => {
  expect(await copied({ ...impostor, sourceImageId: idOf(77), sourceImageRegion: home })).toBe(fresh);
});

test('an image without a source that our record knows as the copy is adopted', async () => {
  const known = record(impostor, { role: 'copy', root: keyOf(root) });
  expect(await copied(impostor, (ledger) => ledger.saveImage(keyOf(impostor), () => known))).toBe(impostor.id);
});
