import { describe, expect, test } from 'vitest';
import { actionId } from '../../shared/model/action-id.ts';
import { type Approval, type Freeze, unsetFreeze } from '../../shared/model/control.ts';
import { known } from '../../shared/model/evidence.ts';
import { type Image, keyOf } from '../../shared/model/image.ts';
import type { Inventory, UsageReading } from '../../shared/model/inventory.ts';
import type { RetainPolicy } from '../../shared/model/policy.ts';
import type { RunHistory } from '../../shared/model/records.ts';
import { day, type Instant } from '../../shared/model/time.ts';
import { digestsOf } from '../../shared/rules/basis.ts';
import { decide } from '../../shared/rules/decide.ts';
import {
  abroad,
  compiled,
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
} from './make.ts';

const generations = Array.from({ length: 8 }, (_none, index) =>
  marked(image(index + 1, { createdAt: now - (100 + index) * day })),
);

function seen(more: Partial<Inventory['records']> = {}, images: readonly Image[] = generations, uses = 0): Inventory {
  const kept = recorded(...images.map((one) => record(one, { finishedAt: now - 99 * day })));
  const used = Array.from({ length: uses }, (_none, index) => ({ image: keyOf(image(90 + index)), by: `i-${index}` }));
  const usage: UsageReading[] = readings([home, abroad]).map((reading) =>
    reading.source === 'instances' && reading.region === home ? { ...reading, uses: known(used) } : reading,
  );
  return inventory(images, { usage, records: records({ images: kept, ...more }) });
}

const rulesWith = (more: Partial<RetainPolicy>) => compiled(policy({ retain: retain(more) }));
const rules = rulesWith({ limits: { perPlan: 5, percentOfFamily: 100 } });

/** What `approve` writes for every halted step. */
function approvals(of: Inventory, more: Partial<Approval> = {}): Approval[] {
  const { halted, held } = decide(of, rules, now);
  return halted.map((action) => {
    const step = actionId(action);
    const guards = held.find(({ image: held, step: kind }) => held === action.image && kind === action.kind)?.guards;
    const lifts = (guards ?? []).map(({ code }) => code);
    const basis = digestsOf(of, [action])[step] ?? {};
    const common = { at: now, policyHash: rules.hash, reason: 'seen and found right', inUse: 0 };
    return { ...common, step, image: action.image, lifts, basis, ...more };
  });
}

const taken = (of: Inventory, at: Instant = now) => decide(of, rules, at).actions.length;

describe('a halted plan goes on when a person has approved it', () => {
  const given = approvals(seen());

  test('all of it, and nothing of it is halted any more', () => {
    expect(given).toHaveLength(6);
    const plan = decide(seen({ approvals: given }), rules, now);
    expect(plan.actions).toHaveLength(6);
    expect([plan.held, plan.halted]).toEqual([[], []]);
  });

  test.each([
    ['at once', 0, 6],
    ['just before a day is over', day - 1, 6],
    ['after a day', day, 0],
  ])('an approval counts for a day: %s', (_when, later, count) => {
    expect(taken(seen({ approvals: given.map((one) => ({ ...one, at: now - later })) }))).toBe(count);
  });

  test('one from the future does not count', () => {
    expect(taken(seen({ approvals: given.map((one) => ({ ...one, at: now + 1 })) }))).toBe(0);
  });

  test('one under another policy does not count', () => {
    expect(taken(seen({ approvals: given.map((one) => ({ ...one, policyHash: 'e'.repeat(64) })) }))).toBe(0);
  });

  test('one for an image that changed does not count, and the rest is then no more than may go', () => {
    const [first, ...rest] = generations;
    const renamed = [...rest.slice(0, -1), { ...(rest.at(-1) as Image), name: 'golden-renamed' }];
    const plan = decide(seen({ approvals: given }, [first as Image, ...renamed]), rules, now);
    expect(plan.actions).toHaveLength(6);
    const all = generations.map((one) => ({ ...one, name: `${one.name}-x` }));
    expect(taken(seen({ approvals: given }, all))).toBe(0);
  });

  test('what nobody approved is counted by itself', () => {
    const older = Array.from({ length: 6 }, (_none, index) =>
      marked(image(50 + index, { createdAt: now - (300 + index) * day })),
    );
    const five = decide(seen({ approvals: given }, [...generations, ...older.slice(1)]), rules, now);
    expect(five.actions).toHaveLength(11);
    const six = decide(seen({ approvals: given }, [...generations, ...older]), rules, now);
    expect(six.actions).toHaveLength(6);
    expect(six.halted.map(({ image: key }) => key).sort()).toEqual(older.map(keyOf).sort());
  });

  test('the same use counts as the same, in whatever order it is told', () => {
    const of = (...by: string[]): Inventory => {
      const used = generations.flatMap((one) => by.map((user) => ({ image: keyOf(one), by: user })));
      const usage = readings([home, abroad]).map((one) =>
        one.source === 'spot' ? { ...one, uses: known(used) } : one,
      );
      return { ...seen(), usage };
    };
    const again = (world: Inventory) =>
      taken({ ...world, records: { ...world.records, approvals: approvals(of('a', 'b')) } });
    expect([again(of('a', 'b')), again(of('b', 'a')), again(of('a', 'c'))]).toEqual([6, 6, 0]);
  });

  test('what something else holds besides is not for approval', () => {
    const another = marked(image(9, { createdAt: now - 200 * day }));
    const kept = { ...another, tags: known({ ...tags(another), 'ami-steward:keep-until': 'forever' }) };
    const { held, halted } = decide(seen({}, [...generations, kept]), rules, now);
    const codes = held.find((one) => one.image === keyOf(kept))?.guards.map(({ code }) => code);
    expect(codes).toEqual(['keep-tag', 'breaker']);
    expect(halted).toHaveLength(6);
    expect(halted.map((one) => one.image)).not.toContain(keyOf(kept));
  });

  test('no other guard is lifted by it', () => {
    const kept = generations.map((one) => ({
      ...one,
      tags: known({ ...tags(one), 'ami-steward:keep-until': 'forever' }),
    }));
    const { halted } = decide(seen(), rules, now);
    const digests = digestsOf(seen({}, kept), halted);
    const lifts = ['breaker', 'keep-tag'] as const;
    const withBasis = approvals(seen()).map((one) => ({ ...one, lifts, basis: digests[one.step] ?? {} }));
    expect(taken(seen({ approvals: withBasis }, kept))).toBe(0);
  });
});

