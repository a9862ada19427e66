import { describe, expect, test } from 'vitest';
import { known, unknown } from '../../shared/model/evidence.ts';
import { hasFailed, imageStates, isLive, isProtected, isThere, tagsOf } from '../../shared/model/image.ts';
import { face } from '../../shared/model/lineage.ts';
import { isInheritable, marksFor } from '../../shared/model/marks.ts';
import { endsWithDisable, type ImageRecord, withoutFields, writtenByActions } from '../../shared/model/records.ts';
import { accessUnder, grantName } from '../../shared/model/storage.ts';
import { copyOf, home, image, now, record } from '../rules/make.ts';

const in_ = (isOne: (one: ReturnType<typeof image>) => boolean): string[] =>
  imageStates.filter((state) => isOne(image(1, { state })));

describe('an image in each state', () => {
  test('occupies its place', () => expect(in_(isLive)).toEqual(['pending', 'available', 'disabled']));
  test('has failed', () => expect(in_(hasFailed)).toEqual(['invalid', 'failed', 'error']));
  test('is there, or may be', () => {
    expect(in_(isThere)).toEqual(['pending', 'available', 'transient', 'disabled']);
    expect(isThere(image(1, { state: 'brand-new' as never }))).toBe(true);
  });
});

test('whatever is not plainly disabled protects', () => {
  const words = ['disabled', 'enabled', 'enabled-with-cooldown', 'disabled after 2026-11-24', ''];
  expect(words.map(isProtected)).toEqual([false, true, true, true, true]);
});

test('tags that nobody read are none to look at', () => {
  expect(tagsOf(image(1, { tags: known({ A: '1' }) }))).toEqual({ A: '1' });
  expect(tagsOf(image(1, { tags: unknown('not in the file') }))).toEqual({});
});

test('a lineage speaks through its root, and through its first copy once the root is gone', () => {
  const root = image(1);
  const copy = copyOf(root, 2);
  expect(face({ members: [root, copy] })).toBe(root);
  expect(face({ members: [copy] })).toBe(copy);
});

test('marks tell root, build date and policy, and no date that nobody knows', () => {
  const key = `${home}/ami-0123abcd` as const;
  expect(marksFor(key, now, 'golden')).toEqual({
    'ami-steward:managed': 'true',
    'ami-steward:root': key,
    'ami-steward:built': '2026-11-23T10:00:00.000Z',
    'ami-steward:policy': 'golden',
  });
  expect(Object.keys(marksFor(key, undefined, 'golden'))).not.toContain('ami-steward:built');
});

test.each([
  ['Team', true],
  ['aws:autoscaling:groupName', false],
  ['x-aws:', true],
  ['ec2:SharedTag/Team', false],
  ['x-ec2:SharedTag/Team', true],
  ['ami-steward:reap', false],
  ['ami-steward:keep-until', true],
  ['my-ami-steward:reap', true],
])('a copy inherits tag %s: %s', (key, expected) => expect(isInheritable(key)).toBe(expected));

describe('a record', () => {
  const full: ImageRecord = record(image(1), {
    finishedAt: 1,
    checkedAt: 2,
    disabledAt: 3,
    savedGrants: [],
    approvedAt: 4,
    pendingSnapshots: [],
    notice: { step: 'disable-image', at: 5 },
    held: { step: 'disable-image', by: 'x', since: 6 },
  });
  const left = Object.keys(record(image(1), { finishedAt: 1 }));

  test('of which everything goes that actions wrote', () =>
    expect(Object.keys(withoutFields(full, writtenByActions))).toEqual(left));
  test('of which everything goes that ends with the disable, and what holds it stays', () =>
    expect(Object.keys(withoutFields(full, endsWithDisable)).sort()).toEqual([...left, 'held'].sort()));
});

test('a key is seen without what we granted for other images, and with what others granted', () => {
  const grant = (name?: string) => ({ id: 'g', grantee: 'x', operations: [], ...(name !== undefined && { name }) });
  const own = grant(grantName('ami-1', '111122223333'));
  const foreign = [grant(), grant('somebody'), grant('x-ami-steward/ami-2/1')];
  const others = [grant(grantName('ami-2', '111122223333')), grant(grantName('ami-11', '111122223333'))];
  const access = { arn: 'a', manager: 'customer' as const, enabled: true, policy: '{}' };
  expect(own.name).toBe('ami-steward/ami-1/111122223333');
  expect(accessUnder('ami-1', { ...access, grants: [own, ...foreign, ...others] })).toEqual({
    ...access,
    grants: [own, ...foreign],
  });
});
