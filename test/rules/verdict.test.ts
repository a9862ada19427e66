import { describe, expect, test } from 'vitest';
import { known, unknown } from '../../shared/model/evidence.ts';
import { type Image, keyOf } from '../../shared/model/image.ts';
import type { Inventory } from '../../shared/model/inventory.ts';
import type { Policy, Selector } from '../../shared/model/policy.ts';
import { day, hour, minute } from '../../shared/model/time.ts';
import { decide, takenBy } from '../../shared/rules/decide.ts';
import { openQuestions } from '../../shared/rules/select.ts';
import type { Sight } from '../../shared/rules/select-evidence.ts';
import { copy, kept, newer, planOf, root, tagged, use } from './expiring.ts';
import {
  abroad,
  compiled,
  copyOf,
  copyTo,
  far,
  home,
  idOf,
  image,
  intent,
  inventory,
  marked,
  now,
  policy,
  records,
  regions,
  retain,
  selector,
  shareWith,
} from './make.ts';
import { told } from './told.ts';

const young = marked(image(1));
const verdictOn = (one: Image, images: Image[], rules: Policy[], more: Partial<Inventory> = {}) =>
  told(decide(inventory(images, more, regions), compiled(...rules), now)).verdicts.find(
    (verdict) => verdict.image === keyOf(one),
  );

describe('a verdict', () => {
  test('names policy and family, and nothing that it has not', () => {
    expect(verdictOn(young, [young], [policy({ retain: retain() })])).toMatchObject({
      root: keyOf(young),
      policy: 'golden',
      family: 'golden/x86_64',
    });
    const stray = image(2, { name: 'stray' });
    expect(verdictOn(stray, [stray], [policy()])).toEqual({
      image: keyOf(stray),
      root: keyOf(stray),
      code: 'not-selected',
      reasons: [{ code: 'not-selected' }],
    });
  });

  test('on a policy in mode plan says so behind what would be done', () => {
    const rules = policy({ mode: 'plan', retain: retain() });
    const world = inventory([root, copy, ...newer], { records: records({ images: kept }) });
    const { actions, verdicts } = told(decide(world, compiled(rules), now));
    const codes = verdicts.find((one) => one.image === keyOf(root))?.reasons.map(({ code }) => code);
    expect(actions.map(({ mode }) => mode)).toEqual(['plan', 'plan']);
    expect(codes?.slice(0, 2)).toEqual(['disable-due', 'mode-plan']);
    expect(planOf({}).verdicts[0]?.reasons.map(({ code }) => code)).not.toContain('mode-plan');
  });

  test('on what is held begins with what holds it', () => {
    const { verdicts } = planOf({ inventory: { usage: use(copy) } });
    const verdict = verdicts.find((one) => one.image === keyOf(root));
    expect(verdict?.code).toBe('in-use');
    expect(verdict?.reasons.map(({ code }) => code)).toEqual(['in-use', 'disable-due']);
  });

  test('on an image that failed begins with that', () => {
    const failed = { ...young, state: 'failed' as const };
    expect(verdictOn(failed, [failed], [policy({ copy: copyTo(abroad) })])?.reasons[0]).toEqual({
      code: 'image-failed',
      data: { state: 'failed', reason: 'failed' },
    });
    const why = { ...failed, stateReason: 'no space' };
    expect(verdictOn(why, [why], [policy()])?.reasons[0]?.data).toEqual({ state: 'failed', reason: 'no space' });
  });

  test('on an image with all that it should have, and on one that is not ours', () => {
    const theirs = copyOf(young, 11, { region: far, tags: known({}) });
    expect(verdictOn(young, [young], [policy({ lineage: { stampTags: false } })])?.code).toBe('no-retain');
    expect(verdictOn(theirs, [young, theirs], [policy()])).toMatchObject({
      code: 'unmarked',
      reasons: [{ code: 'unmarked' }],
    });
  });

  test('says the weightiest thing first, and nothing twice', () => {
    const rules = [policy({ copy: copyTo(abroad, far), share: shareWith('account:1') })];
    const given = { grants: { [keyOf(young)]: known<string[]>([]) } };
    const codes = verdictOn(young, [young, copyOf(young, 11)], rules, given)?.reasons.map(({ code }) => code);
    expect(codes).toEqual(['copy-missing', 'share-missing', 'in-place', 'no-retain']);
  });

  test('says when the next step comes, the earliest of several', () => {
    const waiting = (region: string, since: number) => intent(young, { region, state: 'copying', since });
    const intents = {
      [keyOf(young)]: { [abroad]: waiting(abroad, now - minute), [far]: waiting(far, now - 2 * minute) },
    };
    const found = verdictOn(young, [young], [policy({ copy: copyTo(abroad, far) })], { records: records({ intents }) });
    expect(found?.next).toEqual({ step: 'copy-image', at: now + 3 * minute, region: far });
  });

  test('says no next step of what is left alone', () => {
    const rules = [
      policy({ name: 'a', copy: copyTo(abroad) }),
      policy({ name: 'b', retain: retain(), family: { key: 'x' } }),
    ];
    const both = [...rules, policy({ name: 'c', retain: retain(), family: { key: 'y' } })];
    expect(verdictOn(young, [young], both)).toMatchObject({ code: 'policy-conflict' });
    expect(verdictOn(young, [young], both)?.next).toBeUndefined();
  });
});

