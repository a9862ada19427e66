import { describe, expect, test } from 'vitest';
import { known } from '../../shared/model/evidence.ts';
import { type Image, keyOf } from '../../shared/model/image.ts';
import type { Policy, RetainPolicy } from '../../shared/model/policy.ts';
import { day } from '../../shared/model/time.ts';
import { decide } from '../../shared/rules/decide.ts';
import {
  compiled,
  copyOf,
  image,
  inventory,
  marked,
  now,
  policy,
  record,
  recorded,
  records,
  retain,
  selector,
} from './make.ts';

/** So many finished generations of one family with a copy each, all long superseded but the newest two. */
const family = (name: string, count: number, from: number): Image[] =>
  Array.from({ length: count }, (_none, index) => {
    const root = marked(image(from + index, { name: `${name}-${index}`, createdAt: now - (100 + index) * day }));
    return [root, copyOf(root, from + index + 500)];
  }).flat();

function plan(images: Image[], limits: RetainPolicy['limits'], more: Partial<Policy> = {}, grants = {}) {
  const kept = recorded(...images.map((one) => record(one, { finishedAt: now - 99 * day })));
  const rules = compiled(
    policy({ family: { key: '{nameBase}' }, retain: retain({ limits }), select: selector(), ...more }),
  );
  return decide(inventory(images, { records: records({ images: kept }), grants }), rules, now);
}

const roots = (items: readonly { root: string }[]) => new Set(items.map(({ root }) => root)).size;

describe('F45 the breaker halts the whole plan, never cuts it down', () => {
  test.each([
    ['five lineages', 7, 5, 100, 5],
    ['six lineages', 8, 5, 100, 0],
    ['10 % of twenty', 20, 100, 90, 18],
    ['18 of 20 where 89 % may', 20, 100, 89, 0],
    ['one of a small family always passes', 3, 5, 1, 1],
    ['two of a small family do not', 4, 5, 10, 0],
  ])('%s', (_name, count, perPlan, percentOfFamily, taken) => {
    const { actions, held } = plan(family('golden', count, 1), { perPlan, percentOfFamily });
    expect(roots(actions)).toBe(taken);
    expect(roots(held)).toBe(taken === 0 ? count - 2 : 0);
    for (const { guards } of held) expect(guards.some(({ code }) => code === 'breaker')).toBe(true);
  });

  test('a lineage counts once with all its copies, an image each where images leave alone', () => {
    const images = family('golden', 5, 1);
    expect(plan(images, { perPlan: 3, percentOfFamily: 100 }).actions).toHaveLength(6);
    const retained = retain({ unit: 'image', limits: { perPlan: 3, percentOfFamily: 100 } });
    expect(plan(images, { perPlan: 3, percentOfFamily: 100 }, { retain: retained }).actions).toEqual([]);
  });

  test('families are counted together for the plan', () => {
    const images = [...family('golden-a', 5, 1), ...family('golden-b', 5, 50)];
    expect(roots(plan(images, { perPlan: 6, percentOfFamily: 100 }).actions)).toBe(6);
    expect(plan(images, { perPlan: 5, percentOfFamily: 100 }).actions).toEqual([]);
  });

  test('images that guards hold do not count', () => {
    const images = family('golden', 8, 1).map((one, index) => (index < 14 ? one : { ...one, tags: known({}) }));
    const { actions } = plan(images, { perPlan: 5, percentOfFamily: 100 }, { lineage: { stampTags: false } });
    expect(roots(actions)).toBe(5);
  });

  test('what policies in mode plan would take is shown and counts for nothing', () => {
    const { actions } = plan(family('golden', 8, 1), { perPlan: 5, percentOfFamily: 100 }, { mode: 'plan' });
    expect(new Set(actions.map(({ mode }) => mode))).toEqual(new Set(['plan']));
    expect(roots(actions)).toBe(6);
  });

  test('taking back launch permissions counts, and giving goes on', () => {
    const images = family('golden', 7, 1).filter((one) => one.sourceImageId === undefined);
    const share = { with: [{ principal: 'account:1' }], exact: true, snapshots: false, kms: 'verify' as const };
    const grants = Object.fromEntries(images.map((one) => [keyOf(one), known(['account:2'])]));
    const more = { share, retain: undefined as never };
    const { actions, held } = plan(images, { perPlan: 5, percentOfFamily: 100 }, more, grants);
    expect(
      actions.map((action) => (action.kind === 'share-image' ? [action.add, action.remove] : action.kind)),
    ).toEqual(images.map(() => [['account:1'], []]));
    expect(held.map(({ step }) => step)).toEqual(images.map(() => 'share-image'));
  });
});
