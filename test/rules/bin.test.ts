import { describe, expect, test } from 'vitest';
import { type BinRule, type BinTag, ruleKey, sightingsOf } from '../../shared/model/bin.ts';
import type { Code } from '../../shared/model/codes.ts';
import { known, unknown } from '../../shared/model/evidence.ts';
import { keyOf, tagsOf } from '../../shared/model/image.ts';
import type { BinReading, Inventory } from '../../shared/model/inventory.ts';
import type { RetainPolicy } from '../../shared/model/policy.ts';
import { day, hour, minute } from '../../shared/model/time.ts';
import { binWanted } from '../../shared/rules/bin-wanted.ts';
import { decide } from '../../shared/rules/decide.ts';
import { sentence } from '../../shared/rules/explain.ts';
import { merge } from '../../shared/rules/merge.ts';
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
  record,
  recorded,
  records,
  retain,
} from './make.ts';
import { newer, newerRecords } from './one-old-image.ts';
import { told } from './told.ts';

const plain = marked(image(1, { createdAt: now - 300 * day, deprecationAt: now - 90 * day, state: 'disabled' }), {
  Team: 'platform',
});
const [snapshot = ''] = plain.snapshots;
const ready = { disabledAt: now - 60 * day, checkedAt: now - 60 * day, savedGrants: [] };

const rule = (more: Partial<BinRule> = {}): BinRule => ({
  id: `${more.resource ?? 'image'}-rule`,
  resource: 'image',
  days: 7,
  tags: [],
  excluded: [],
  available: true,
  ...more,
});
const forSnapshots = (more: Partial<BinRule> = {}) => rule({ resource: 'snapshot', ...more });
const tag = (value?: string): BinTag => ({ key: 'Team', ...(value !== undefined && { value }) });

interface Given {
  readonly rules?: readonly BinRule[];
  /** Minutes since each rule was first seen. */
  readonly age?: number;
  readonly unseen?: true;
  readonly snapshotTags?: BinReading['snapshotTags'];
  readonly bin?: Inventory['recycleBin'];
  readonly approved?: true;
  readonly retain?: Partial<RetainPolicy>;
}

function planOf(given: Given) {
  const { rules = [rule(), forSnapshots()], age = 600, snapshotTags = {} } = given;
  const old = given.approved ? { ...plain, tags: known({ ...tagsOf(plain), 'ami-steward:reap': 'approved' }) } : plain;
  const since = Object.fromEntries(rules.map((one) => [ruleKey(one), now - age * minute]));
  const images = recorded(
    record(old, { ...ready, ...(given.approved && { approvedAt: now - hour }) }),
    ...newerRecords(),
  );
  const seen = inventory([old, ...newer], {
    recycleBin: given.bin ?? { [home]: known({ rules, snapshotTags }) },
    records: records({ images, ...(!given.unseen && { binRules: { [home]: since } }) }),
  });
  return told(decide(seen, compiled(policy({ retain: retain({ recycleBin: 'required', ...given.retain }) })), now));
}

const heldBy = (given: Given): Code[] => planOf(given).held.flatMap(({ guards }) => guards.map(({ code }) => code));

