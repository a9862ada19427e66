import { describe, expect, test } from 'vitest';
import { known } from '../../shared/model/evidence.ts';
import { type Image, keyOf } from '../../shared/model/image.ts';
import type { Inventory, UsageSourceName } from '../../shared/model/inventory.ts';
import type { Action } from '../../shared/model/plan.ts';
import type { Policy } from '../../shared/model/policy.ts';
import { type ImageRecord, restoredRest } from '../../shared/model/records.ts';
import { day, minute } from '../../shared/model/time.ts';
import { decide } from '../../shared/rules/decide.ts';
import { recoveries } from '../../shared/rules/recover.ts';
import {
  abroad,
  compiled,
  copyOf,
  home,
  image,
  inventory,
  marked,
  now,
  policy,
  readings,
  record,
  recorded,
  records,
  retain,
  selector,
  shareWith,
} from './make.ts';
import { told } from './told.ts';

const taken: Partial<Image> = { deprecationAt: now - 40 * day, state: 'disabled' };
const old = marked(image(1, { createdAt: now - 300 * day, ...taken }));
const copy = copyOf(old, 11, taken);
const newer = [2, 3].map((number) => marked(image(number, { createdAt: now - (100 - number) * day })));
const restored = { at: now - day, reason: 'the audit wants it' };
const disabled = { disabledAt: now - 31 * day, checkedAt: now - 31 * day, savedGrants: ['account:222233334444'] };
const deprecated = { deprecated: { at: now - 40 * day } };
const kinds: readonly Action['kind'][] = ['enable-image', 'cancel-deprecation', 'return-shares'];

interface Told {
  readonly ofRoot?: Partial<ImageRecord>;
  readonly ofCopy?: Partial<ImageRecord>;
  readonly seen?: readonly Image[];
  readonly rules?: Partial<Policy>;
  readonly uses?: Partial<Record<UsageSourceName, string>>;
  readonly scope?: Inventory['scope'];
}

/** What is undone of the old image and its copy. */
function undone({ ofRoot = {}, ofCopy = {}, seen = [old, copy], rules = {}, uses = {}, scope = 'account' }: Told) {
  const kept = { finishedAt: now - 299 * day };
  const usage = readings([home, abroad]).map((one) => {
    const by = uses[one.source];
    return by !== undefined && one.region === home ? { ...one, uses: known([{ image: keyOf(old), by }]) } : one;
  });
  const plan = decide(
    inventory([...seen, ...newer], {
      scope,
      usage,
      records: records({
        images: recorded(
          record(old, { ...kept, ...ofRoot }),
          record(copy, { role: 'copy', root: keyOf(old), ...ofCopy }),
          ...newer.map((one) => record(one, kept)),
        ),
      }),
    }),
    compiled(policy({ retain: retain({ keepLast: 2 }), ...rules })),
    now,
  );
  const { actions, verdicts } = told(plan);
  return {
    steps: actions.filter(({ kind }) => kinds.includes(kind)),
    others: actions.filter(({ kind, root }) => !kinds.includes(kind) && root === keyOf(old)),
    verdict: verdicts.find(({ image: key }) => key === keyOf(old)),
  };
}

const text = ({ steps }: ReturnType<typeof undone>): string[] => steps.map(({ kind, image: key }) => `${kind} ${key}`);

describe('a lineage that people restored', () => {
  test('is enabled and undeprecated, with its copies', () => {
    const all = { ...disabled, ...deprecated };
    expect(text(undone({ ofRoot: { ...all, restored }, ofCopy: all }))).toEqual([
      `enable-image ${keyOf(copy)}`,
      `enable-image ${keyOf(old)}`,
      `cancel-deprecation ${keyOf(copy)}`,
      `cancel-deprecation ${keyOf(old)}`,
    ]);
  });

  test('loses nothing by any other step meanwhile', () => {
    expect(undone({ ofRoot: { ...disabled, restored }, ofCopy: disabled }).others).toEqual([]);
  });

  test.each([
    [restoredRest - 1, 2],
    [restoredRest, 0],
  ])('for %d ms, and no longer', (since, count) => {
    const told = { ofRoot: { ...disabled, restored: { ...restored, at: now - since } }, ofCopy: disabled };
    expect(undone(told).steps).toHaveLength(count);
  });

  test('stays as it is where we did nothing: disabled or deprecated by somebody else', () => {
    expect(undone({ ofRoot: { restored } }).steps).toEqual([]);
  });

  test.each([
    ['in mode plan', { mode: 'plan' }],
    ['that no policy selects any more', { select: selector({ name: ['other-*'] }) }],
    ['that no policy retires', { retain: undefined }],
  ] as [string, Partial<Policy>][])('is restored %s as well', (_how, rules) => {
    const { steps } = undone({ ofRoot: { ...disabled, restored }, ofCopy: disabled, rules });
    expect(steps.map(({ mode }) => mode)).toEqual(['apply', 'apply']);
  });

  test('by nobody else than its owner', () => {
    const foreign = { ...old, ownerId: '999988887777' };
    expect(undone({ ofRoot: { ...disabled, restored }, seen: [foreign] }).steps).toEqual([]);
  });

  test('rests until the day that it is told, with the reason', () => {
    const { verdict } = undone({
      ofRoot: { restored },
      seen: [marked(image(1, { createdAt: now - 300 * day })), copy],
    });
    expect(verdict?.reasons).toContainEqual({
      code: 'restored',
      data: { since: '2026-11-22', until: '2026-12-22', reason: 'the audit wants it' },
    });
    expect(verdict?.next).toEqual({ step: 'deprecate-image', at: restored.at + restoredRest });
  });
});

