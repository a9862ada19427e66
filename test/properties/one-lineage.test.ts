import { expect, test } from 'vitest';
import { keyOf } from '../../shared/model/image.ts';
import type { Plan } from '../../shared/model/plan.ts';
import { decide, decideFor } from '../../shared/rules/decide.ts';
import { lineagesOf } from '../../shared/rules/lineages.ts';
import { now } from '../rules/make.ts';
import { everywhere, imagesOf } from './support.ts';

test.each(['lineage', 'account'] as const)(
  'the plan for one lineage is its part of the plan for all, with %s in view',
  (scope) => {
    let met = 0;
    everywhere((world) => {
      const inventory = { ...world.inventory, scope };
      const whole = decide(inventory, world.policy, now);
      const lineages = lineagesOf(inventory);
      for (const { root } of [lineages.at(0), lineages.at(-1)].flatMap((lineage) => lineage ?? [])) {
        const of = <T extends { readonly root: string }>(all: readonly T[]): T[] =>
          all.filter((one) => one.root === root);
        const { actions, held, halted, verdicts } = whole;
        const part: Plan = { actions: of(actions), held: of(held), halted: of(halted), verdicts: of(verdicts) };
        expect(JSON.stringify(decideFor(root, inventory, world.policy, now))).toBe(JSON.stringify(part));
        met += part.actions.length;
      }
    });
    expect(met).toBeGreaterThan(100);
  },
);

test('the plan for an image that is the root of no lineage is empty', () => {
  everywhere((world) => {
    const roots = new Set(lineagesOf(world.inventory).map(({ root }) => root));
    const inventory = { ...world.inventory, scope: 'lineage' as const };
    const other = imagesOf(world)
      .map(keyOf)
      .find((image) => !roots.has(image));
    if (other) expect(decideFor(other, inventory, world.policy, now).verdicts).toEqual([]);
  });
});
