import { describe, expect, test } from 'vitest';
import { known, unknown } from '../../shared/model/evidence.ts';
import { type Image, keyOf } from '../../shared/model/image.ts';
import type { Inventory } from '../../shared/model/inventory.ts';
import type { ActionOf, Plan } from '../../shared/model/plan.ts';
import type { CopyPolicy } from '../../shared/model/policy.ts';
import type { CopyIntent } from '../../shared/model/records.ts';
import { day, hour, minute } from '../../shared/model/time.ts';
import { retryDelay } from '../../shared/rules/copy-state.ts';
import { decide } from '../../shared/rules/decide.ts';
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
  intents,
  inventory,
  marked,
  now,
  policy,
  record,
  recorded,
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
const made = (plan: Plan): number | undefined => copies(plan)[0]?.generation;

describe('one copy per target Region', () => {
  test('a missing copy is made from the root', () => {
    const [action] = copies(planFor([root]));
    expect(action).toMatchObject({ image: keyOf(root), generation: 1, mode: 'apply', policy: 'golden' });
    expect(action?.request).toMatchObject({ source: keyOf(root), region: abroad, name: 'golden-1' });
  });

  test.each<[string, Image[], string]>([
    ['in place', [root, copyOf(root, 2)], 'in-place'],
    ['under way', [root, copyOf(root, 2, { state: 'pending' })], 'copy-under-way'],
    ['root still pending', [{ ...root, state: 'pending' }], 'not-available-yet'],
    ['root failed', [{ ...root, state: 'failed' }], 'image-failed'],
    ['on instance store', [{ ...root, rootDeviceType: 'instance-store' }], 'not-selected'],
    ['on an Outpost', [{ ...root, location: 'arn:aws:outposts:x' }], 'unsupported-image'],
  ])('none when it is %s', (_name, images, code) => {
    const plan = planFor(images);
    expect(copies(plan)).toEqual([]);
    expect(codeOf(plan, root)).toBe(code);
  });

  test.each([
    ['deprecated', { deprecationAt: now }, 0],
    ['about to be deprecated', { deprecationAt: now + 1 }, 1],
    ['disabled', { state: 'disabled' as const }, 0],
  ])('a root that is %s', (_name, more, count) => {
    expect(copies(planFor([{ ...root, ...more }]))).toHaveLength(count);
  });

  test('F24 a Region that did not answer is not empty', () => {
    const plan = planFor([root], { images: { [home]: known([root]), [abroad]: unknown('opt-in'), [far]: known([]) } });
    expect([copies(plan), codeOf(plan, root)]).toEqual([[], 'region-unreadable']);
  });

  test.each([
    [now - 100 * day - 1, 1],
    [now - 100 * day, 1],
    [now - 100 * day + 1, 0],
  ])('F70 since %i: %i copies', (since, count) => {
    expect(copies(planFor([root], {}, { since }))).toHaveLength(count);
  });
});

describe('F14 the source Region among the targets is dropped unless its key differs', () => {
  const key = (id: string) => `arn:aws:kms:us-east-1:111122223333:key/${id}`;
  test.each<[string, Partial<Image>, string | undefined, number]>([
    ['no key', {}, undefined, 0],
    ['a key, and the root is not encrypted', {}, 'alias/golden', 1],
    ['the same key', { encrypted: true, kmsKeyIds: [key('a1')] }, key('a1'), 0],
    ['the same key by its id', { encrypted: true, kmsKeyIds: [key('a1')] }, 'a1', 0],
    ['another key', { encrypted: true, kmsKeyIds: [key('a1')] }, key('b2'), 1],
    ['an alias, which cannot be compared', { encrypted: true, kmsKeyIds: [key('a1')] }, 'alias/golden', 0],
  ])('%s', (_name, more, kmsKey, count) => {
    const to = [{ region: home, ...(kmsKey !== undefined && { kmsKey }) }];
    expect(copies(planFor([{ ...root, ...more }], {}, { to }))).toHaveLength(count);
  });
});

type Row = [name: string, given: Partial<CopyIntent>, generation: number | undefined, code: string];

describe('an intent decides what a missing copy means', () => {
  test.each<Row>([
    ['young intent', { state: 'intent', since: now - 5 * minute + 1 }, undefined, 'copy-under-way'],
    [
      'F10 intent of five minutes: the same generation again',
      { state: 'intent', since: now - 5 * minute, generation: 2 },
      2,
      'copy-missing',
    ],
    ['F17 copying and not listed yet', { copyId: idOf(9), since: now - 5 * minute + 1 }, undefined, 'copy-under-way'],
    [
      'a known copy that vanished waits like a failed one',
      { copyId: idOf(9), since: now - 15 * minute + 1 },
      undefined,
      'copy-retry-later',
    ],
    ['and is then made anew', { copyId: idOf(9), since: now - 15 * minute }, 2, 'copy-retry-due'],
    ['F18 failed, one before its time', { state: 'failed', retryAt: now + 1 }, undefined, 'copy-retry-later'],
    ['F18 failed, at its time', { state: 'failed', retryAt: now }, 2, 'copy-retry-due'],
    ['second generation failed', { state: 'failed', retryAt: now, generation: 2 }, 3, 'copy-retry-due'],
    ['third generation failed', { state: 'failed', retryAt: now, generation: 3 }, undefined, 'copy-abandoned'],
    [
      'failed without a time, one before the delay',
      { state: 'failed', since: now - 15 * minute + 1 },
      undefined,
      'copy-retry-later',
    ],
    ['failed without a time, after the delay', { state: 'failed', since: now - 15 * minute }, 2, 'copy-retry-due'],
    ['abandoned', { state: 'abandoned' }, undefined, 'copy-abandoned'],
    ['copied just now and not listed yet', { state: 'copied', since: now - minute }, undefined, 'copy-under-way'],
    ['copied, then deleted by somebody', { state: 'copied', copyId: idOf(9) }, 2, 'copy-retry-due'],
  ])('%s', (_name, given, generation, code) => {
    const plan = planFor([root], { records: records({ intents: intents(intent(root, given)) }) });
    expect([made(plan), codeOf(plan, root)]).toEqual([generation, code]);
  });

  test('the same generation is asked for with the very same request', () => {
    const before = intent(root, {
      state: 'intent',
      request: { source: keyOf(root), region: abroad, name: 'other', tags: { a: 'b' } },
    });
    const plan = planFor([root], { records: records({ intents: intents(before) }) });
    expect(copies(plan)[0]?.request).toEqual(before.request);
  });

  test('a copy that we retired ourselves is not made again', () => {
    const copy = copyOf(root, 9);
    const images = recorded(
      record(copy, { role: 'copy', root: keyOf(root), approvedAt: now - day, goneAt: now - day }),
    );
    const plan = planFor([root], {
      records: records({ images, intents: intents(intent(root, { state: 'copied', copyId: copy.id })) }),
    });
    expect([copies(plan), codeOf(plan, root)]).toEqual([[], 'retired-here']);
  });

  test('retries wait 15 minutes, then hours', () => {
    expect([1, 2, 3].map(retryDelay)).toEqual([15 * minute, 2 * hour, 4 * hour]);
  });
});