describe('F58 with recycleBin required, a removal', () => {
  test.each<[string, Given, Code[]]>([
    ['may be approved where rules keep image and snapshots', {}, []],
    ['is held where nothing was read', { bin: {} }, ['bin-unread']],
    [
      'is held where another Region was read',
      { bin: { [abroad]: known({ rules: [], snapshotTags: {} }) } },
      ['bin-unread'],
    ],
    [
      'is held where a rule keeps it longer than snapshots by one of several tags',
      {
        rules: [rule(), rule({ id: 'long', days: 9, tags: [tag('web'), tag('platform')] }), forSnapshots({ days: 8 })],
      },
      ['bin-snapshots'],
    ],
    [
      'may go where such a rule is for other images',
      { rules: [rule(), rule({ id: 'long', days: 9, tags: [tag('web')] }), forSnapshots({ days: 8 })] },
      [],
    ],
    [
      'may go where a rule for the same tag keeps snapshots longer, since the image stays no longer',
      { rules: [rule(), forSnapshots(), forSnapshots({ id: 'long', days: 9, tags: [tag('platform')] })] },
      [],
    ],
    ['is held where the rules could not be read', { bin: { [home]: unknown('denied') } }, ['bin-unread']],
    ['is held without a rule', { rules: [] }, ['bin-missing']],
    ['is held with a rule for snapshots alone', { rules: [forSnapshots()] }, ['bin-missing']],
    ['is held by a rule that was available for 29 minutes', { age: 29 }, ['bin-young', 'bin-snapshots']],
    ['is held by a rule that was available for 30 minutes', { age: 30 }, ['bin-young', 'bin-snapshots']],
    ['may go once it was available for 31 minutes', { age: 31 }, []],
    ['is held by a rule that was never seen before', { unseen: true }, ['bin-young', 'bin-snapshots']],
    ['is held by a rule that is pending', { rules: [rule({ available: false }), forSnapshots()] }, ['bin-young']],
    ['is held without a rule for snapshots', { rules: [rule()] }, ['bin-snapshots']],
    ['is held where snapshots stay a day less', { rules: [rule(), forSnapshots({ days: 6 })] }, ['bin-snapshots']],
    ['may go where snapshots stay as long', { rules: [rule(), forSnapshots({ days: 7 })] }, []],
    ['may go where snapshots stay a day longer', { rules: [rule(), forSnapshots({ days: 8 })] }, []],
    [
      'is held where the longest rule keeps the image longer than snapshots, even one that is pending',
      { rules: [rule(), rule({ id: 'long', days: 9, available: false }), forSnapshots({ days: 8 })] },
      ['bin-snapshots'],
    ],
    [
      'may go where the longest of several rules keeps the snapshots as long',
      { rules: [rule(), forSnapshots({ days: 1 }), forSnapshots({ id: 'long', days: 7 })] },
      [],
    ],
    [
      'may go by a rule for a tag of the image',
      { rules: [rule({ tags: [tag('web'), tag('platform')] }), forSnapshots()] },
      [],
    ],
    ['is held by a rule for another tag', { rules: [rule({ tags: [tag('web')] }), forSnapshots()] }, ['bin-missing']],
    [
      'is held by a rule for a key with an empty value',
      { rules: [rule({ tags: [tag()] }), forSnapshots()] },
      ['bin-missing'],
    ],
    [
      'is held by a rule that excludes it',
      { rules: [rule({ excluded: [tag('platform')] }), forSnapshots()] },
      ['bin-missing'],
    ],
    [
      'is held by a rule that excludes its key',
      { rules: [rule({ excluded: [tag()] }), forSnapshots()] },
      ['bin-missing'],
    ],
    ['may go by a rule that excludes others', { rules: [rule({ excluded: [tag('web')] }), forSnapshots()] }, []],
    [
      'may go by a rule for a tag of its snapshots',
      {
        rules: [rule(), forSnapshots({ tags: [tag('platform')] })],
        snapshotTags: { [snapshot]: { Team: 'platform' } },
      },
      [],
    ],
    [
      'is held where its snapshots have another tag',
      { rules: [rule(), forSnapshots({ tags: [tag('platform')] })], snapshotTags: { [snapshot]: { Team: 'web' } } },
      ['bin-snapshots'],
    ],
    [
      'is held where nobody knows the tags of its snapshots',
      { rules: [rule(), forSnapshots({ tags: [tag('platform')] })] },
      ['bin-snapshots'],
    ],
    [
      'is held where nobody knows whether its snapshots are excluded',
      { rules: [rule(), forSnapshots({ excluded: [tag('web')] })] },
      ['bin-snapshots'],
    ],
  ])('%s', (_name, given, codes) => {
    const { actions } = planOf(given);
    expect([heldBy(given), actions.map(({ kind }) => kind)]).toEqual([
      codes,
      codes.length === 0 ? ['approve-removal'] : [],
    ]);
    expect([heldBy({ ...given, approved: true })]).toEqual([codes]);
  });

  test('is not held for a step that can be undone', () => {
    const old = { ...plain, state: 'available' as const, deprecationAt: now - 40 * day };
    const images = recorded(record(old), ...newerRecords(90 * day));
    const seen = inventory([old, ...newer], { recycleBin: {}, records: records({ images }) });
    const plan = decide(seen, compiled(policy({ retain: retain({ recycleBin: 'required' }) })), now);
    expect(plan.actions.map(({ kind }) => kind)).toEqual(['disable-image']);
  });

  test('of a lineage is held by the Region of one copy', () => {
    const copy = copyOf(plain, 11, { state: 'disabled', deprecationAt: now - 90 * day });
    const copies = newer.map((one, i) => copyOf(one, 12 + i));
    const rules = [rule(), forSnapshots()];
    const since = Object.fromEntries(rules.map((one) => [ruleKey(one), now - day]));
    const seen = inventory([plain, copy, ...newer, ...copies], {
      recycleBin: { [home]: known({ rules, snapshotTags: {} }), [abroad]: known({ rules: [], snapshotTags: {} }) },
      records: records({
        images: recorded(
          record(plain, ready),
          record(copy, { root: keyOf(plain), role: 'copy', ...ready }),
          ...newerRecords(),
        ),
        binRules: { [home]: since },
      }),
    });
    const { actions, held } = decide(seen, compiled(policy({ retain: retain({ recycleBin: 'required' }) })), now);
    expect(actions).toEqual([]);
    expect(held.map(({ guards }) => guards.map(({ code, data }) => [code, data?.region]))).toEqual(
      Array(2).fill([['bin-missing', abroad]]),
    );
  });
});

