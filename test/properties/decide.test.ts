import fc from 'fast-check';
import { expect, test } from 'vitest';
import { codes } from '../../shared/model/codes.ts';
import { type Image, keyOf } from '../../shared/model/image.ts';
import type { Inventory } from '../../shared/model/inventory.ts';
import { decide } from '../../shared/rules/decide.ts';
import { sentence } from '../../shared/rules/explain.ts';
import { now } from '../rules/make.ts';
import { simulate } from './simulate.ts';
import { everywhere, imagesOf, isRevoked, isTaking, seed, taking } from './support.ts';
import { worlds } from './worlds.ts';

/** The same things in another order: arrays reversed where order means nothing, keys reversed everywhere. */
function shuffled<T>(value: T): T {
  if (Array.isArray(value)) return [...value].reverse().map(shuffled) as T;
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(
    Object.entries(value)
      .reverse()
      .map(([key, part]) => [key, key === 'request' ? part : shuffled(part)]),
  ) as T;
}

/** Snapshots and the like keep their order inside an image. */
const reordered = (inventory: Inventory): Inventory => {
  const other = shuffled(inventory);
  return { ...other, images: shuffled(inventory.images) };
};

test('every image seen gets exactly one verdict, and every reason is a sentence', () => {
  everywhere((world, plan) => {
    expect(plan.verdicts.map(({ image }) => image)).toEqual(imagesOf(world).map(keyOf).sort());
    for (const verdict of plan.verdicts) {
      expect(verdict.reasons[0]?.code).toBe(verdict.code);
      for (const reason of verdict.reasons) {
        expect(codes[reason.code]).toBeDefined();
        expect(sentence(reason)).not.toMatch(/something unnamed|undefined/);
      }
    }
    for (const { guards, why } of plan.held) expect(guards.length * why.length).toBeGreaterThan(0);
  });
});

test('equal inputs in another order give the very same bytes', () => {
  everywhere((world, plan) => {
    const policy = { ...world.policy, policies: [...world.policy.policies].reverse() };
    expect(JSON.stringify(decide(reordered(world.inventory), policy, now))).toBe(JSON.stringify(plan));
  });
});

test('a plan that was carried out leaves nothing to do', () => {
  everywhere((world, first) => {
    let plan = first;
    let { inventory } = world;
    for (let round = 0; round < 12 && plan.actions.some(({ mode }) => mode === 'apply'); round++) {
      inventory = simulate(plan, inventory, now);
      plan = decide(inventory, world.policy, now);
    }
    expect(plan.actions.filter(({ mode }) => mode === 'apply')).toEqual([]);
  });
});

test('the worlds reach every kind of action and every guard', () => {
  const seen = new Set<string>();
  const taken = new Map<string, number>();
  everywhere((_world, plan) => {
    for (const { kind, mode } of plan.actions) seen.add(`${kind} ${mode}`);
    for (const kind of new Set(plan.actions.filter(isTaking).map((action) => action.kind)))
      taken.set(kind, (taken.get(kind) ?? 0) + 1);
    if (plan.actions.some(isRevoked)) taken.set('revoked', (taken.get('revoked') ?? 0) + 1);
    for (const { guards } of plan.held) for (const { code } of guards) seen.add(code);
    for (const { reasons } of plan.verdicts) for (const { code } of reasons) seen.add(code);
  });
  for (const kind of [...taking, 'revoked']) expect(taken.get(kind) ?? 0, kind).toBeGreaterThanOrEqual(30);
  const giving = ['mark-image', 'clean-up-copy', 'copy-image', 'share-image', 'publish-image'];
  const undoing = ['enable-image', 'cancel-deprecation', 'return-shares'];
  const kinds = [...giving, ...undoing, 'share-snapshots', 'grant-key', 'request-usage-report', ...taking];
  const expected = [...kinds.map((kind) => `${kind} apply`), ...Object.keys(codes)];
  const unreached = ['no-policy', 'ambiguous-origin', 'retired-here', 'cannot-be-public', 'speaks-for-copies'];
  // What lies in the Recycle Bin is looked up where people restore, and decided by nobody.
  unreached.push('in-bin');
  // Told by the purge of what deregistered images left, which no plan holds.
  unreached.push('snapshot-refused', 'snapshot-shared', 'snapshot-unmarked');
  // No world has fifty tags on an image, or a thousand who share it.
  unreached.push('tags-dropped', 'marks-lack-room', 'share-beyond-quota');
  expect(expected.filter((word) => !seen.has(word) && !unreached.includes(word))).toEqual([]);
});

test('work grows with the number of images, not with its square', () => {
  const looks = (times: number): number => {
    let count = 0;
    const [sample] = fc.sample(worlds, { numRuns: 40, seed }).sort((a, b) => imagesOf(b).length - imagesOf(a).length);
    if (!sample) throw new Error('no sample');
    const watch = (image: Image): Image =>
      new Proxy(image, {
        get: (target, key) => {
          count++;
          return Reflect.get(target, key);
        },
      });
    const copies = Array.from({ length: times }, (_none, index) => (image: Image): Image => {
      const shift = (id: string): string => `ami-${index.toString(16).padStart(4, '0')}${id.slice(-13)}`;
      const source = image.sourceImageId === undefined ? {} : { sourceImageId: shift(image.sourceImageId) };
      return watch({ ...image, ...source, id: shift(image.id), name: `${image.name}-${index}` });
    });
    const images = Object.fromEntries(
      Object.entries(sample.inventory.images).map(([region, evidence]) => [
        region,
        evidence.complete
          ? { complete: true as const, value: evidence.value.flatMap((image) => copies.map((make) => make(image))) }
          : evidence,
      ]),
    );
    decide({ ...sample.inventory, images }, sample.policy, now);
    return count;
  };
  const few = looks(25);
  expect(looks(100) / few).toBeLessThan(6);
});