describe('our deprecation is cancelled', () => {
  const at = now - 40 * day;
  test.each([
    ['at the very time that we set', at, 1],
    ['as EC2 has moved it a little', at + 10 * minute, 1],
    ['not at another time', at + 10 * minute + 1, 0],
    ['not at an earlier one', at - 10 * minute - 1, 0],
  ])('%s', (_how, set, count) => {
    const ofRoot = { restored, deprecated: { at: set } };
    const seen = [marked(image(1, { createdAt: now - 300 * day, deprecationAt: at }))];
    expect(undone({ ofRoot, seen }).steps).toHaveLength(count);
  });

  test.each([
    [now + 10 * minute, []],
    [now + 10 * minute + 1, [{ kind: 'cancel-deprecation', until: now + 10 * minute + 1 }]],
  ])('in favour of the time %d that the image had before, unless that has come', (before, steps) => {
    const ofRoot = { restored, deprecated: { at, before } };
    const seen = [marked(image(1, { createdAt: now - 300 * day, deprecationAt: at }))];
    expect(undone({ ofRoot, seen }).steps).toMatchObject(steps);
  });

  test('never without a word of people', () => {
    expect(undone({ ofRoot: deprecated, seen: [marked(image(1, { deprecationAt: at }))] }).steps).toEqual([]);
  });
});

describe('shares that are owed come back', () => {
  const returning = ['account:222233334444', 'account:333344445555'];
  const available = marked(image(1, { createdAt: now - 300 * day }));

  test('to an image that is available, whoever enabled it, and say whom no policy lists', () => {
    const rules = { share: shareWith('account:222233334444') };
    const { steps } = undone({ ofRoot: { returning }, seen: [available], rules });
    expect(steps).toMatchObject([
      { kind: 'return-shares', mode: 'apply', principals: returning, unlisted: ['account:333344445555'] },
    ]);
  });

  test('with nobody listed where no policy shares', () => {
    expect(undone({ ofRoot: { returning }, seen: [available] }).steps).toMatchObject([{ unlisted: returning }]);
  });

  test('not while it is disabled', () => {
    expect(undone({ ofRoot: { returning } }).steps).toEqual([]);
  });

  test('also where a run sees one lineage alone', () => {
    expect(undone({ ofRoot: { returning }, seen: [available], scope: 'lineage' }).steps).toHaveLength(1);
  });
});

describe('what we disabled as unused and something uses', () => {
  const uses = { 'launch-templates': 'lt-1 v1' };

  test('is enabled with its lineage, in the mode of its policies', () => {
    expect(text(undone({ ofRoot: disabled, ofCopy: disabled, uses }))).toEqual([
      `enable-image ${keyOf(copy)}`,
      `enable-image ${keyOf(old)}`,
    ]);
    const { steps } = undone({ ofRoot: disabled, ofCopy: disabled, uses, rules: { mode: 'plan' } });
    expect(steps.map(({ mode }) => mode)).toEqual(['plan', 'plan']);
  });

  test('is enabled alone where images leave alone', () => {
    const rules = { retain: retain({ keepLast: 2, unit: 'image' }) };
    expect(text(undone({ ofRoot: disabled, ofCopy: disabled, uses, rules }))).toEqual([`enable-image ${keyOf(old)}`]);
  });

  test.each([
    ['revoked', { ...disabled, revoked: { at: now, reason: 'CVE-1' } }],
    ['disabled by somebody else', {}],
  ] as [string, Partial<ImageRecord>][])('stays disabled if it was %s', (_how, ofRoot) => {
    expect(undone({ ofRoot, uses }).steps).toEqual([]);
  });

  test('stays where no policy selects it', () => {
    const rules = { select: selector({ name: ['other-*'] }) };
    expect(undone({ ofRoot: disabled, uses, rules }).steps).toEqual([]);
  });
});