describe('F59 snapshots', () => {
  const fate = (given: Given) => {
    const action = planOf({ approved: true, ...given, retain: { recycleBin: 'optional', ...given.retain } }).actions[0];
    if (action?.kind !== 'deregister-image') throw new Error('nothing is deregistered');
    const [last] = action.why.filter(({ code }) => code === 'snapshots-later');
    return { delete: action.deleteSnapshots, later: action.afterBin ?? false, why: last, all: action.why };
  };

  test.each<[string, Given, boolean]>([
    ['go with an image that no rule keeps', { rules: [] }, false],
    ['go with an image that is excluded', { rules: [rule({ excluded: [tag('platform')] })] }, false],
    ['go with it where a rule keeps them as long', {}, false],
    ['go later where no rule keeps them', { rules: [rule()] }, true],
    ['go later where a rule keeps them for less', { rules: [rule(), forSnapshots({ days: 6 })] }, true],
    ['go later where their rule may not act yet', { age: 30 }, true],
    ['go later where the rule of the image is only pending', { rules: [rule({ available: false })] }, true],
    ['go later where the rule may mean any value of a tag', { rules: [rule({ tags: [tag()] })] }, true],
    ['go later where nobody could read the rules', { bin: { [home]: unknown('denied') } }, true],
    ['go later where nobody read the rules', { bin: {} }, true],
  ])('%s', (_name, given, later) => {
    const found = fate(given);
    expect(found).toMatchObject({ delete: true, later });
    expect(found.why?.code === 'snapshots-later').toBe(later);
    if (found.why) expect(sentence(found.why)).not.toContain('something unnamed');
  });

  test('go with a word of the rule that keeps the image longest, once it acts', () => {
    const kept = (given: Given) => fate(given).all.flatMap(({ code, data }) => (code === 'bin-keeps' ? [data] : []));
    const rules = [
      rule({ days: 5 }),
      rule({ id: 'long', days: 9 }),
      rule({ id: 'other', days: 12, tags: [tag('web')] }),
    ];
    expect(kept({ rules })).toEqual([{ rule: 'long', days: 9 }]);
    expect(kept({ rules, age: 30 })).toEqual([]);
    expect(kept({ rules: [] })).toEqual([]);
  });

  test('stay where the policy wants that', () => {
    const { deprecate, disable } = retain().stages;
    const stages = {
      deprecate,
      disable,
      deregister: { afterDisabled: 30 * day, deleteSnapshots: false },
    } as RetainPolicy['stages'];
    expect(fate({ rules: [rule()], retain: { stages } })).toMatchObject({ delete: false, later: false });
  });
});

test('of several policies one that demands the bin is enough', () => {
  const demand = (recycleBin: RetainPolicy['recycleBin'], name: string) =>
    policy({ name, retain: retain({ recycleBin }) });
  const both = merge([demand('optional', 'a'), demand('required', 'b')], now);
  expect([both.retain?.recycleBin, both.winners['retain.recycleBin']]).toEqual(['required', 'b']);
  expect(merge([demand('optional', 'a')], now).retain?.recycleBin).toBe('optional');
});