const tags = (one: Image) => (one.tags.complete ? one.tags.value : {});

describe('the doubt about what is seen can be put aside too', () => {
  const runs: RunHistory = { taken: {}, inUse: { '2026-11-20': 8 }, everInUse: true };
  const few = generations.slice(0, 4);
  const doubtful = (uses: number, given: Approval[] = []) => seen({ runs, approvals: given }, few, uses);

  test('and only while no fewer images are in use than the person saw', () => {
    const given = approvals(doubtful(3), { inUse: 3 });
    expect(given.map(({ lifts }) => lifts)).toEqual([['eyes-broken'], ['eyes-broken']]);
    expect(taken(doubtful(3))).toBe(0);
    expect(taken(doubtful(3, given))).toBe(2);
    expect(taken(doubtful(2, given))).toBe(0);
  });

  test('the breaker is a doubt of its own', () => {
    const given = approvals(seen({ runs }, generations, 3), { inUse: 3 });
    const plan = decide(seen({ runs, approvals: given }, generations, 3), rules, now);
    expect(plan.actions).toEqual([]);
    expect(plan.held.flatMap(({ guards }) => guards.map(({ code }) => code))).toEqual(Array(6).fill('breaker'));
  });
});

test('F45 in mode plan nothing halts, and each step says what mode apply would do', () => {
  const showing = compiled(policy({ mode: 'plan', retain: retain({ limits: { perPlan: 5, percentOfFamily: 100 } }) }));
  const whole = decide(seen(), showing, now);
  expect(whole.halted).toEqual([]);
  expect(whole.actions.map(({ why }) => why.at(-1)?.code)).toEqual(Array(6).fill('breaker-ahead'));
  const fewer = decide(seen({}, generations.slice(0, 7)), showing, now);
  expect(fewer.actions.flatMap(({ why }) => why.map(({ code }) => code))).not.toContain('breaker-ahead');
});

describe('the stop switch', () => {
  const three = generations.slice(0, 3);
  const under = (freeze?: Freeze) => decide(seen(freeze && { freeze }, three), rules, now);

  test.each(['retire', 'all'] as const)('at %s holds what would be taken, and says why', (scope) => {
    const { actions, held, halted } = under({ scope, why: 'incident 7' });
    expect([actions, halted]).toEqual([[], []]);
    expect(held.map(({ step, guards }) => [step, guards])).toEqual([
      ['deprecate-image', [{ code: 'frozen', data: { scope, why: 'incident 7' } }]],
    ]);
  });

  test('that is off, or that nobody keeps, holds nothing', () => {
    expect(under({ scope: 'off', why: 'over' }).actions).toHaveLength(1);
    expect(under().actions).toHaveLength(1);
  });

  test('that was never set, or cannot be read, stops what is taken', () => {
    expect(unsetFreeze('denied')).toEqual({ scope: 'retire', why: 'denied' });
  });

  test('stands beside whatever else holds a step', () => {
    const kept = three.map((one) => ({ ...one, tags: known({ ...tags(one), 'ami-steward:keep-until': 'forever' }) }));
    const { held } = decide(seen({ freeze: { scope: 'retire', why: 'x' } }, kept), rules, now);
    expect(held.map(({ guards }) => guards.map(({ code }) => code))).toEqual([['frozen', 'keep-tag']]);
  });
});