describe('what is back already brings nothing more:', () => {
  const uses = { 'launch-templates': 'lt-1 v1' };
  const { state: _disabled, ...deprecation } = taken;
  const back = marked(image(1, { createdAt: now - 300 * day, ...deprecation }));

  test.each<[string, Told]>([
    ['an image that was enabled again', { ofRoot: { ...disabled, restored }, seen: [back] }],
    ['one that is used and was never disabled', { ofCopy: disabled, seen: [back, copy], uses }],
    ['one that is used and was enabled again', { ofRoot: disabled, ofCopy: disabled, seen: [back, copy], uses }],
    ['one that is used and that somebody else disabled', { ofCopy: disabled, uses }],
    ['one that is deprecated no more', { ofRoot: { ...deprecated, restored }, seen: [marked(image(1))] }],
  ])('%s', (_how, given) => expect(undone(given).steps).toEqual([]));

  test('and what no policy selects is restored in the name of the policy that took it, if one did', () => {
    const rules = { select: selector({ name: ['other-*'] }) };
    const policies = (more: Partial<ImageRecord>) =>
      undone({ ofRoot: { ...disabled, restored, ...more }, seen: [old], rules }).steps.map((step) => step.policy);
    expect(policies({ policy: 'earlier' })).toEqual(['earlier']);
    expect(policies({})).toEqual(['']);
  });
});

describe('out of the Recycle Bin', () => {
  const gone = (number: number, inBin: boolean | undefined, more: Partial<ImageRecord> = {}) => ({
    record: record(image(number), { goneAt: now - day, disabledAt: now - 9 * day, ...more }),
    inBin: inBin === undefined ? ({ complete: false, why: 'denied' } as const) : known(inBin),
  });

  test('comes what it has, the root first; the rest is lost, each with its reason', () => {
    const found = recoveries([gone(1, true, { role: 'copy' }), gone(2, true), gone(3, false), gone(4, undefined)]);
    expect(found.actions.map(({ image: key }) => key)).toEqual([keyOf(image(2)), keyOf(image(1))]);
    expect(found.lost.map(({ why }) => why)).toEqual([
      'it was deregistered, and the Recycle Bin does not have it',
      'the Recycle Bin could not be read: denied',
    ]);
  });

  test('the root comes first, whatever its name', () => {
    const found = recoveries([gone(2, true), gone(1, true, { role: 'copy' }), gone(3, true)]);
    expect(found.actions.map(({ image: key }) => key)).toEqual([2, 3, 1].map((one) => keyOf(image(one))));
  });

  test('nobody misses a copy that failed and was cleaned up', () => {
    const { disabledAt: _never, ...failed } = gone(1, false, { approvedAt: now - 2 * day }).record;
    expect(recoveries([{ record: failed, inBin: known(false) }])).toEqual({ actions: [], lost: [] });
    expect(recoveries([gone(1, false, { approvedAt: now - 2 * day })]).lost).toHaveLength(1);
    const byOthers = gone(1, false);
    const { disabledAt: _neither, ...unknown } = byOthers.record;
    expect(recoveries([{ ...byOthers, record: unknown }]).lost).toHaveLength(1);
  });

  test('an image goes with its family and policy', () => {
    const [action] = recoveries([gone(1, true, { family: 'golden', policy: 'p' })]).actions;
    const common = { kind: 'recover-image', image: keyOf(image(1)), root: keyOf(image(1)), mode: 'apply' };
    const why = [{ code: 'in-bin' }];
    expect(action).toEqual({ ...common, family: 'golden', policy: 'p', why });
    expect(recoveries([gone(1, true)]).actions[0]).toStrictEqual({ ...common, policy: '', why });
  });
});

test.each(['restored', 'revoked'] as const)('what a newer version recorded is left alone, %s or not', (said) => {
  const word = { at: now - day, reason: 'said', ...(said === 'revoked' && { disable: 'all' as const }) };
  const seen = said === 'revoked' ? marked(image(1)) : old;
  const ofRoot = { ...(said === 'restored' && disabled), [said]: word };
  const steps = (newer?: true) =>
    undone({ ofRoot: { ...ofRoot, ...(newer && { newer }) }, seen: [seen] }).others.length +
    undone({ ofRoot: { ...ofRoot, ...(newer && { newer }) }, seen: [seen] }).steps.length;
  expect(steps()).toBeGreaterThan(0);
  expect(steps(true)).toBe(0);
});
