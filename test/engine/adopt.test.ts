import { expect, test } from 'vitest';
import { State } from '../../local/kernel/state.ts';
import { EmbeddedStore } from '../../local/store/embedded-store.ts';
import type { Workbench } from '../../shared/actions/action.ts';
import { copyImage } from '../../shared/actions/copy-image.ts';
import { Ledger } from '../../shared/actions/ledger.ts';
import { PortError } from '../../shared/model/errors.ts';
import { known } from '../../shared/model/evidence.ts';
import { type Image, keyOf } from '../../shared/model/image.ts';
import { marksFor } from '../../shared/model/marks.ts';
import type { ActionOf } from '../../shared/model/plan.ts';
import { minute } from '../../shared/model/time.ts';
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

/** Tries twice, some time apart: the first answer is lost, and by the second time EC2 has forgotten the token. */
async function again(later: number) {
  const ledger = new Ledger(new EmbeddedStore(new State(), home));
  const names: string[] = [];
  let at = now;
  const copy = async ({ name }: { name: string }) => {
    const isTaken = names.includes(name);
    names.push(name);
    const where = { operation: 'CopyImage', region: abroad };
    if (isTaken) throw new PortError('name-taken', { ...where, code: 'InvalidAMIName.Duplicate' }, 'taken');
    if (names.length === 1) throw new PortError('unavailable', { ...where, code: 'Unavailable' }, 'lost');
    return fresh;
  };
  const images = { copiesOf: async () => [], copy } as Partial<Images> as Images;
  const run = { account, role: 'on-image-event', run: 'run', policyHash: 'hash' } as const;
  const clock = { now: () => at, sleep: async () => undefined };
  const bench = { images, ledger, clock, ...run } as Partial<Workbench> as Workbench;
  await copyImage.apply(action, bench);
  at += later;
  const { status } = await copyImage.apply(action, bench);
  return { status, names };
}

test.each([
  ['just after the first try', 0, 'waiting'],
  ['until it must be listed', 5 * minute - 1, 'waiting'],
  ['and no longer', 5 * minute, 'done'],
])('F23 a name that our own unlisted copy may hold is not given up: %s', async (_when, later, status) => {
  const tried = await again(later);
  expect(tried.status).toBe(status);
  expect(new Set(tried.names).size).toBe(status === 'done' ? 2 : 1);
});

test('F23 a name that was taken before the first try is given up at once', async () => {
  const names: string[] = [];
  const copy = async ({ name }: { name: string }) => {
    names.push(name);
    if (names.length > 1) return fresh;
    throw new PortError('name-taken', { operation: 'CopyImage', region: abroad, code: 'InvalidAMIName.Duplicate' }, '');
  };
  const images = { copiesOf: async () => [], copy } as Partial<Images> as Images;
  const ledger = new Ledger(new EmbeddedStore(new State(), home));
  const clock = { now: () => now, sleep: async () => undefined };
  const run = { account, role: 'on-image-event', run: 'run', policyHash: 'hash' } as const;
  const bench = { images, ledger, clock, ...run } as Partial<Workbench> as Workbench;
  expect((await copyImage.apply(action, bench)).status).toBe('done');
  expect(names).toHaveLength(2);
});
