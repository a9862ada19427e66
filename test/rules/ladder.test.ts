import { describe, expect, test } from 'vitest';
import { keyOf } from '../../shared/model/image.ts';
import type { Policy } from '../../shared/model/policy.ts';
import { day, hour, minute } from '../../shared/model/time.ts';
import { decide } from '../../shared/rules/decide.ts';
import {
  abroad,
  compiled,
  copyOf,
  copyTo,
  image,
  inventory,
  marked,
  now,
  policy,
  record,
  recorded,
  records,
  retain,
  shareWith,
} from './make.ts';
import { type Case, table } from './one-old-image.ts';

table('deprecate waits until the image has been outside the newest for long enough', [
  ['one millisecond before', { finishedAgo: 14 * day - 1 }, undefined, 'superseded-wait'],
  ['at the moment', { finishedAgo: 14 * day }, 'deprecate-image', 'deprecate-due'],
  ['one millisecond after', { finishedAgo: 14 * day + 1 }, 'deprecate-image', 'deprecate-due'],
]);

const youngest = (age: number): Case => ({
  image: { createdAt: now - age },
  retain: { stages: { deprecate: { afterSuperseded: hour } } },
  finishedAgo: 2 * hour,
});

const withNewer = (age: number, more: Partial<Policy> = {}) => {
  const subject = marked(image(1, { createdAt: now - age }));
  const others = [2, 3].map((number) => marked(image(number, { createdAt: now - hour * 5 })));
  const kept = recorded(...others.map((one) => record(one, { finishedAt: now - 4 * hour })));
  const rules = compiled(policy({ retain: retain({ stages: youngest(0).retain?.stages ?? {} }), ...more }));
  return decide(inventory([subject, ...others], { records: records({ images: kept }) }), rules, now);
};

describe('no image younger than seven days enters the ladder', () => {
  test.each([
    [7 * day - 1, 0],
    [7 * day, 1],
    [7 * day + 1, 1],
  ])('%i ms old: %i step', (age, count) => {
    expect(withNewer(age).actions).toHaveLength(count);
  });

  test('an override named in the policy lowers it', () => {
    const overrides = [{ rule: 'retain/min-age', reason: 'rebuilt every night' }];
    expect(withNewer(day, { overrides }).actions).toHaveLength(1);
  });
});

table('maxAge and keepLast must both allow it', [
  ['one millisecond too young', { retain: { maxAge: 300 * day + 1 } }, undefined, 'not-expired'],
  ['just old enough', { retain: { maxAge: 300 * day } }, 'deprecate-image', 'deprecate-due'],
  ['among the newest three', { retain: { keepLast: 3 } }, undefined, 'among-newest'],
  ['a floor of two, whatever the policy says', { retain: { keepLast: 1 } }, 'deprecate-image', 'deprecate-due'],
]);

const deprecated = (ago: number): Case => ({ image: { deprecationAt: now - ago }, finishedAgo: 60 * day });

table('disable waits from the deprecation that EC2 shows', [
  ['one millisecond before', deprecated(30 * day - 1), undefined, 'deprecated-wait'],
  ['at the moment', deprecated(30 * day), 'disable-image', 'disable-due'],
  ['one millisecond after', deprecated(30 * day + 1), 'disable-image', 'disable-due'],
  [
    'a deprecation set two minutes ahead is not set again',
    { image: { deprecationAt: now + 2 * minute } },
    undefined,
    'deprecated-wait',
  ],
  [
    'one that lies far ahead is brought forward',
    { image: { deprecationAt: now + 11 * minute } },
    'deprecate-image',
    'deprecate-due',
  ],
  [
    'somebody else deprecated it long ago: our own waits count all the same',
    { ...deprecated(90 * day), finishedAgo: 20 * day },
    undefined,
    'deprecated-wait',
  ],
  ['both waits over', { ...deprecated(90 * day), finishedAgo: 44 * day }, 'disable-image', 'disable-due'],
  [
    'no such stage',
    { ...deprecated(90 * day), retain: { stages: { deprecate: { afterSuperseded: day } } } },
    undefined,
    'no-further-stage',
  ],
]);

table('an image that cannot be ranked is not retired', [
  ['no family', { policy: { family: { key: '{tag:Family}' } } }, undefined, 'no-family'],
  ['F46 a date in the future', { image: { createdAt: now + hour } }, undefined, 'date-unreadable'],
  ['F46 no date', { image: { createdAt: undefined as never } }, undefined, 'date-unreadable'],
  ['no retain section', { policy: { retain: undefined as never } }, undefined, 'no-retain'],
]);

test('F50 a revoked build pushes out nobody', () => {
  const old = marked(image(1, { createdAt: now - 200 * day }));
  const others = [2, 3].map((number) => marked(image(number, { createdAt: now - (100 - number) * day })));
  const plan = (more: object) => {
    const kept = recorded(
      record(old, { finishedAt: now - 190 * day }),
      ...others.map((one) => record(one, { finishedAt: now - 90 * day, ...(one === others[1] && more) })),
    );
    return decide(
      inventory([old, ...others], { records: records({ images: kept }) }),
      compiled(policy({ retain: retain() })),
      now,
    );
  };
  expect(plan({}).actions.map(({ kind }) => kind)).toEqual(['deprecate-image']);
  const { actions, verdicts } = plan({ revoked: { at: now, reason: 'CVE-2026-1234' } });
  expect(actions).toEqual([]);
  expect(verdicts.map(({ code }) => code)).toEqual(['among-newest', 'among-newest', 'revoked']);
});

test('a lineage that would be superseded only by others of unread shares grows on, and takes no step', () => {
  const subject = marked(image(1, { createdAt: now - 200 * day }));
  const others = [2, 3].map((number) => marked(image(number, { createdAt: now - (100 - number) * day })));
  const plan = (finishedAt: number | undefined) => {
    const kept = recorded(
      record(subject, { finishedAt: now - 190 * day }),
      ...others.map((one) => record(one, { ...(finishedAt !== undefined && { finishedAt }) })),
    );
    const rules = policy({ retain: retain(), copy: copyTo(abroad), share: shareWith('account:222233334444') });
    const copies = others.map((one, index) => copyOf(one, 12 + index));
    return decide(
      inventory([subject, ...others, ...copies], { records: records({ images: kept }) }),
      compiled(rules),
      now,
    );
  };
  const copied = (finishedAt?: number) =>
    plan(finishedAt).actions.some(({ kind, root }) => kind === 'copy-image' && root === keyOf(subject));
  expect(copied()).toBe(true);
  expect(plan(undefined).actions.some(({ kind }) => kind === 'deprecate-image')).toBe(false);
  expect(copied(now - 90 * day)).toBe(false);
});
