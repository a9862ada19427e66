import { describe, expect, test } from 'vitest';
import { known } from '../../shared/model/evidence.ts';
import { type Image, keyOf, tagsOf } from '../../shared/model/image.ts';
import type { Plan } from '../../shared/model/plan.ts';
import type { RetainPolicy, Window } from '../../shared/model/policy.ts';
import type { ImageRecord } from '../../shared/model/records.ts';
import { day, hour, type Instant } from '../../shared/model/time.ts';
import { decide } from '../../shared/rules/decide.ts';
import { copy, kept, newer, root, use } from './expiring.ts';
import { compiled, inventory, now, policy, record, recorded, records, retain } from './make.ts';

const notice = { before: 7 * day, owner: '{tag:Owner}' };
const owned = (image: Image): Image => ({ ...image, tags: known({ ...tagsOf(image), Owner: 'team@example.com' }) });

interface Given {
  /** When the disabling is due, from now. */
  readonly dueIn?: number;
  readonly told?: NonNullable<ImageRecord['notice']>;
  readonly disabledAgo?: number;
  readonly retain?: Partial<RetainPolicy>;
  readonly mode?: 'plan' | 'apply';
  readonly used?: boolean;
  readonly scope?: 'account' | 'lineage';
}

function planOf({ dueIn = 0, told, disabledAgo, used, scope = 'account', mode = 'apply', ...given }: Given): Plan {
  const deprecationAt = now + dueIn - 30 * day;
  const disabled = disabledAgo !== undefined;
  const old = [owned(root), copy].map((image): Image => {
    return { ...image, deprecationAt, ...(disabled && { state: 'disabled' as const }) };
  });
  const disabledAt = now - (disabledAgo ?? 0);
  const more = disabled ? { disabledAt, checkedAt: disabledAt, savedGrants: [] } : {};
  const mine = recorded(
    record(root, { finishedAt: now - 299 * day, ...more, ...(told && { notice: told }) }),
    record(copy, { ...more, root: keyOf(root), role: 'copy' }),
  );
  const world = inventory([...old, ...newer], {
    scope,
    records: records({ images: { ...kept, ...mine } }),
    ...(used && { usage: use(root) }),
  });
  return decide(world, compiled(policy({ mode, retain: retain({ notice, ...given.retain }) })), now);
}

const steps = ({ actions }: Plan): string[] => [...new Set(actions.map(({ kind }) => kind))];
const verdictOf = ({ verdicts }: Plan) => verdicts.find(({ image }) => image === keyOf(root));
const told = (ago: number, step: 'disable-image' | 'deregister-image' = 'disable-image') => ({ step, at: now - ago });

describe('before an image is disabled', () => {
  test.each<[string, Given, string[]]>([
    ['nothing is said too early', { dueIn: 7 * day + 1 }, []],
    ['its owner is told as early as the policy wants it', { dueIn: 7 * day }, ['give-notice']],
    ['and when that time has passed', { dueIn: -day }, ['give-notice']],
    ['it waits for the notice', { told: told(7 * day - 1) }, []],
    ['and is disabled when the notice is old enough', { told: told(7 * day) }, ['disable-image']],
    ['not before it is due', { dueIn: 1, told: told(8 * day) }, []],
    ['a notice of the other step does not count', { told: told(8 * day, 'deregister-image') }, ['give-notice']],
    ['a notice of before it was deprecated does not count', { told: told(31 * day) }, ['give-notice']],
    ['nobody is told of what a guard holds', { used: true }, []],
    ['nor of anything in a look at one lineage', { scope: 'lineage' }, []],
    ['without notice in the policy it goes at once', { retain: { notice: undefined as never } }, ['disable-image']],
  ])('%s', (_name, given, expected) => expect(steps(planOf(given))).toEqual(expected));
});

describe('before it is deregistered', () => {
  test.each<[string, Given, string[]]>([
    ['nothing is said too early', { disabledAgo: 23 * day - 1 }, []],
    ['its owner is told', { disabledAgo: 23 * day }, ['give-notice']],
    ['the notice of the disabling does not count', { disabledAgo: 40 * day, told: told(45 * day) }, ['give-notice']],
    ['it waits', { disabledAgo: 40 * day, told: told(7 * day - 1, 'deregister-image') }, []],
    ['and is approved', { disabledAgo: 40 * day, told: told(7 * day, 'deregister-image') }, ['approve-removal']],
    [
      'a notice of an earlier quarantine does not count',
      { disabledAgo: 40 * day, told: told(41 * day, 'deregister-image') },
      ['give-notice'],
    ],
  ])('%s', (_name, given, expected) => expect(steps(planOf(given))).toEqual(expected));
});

test('one notice for a lineage says what, when and whom it concerns', () => {
  const { actions } = planOf({ dueIn: 2 * day });
  expect(actions).toMatchObject([
    {
      kind: 'give-notice',
      image: keyOf(root),
      step: 'disable-image',
      due: now + 7 * day,
      owners: ['team@example.com'],
      images: [keyOf(root), keyOf(copy)],
    },
  ]);
});

test('the verdict says what is waited for, and until when', () => {
  expect(verdictOf(planOf({}))).toMatchObject({
    code: 'notice-due',
    next: { step: 'disable-image', at: now + 7 * day },
  });
  expect(verdictOf(planOf({ told: told(day) }))).toMatchObject({ code: 'notice-wait', next: { at: now + 6 * day } });
});

test('in mode plan a notice is shown and not given', () => {
  expect(planOf({ mode: 'plan' }).actions.map(({ kind, mode }) => [kind, mode])).toEqual([['give-notice', 'plan']]);
});

test('a notice may be given while the window is closed, the step not', () => {
  const window: Window = { days: ['TUE'], from: 0, to: 1440, timezone: 'UTC' };
  expect(steps(planOf({ retain: { window } }))).toEqual(['give-notice']);
  expect(steps(planOf({ retain: { window }, told: told(8 * day) }))).toEqual([]);
});

test('where images leave alone, each has a notice of its own', () => {
  const plan = planOf({ retain: { unit: 'image' } });
  expect(plan.actions.map(({ kind, image }) => [kind, image])).toEqual(
    [keyOf(copy), keyOf(root)].map((key) => ['give-notice', key]),
  );
});

test('of several policies the earliest notice holds, and all owners are told', () => {
  const other = { before: 10 * day, owner: 'cloud@example.com' };
  const image = owned({ ...root, deprecationAt: now - 40 * day });
  const world = inventory([image, { ...copy, deprecationAt: now - 40 * day }, ...newer], {
    records: records({ images: kept }),
  });
  const rules = compiled(
    policy({ retain: retain({ notice }) }),
    policy({ name: 'second', retain: retain({ notice: other }) }),
    policy({ name: 'third', retain: retain() }),
  );
  const due: Instant = now + 10 * day;
  expect(decide(world, rules, now).actions).toMatchObject([{ due, owners: ['cloud@example.com', 'team@example.com'] }]);
  expect(due - now).toBeGreaterThan(hour);
});