describe('rules are read', () => {
  const wanted = (more: Partial<RetainPolicy>, state: 'available' | 'disabled' = 'disabled') => [
    ...binWanted(inventory([{ ...plain, state }, ...newer]), compiled(policy({ retain: retain(more) })), now),
  ];
  const without = { deprecate: { afterSuperseded: day }, disable: { afterDeprecated: day } };
  const keeping = { ...without, deregister: { afterDisabled: day, deleteSnapshots: false } };

  test.each<[string, unknown, unknown]>([
    ['where an image is disabled, for its snapshots', wanted({}), [[home, plain.snapshots]]],
    ['where the bin is demanded', wanted({ recycleBin: 'required', stages: keeping }), [[home, plain.snapshots]]],
    ['not where snapshots stay and nothing is demanded', wanted({ stages: keeping }), []],
    ['not where nothing is disabled', wanted({ recycleBin: 'required' }, 'available'), []],
    ['not where nothing is ever deregistered', wanted({ recycleBin: 'required', stages: without }), []],
  ])('%s', (_name, found, expected) => expect(found).toEqual(expected));
});

describe('the age of a rule', () => {
  const first = rule();
  test('counts from when it was first seen available', () => {
    expect(sightingsOf([first, rule({ id: 'other', available: false })], {}, now)).toEqual({ [ruleKey(first)]: now });
    expect(sightingsOf([first], { [ruleKey(first)]: now - day }, now)).toEqual({ [ruleKey(first)]: now - day });
  });

  test.each<[string, Partial<BinRule>]>([
    ['its time', { days: 8 }],
    ['its tags', { tags: [tag('platform')] }],
    ['its exclusions', { excluded: [tag('platform')] }],
    ['what it keeps', { resource: 'snapshot' }],
  ])('begins anew with %s', (_name, more) => {
    expect(ruleKey({ ...first, ...more })).not.toBe(ruleKey(first));
  });

  test('is forgotten with the rule, and while it is pending again', () => {
    expect(sightingsOf([], { [ruleKey(first)]: now }, now)).toEqual({});
    expect(sightingsOf([{ ...first, available: false }], { [ruleKey(first)]: now }, now)).toEqual({});
  });
});

describe('a bin of which nothing is known', () => {
  const one = { ...plain, tags: known({ ...tagsOf(plain), 'ami-steward:reap': 'approved' }) };
  const images = recorded(record(one, { ...ready, approvedAt: now - hour }), ...newerRecords());
  const plan = (recycleBin: RetainPolicy['recycleBin'], more: Partial<Inventory>) => {
    const seen = inventory([one, ...newer], { records: records({ images }), ...more });
    return told(decide(seen, compiled(policy({ retain: retain({ recycleBin }) })), now));
  };
  const unlooked: Partial<Inventory> = { recycleBin: undefined as never };

  test('holds a removal where it is demanded, and says that nobody looked', () => {
    const { actions, held } = plan('required', unlooked);
    expect([actions, held[0]?.guards.map(sentence)]).toEqual([[], [expect.stringContaining('it was not looked at')]]);
  });

  test('lets snapshots stay behind where it is not, and says so', () => {
    const [action] = plan('optional', unlooked).actions;
    expect(action?.why.map(({ code }) => code)).toEqual(['removal-approved', 'snapshots-later']);
    expect(sentence(action?.why[1] ?? { code: 'no-retain' })).toContain('its rules were not looked at');
  });

  test('is young, where no rule of its Region was seen before', () => {
    const bin = { recycleBin: { [home]: known({ rules: [rule(), forSnapshots()], snapshotTags: {} }) } };
    const { held } = plan('required', { ...bin, records: records({ images, binRules: {} }) });
    expect(held[0]?.guards.map(({ code }) => code)).toEqual(['bin-young', 'bin-snapshots']);
  });
});

test('a rule for snapshots is not told of as the one that keeps the image', () => {
  const rules = [rule(), forSnapshots({ days: 9 })];
  const [action] = planOf({ approved: true, rules }).actions;
  expect(action?.why.filter(({ code }) => code === 'bin-keeps').map(({ data }) => data)).toEqual([
    { rule: 'image-rule', days: 7 },
  ]);
});
