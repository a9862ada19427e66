import { describe, expect, test } from 'vitest';
import { known } from '../../shared/model/evidence.ts';
import { type Image, keyOf } from '../../shared/model/image.ts';
import type { Inventory } from '../../shared/model/inventory.ts';
import type { ActionOf, Plan } from '../../shared/model/plan.ts';
import type { CopyPolicy } from '../../shared/model/policy.ts';
import { day, minute } from '../../shared/model/time.ts';
import { decide } from '../../shared/rules/decide.ts';
import {
  abroad,
  compiled,
  copyOf,
  copyTo,
  image,
  intent,
  intents,
  inventory,
  marked,
  now,
  policy,
  records,
  regions,
} from './make.ts';
import { told } from './told.ts';

const root = marked(image(1), { Team: 'platform' });

const planFor = (images: Image[], more: Partial<Inventory> = {}, copy: Partial<CopyPolicy> = {}): Plan =>
  told(decide(inventory(images, more, regions), compiled(policy({ copy: { ...copyTo(abroad), ...copy } })), now));
const copies = (plan: Plan): ActionOf<'copy-image'>[] => plan.actions.filter((action) => action.kind === 'copy-image');
const codeOf = (plan: Plan, one: Image) => plan.verdicts.find(({ image: key }) => key === keyOf(one))?.code;

/** Generation of the copy that is made, or nothing. */
const _made = (plan: Plan): number | undefined => copies(plan)[0]?.generation;

describe('F07 a failed copy', () => {
  const failed = copyOf(root, 2, { state: 'failed', stateReason: 'Given key ID is not accessible' });

  test('of ours is cleaned up with its snapshots before the next try', () => {
    const { actions } = planFor([root, failed]);
    expect(actions).toMatchObject([
      {
        kind: 'clean-up-copy',
        image: keyOf(failed),
        snapshots: failed.snapshots,
        reason: 'Given key ID is not accessible',
      },
    ]);
  });

  test('without marks is known by its intent, and marked, since no role removes what is not', () => {
    const bare = { ...failed, tags: known({}) };
    const named = { records: records({ intents: intents(intent(root, { copyId: failed.id })) }) };
    expect(planFor([root, bare], named).actions.map(({ kind }) => kind)).toEqual(['mark-image', 'clean-up-copy']);
  });

  test('of somebody else is left where it is, and ours is made beside it under another name', () => {
    const [action] = copies(planFor([root, { ...failed, tags: known({}) }]));
    expect(action?.request.name).toMatch(/^golden-1-[0-9a-f]{7}$/);
  });
});

describe('F21 copies under way are limited per target Region', () => {
  const second = marked(image(3, { createdAt: now - 99 * day }));
  const pending = copyOf(second, 4, { state: 'pending' });
  test.each([
    [1, 0],
    [2, 1],
  ])('limit %i with one pending: %i more', (maxInFlight, count) => {
    const plan = planFor([root, second, pending], {}, { maxInFlight });
    expect(copies(plan)).toHaveLength(count);
    if (count === 0) expect(codeOf(plan, root)).toBe('copy-slots-taken');
  });

  test('the newest root gets the first free slot', () => {
    expect(copies(planFor([root, second], {}, { maxInFlight: 1 })).map((one) => one.image)).toEqual([keyOf(second)]);
  });

  test('an intent that EC2 does not show yet takes a slot', () => {
    const young = intent(second, { state: 'intent', since: now - minute });
    expect(
      copies(planFor([root, second], { records: records({ intents: intents(young) }) }, { maxInFlight: 1 })),
    ).toEqual([]);
  });
});
