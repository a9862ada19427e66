import { expect, test } from 'vitest';
import { known, unknown } from '../../shared/model/evidence.ts';
import { keyOf } from '../../shared/model/image.ts';
import type { Inventory } from '../../shared/model/inventory.ts';
import type { Selector } from '../../shared/model/policy.ts';
import { decide } from '../../shared/rules/decide.ts';
import { copy, kept, newer, root } from './expiring.ts';
import { compiled, inventory, now, policy, records, retain, selector } from './make.ts';

const lent = 'account:222233334444';

/** A policy that would disable the old lineage, and one that may match it too and wants to keep it. */
function heldBy(select: Partial<Selector>, more: Partial<Inventory> = {}) {
  const careful = policy({ name: 'careful', select: selector(select), retain: retain({ keepLast: 100 }) });
  const world = inventory([root, copy, ...newer], { records: records({ images: kept }), ...more });
  const plan = decide(world, compiled(policy({ retain: retain() }), careful), now);
  const codes = plan.held.flatMap(({ guards }) => guards.map(({ code, data }) => [code, data?.key]));
  const taken = plan.actions.filter(({ kind }) => kind !== 'mark-image');
  return { codes: codes.filter(([code]) => code === 'selection-undecided'), taken };
}

test('nothing is taken while a policy that could keep it is undecided', () => {
  const { codes, taken } = heldBy({ sharedWith: [lent] });
  expect(codes[0]).toEqual(['selection-undecided', 'sharedWith']);
  expect(taken).toEqual([]);
});

test('evidence that could not be read is as good as none', () => {
  const grants = { [keyOf(root)]: unknown<never>('denied') };
  expect(heldBy({ sharedWith: [lent] }, { grants }).taken).toEqual([]);
});

test('once the answer is no, the other policies go on', () => {
  const grants = { [keyOf(root)]: known([]) };
  const { codes, taken } = heldBy({ sharedWith: [lent] }, { grants });
  expect(codes).toEqual([]);
  expect(taken.map(({ kind }) => kind)).toEqual(['disable-image', 'disable-image']);
});

test('once the answer is yes, the careful policy keeps the image', () => {
  const grants = { [keyOf(root)]: known([lent]) };
  expect(heldBy({ sharedWith: [lent] }, { grants }).taken).toEqual([]);
});
