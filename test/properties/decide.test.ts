import { expect, test } from 'vitest';
import { codes } from '../../shared/model/codes.ts';
import { keyOf } from '../../shared/model/image.ts';
import type { Inventory } from '../../shared/model/inventory.ts';
import { decide } from '../../shared/rules/decide.ts';
import { sentence } from '../../shared/rules/explain.ts';
import { now } from '../rules/make.ts';
import { simulate } from './simulate.ts';
import { everywhere, imagesOf } from './support.ts';

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