describe('one lineage either grows or leaves', () => {
  const rules = policy({ retain: retain(), share: shareWith('account:1'), copy: copyTo(far) });
  const plan = (more: Partial<Inventory> = {}, own: Image = root) => {
    const grants = Object.fromEntries([own, copy].map((one) => [keyOf(one), known<string[]>(['account:9'])]));
    const given = { grants, records: records({ images: kept, granted: { [keyOf(root)]: ['account:9'] } }), ...more };
    return told(decide(inventory([own, copy, ...newer], given, regions), compiled(rules), now));
  };

  test('what leaves is not said to lack anything', () => {
    const verdict = plan().verdicts.find((one) => one.image === keyOf(root));
    expect(verdict?.reasons.map(({ code }) => code)).not.toContain('share-missing');
    expect(plan().actions.filter(({ kind }) => kind === 'disable-image')).toHaveLength(2);
  });

  test('nor are launch permissions taken back while it does', () => {
    expect(plan().actions.filter(({ kind }) => kind === 'share-image')).toEqual([]);
  });

  test('they are, while a guard holds it', () => {
    const { actions, held } = plan({ usage: use(root) });
    expect(held.map(({ step }) => step)).toContain('disable-image');
    expect(actions.filter(({ kind }) => kind === 'share-image')).toMatchObject([{ remove: ['account:9'] }]);
  });

  test('and what is held is no less held for it', () => {
    const { held } = plan({}, { ...root, ...tagged({ 'ami-steward:keep-until': 'forever' }) });
    expect(new Set(held.map(({ step }) => step))).toEqual(new Set(['disable-image']));
  });
});

test('what a plan takes is counted by step and policy, without what guards hold', () => {
  const taken = (more: Partial<Inventory> = {}) =>
    takenBy(
      inventory([root, copy, ...newer], { records: records({ images: kept }), ...more }),
      compiled(policy({ retain: retain() })),
      now,
    );
  expect(taken()).toEqual({ 'disable-image golden': 1 });
  expect(taken({ usage: use(root) })).toEqual({});
});

describe('a question that is open says what is lacking', () => {
  const open = (select: Partial<Selector>, one: Image, sight: Partial<Sight> = {}) =>
    openQuestions(selector(select), one, { homeRegion: home, now, ...sight });
  const lent = ['account:1'];

  test.each<[string, Partial<Selector>, Partial<Image>, Partial<Sight>, object[]]>([
    [
      'a date',
      { olderThan: day },
      {},
      {},
      [{ key: 'olderThan', why: 'its build date is unreadable or in the future' }],
    ],
    [
      'a date that is no future',
      { newerThan: day },
      {},
      { built: now + 5 * minute + 1 },
      [{ key: 'newerThan', why: 'its build date is unreadable or in the future' }],
    ],
    ['nothing of a clock a little ahead', { newerThan: day }, {}, { built: now + 5 * minute }, []],
    [
      'its last launch',
      { notLaunchedFor: hour },
      { lastLaunchedAt: unknown('old file') },
      {},
      [{ key: 'notLaunchedFor', why: 'old file' }],
    ],
    [
      'its findings',
      { severityAtLeast: 'low' },
      { severity: unknown('no scanner') },
      {},
      [{ key: 'severityAtLeast', why: 'no scanner' }],
    ],
    ['who has it', { sharedWith: lent }, {}, {}, [{ key: 'sharedWith', why: 'its launch permissions were not read' }]],
    [
      'who may be told',
      { sharedWith: lent },
      {},
      { grants: unknown('denied') },
      [{ key: 'sharedWith', why: 'denied' }],
    ],
    [
      'what it was built from',
      { descendsFrom: [idOf(9)] },
      {},
      {},
      [{ key: 'descendsFrom', why: 'what it was built from was not read' }],
    ],
    [
      'the rest of it',
      { descendsFrom: [idOf(9)] },
      {},
      { ancestors: () => ({ keys: [], why: 'lost' }) },
      [{ key: 'descendsFrom', why: 'lost' }],
    ],
    ['nothing where it is told', { descendsFrom: [idOf(9)] }, {}, { ancestors: () => ({ keys: [] }) }, []],
    ['nothing where another key says no', { olderThan: day, name: ['x'] }, {}, {}, []],
  ])('%s', (_name, select, more, sight, expected) => expect(open(select, image(1, more), sight)).toEqual(expected));

  test('a public image may still be wanted by others', () => {
    expect(open({ sharedWith: ['everyone', ...lent] }, image(1))).toHaveLength(1);
    expect(open({ sharedWith: ['everyone', ...lent] }, image(1, { public: true }))).toEqual([]);
    expect(open({ sharedWith: lent }, image(1, { public: true }))).toHaveLength(1);
  });
});
