import { expect, test } from 'vitest';
import { known, unknown } from '../../shared/model/evidence.ts';
import { type Image, keyOf } from '../../shared/model/image.ts';
import type { ActionOf, Plan } from '../../shared/model/plan.ts';
import type { CopyPolicy } from '../../shared/model/policy.ts';
import { isoTime } from '../../shared/model/time.ts';
import { decide } from '../../shared/rules/decide.ts';
import { abroad, compiled, copyTo, image, inventory, now, policy } from './make.ts';

const copies = (plan: Plan): ActionOf<'copy-image'>[] => plan.actions.filter((action) => action.kind === 'copy-image');
const requestFor = (one: Image, copy: Partial<CopyPolicy> = {}, others: Image[] = []) =>
  copies(decide(inventory([one, ...others]), compiled(policy({ copy: { ...copyTo(abroad), ...copy } })), now)).find(
    ({ root }) => root === keyOf(one),
  )?.request;

const marks = (one: Image) => ({
  'ami-steward:managed': 'true',
  'ami-steward:root': keyOf(one),
  'ami-steward:built': isoTime(one.createdAt ?? 0),
  'ami-steward:policy': 'golden',
});

test('F15 tags of the root and of the policy go along, never AWS’s own or our control marks', () => {
  const tags = {
    Team: 'a',
    Cost: '1',
    'aws:x': '1',
    'ec2:SharedTag/x': '1',
    'ami-steward:reap': 'approved',
    'ami-steward:keep-until': 'forever',
  };
  const root = image(1, { tags: known(tags) });
  expect(requestFor(root, { addTags: { Cost: '2', 'ami-steward:root': 'x' } })?.tags).toEqual({
    Team: 'a',
    Cost: '2',
    'ami-steward:keep-until': 'forever',
    ...marks(root),
  });
  expect(requestFor(root, { copyTags: false })?.tags).toEqual(marks(root));
});

test.each([
  [45, 49],
  [46, 50],
  [47, 50],
])('F34d a source with %i tags gives a copy with %i, our marks among them', (count, total) => {
  const tags = Object.fromEntries(
    Array.from({ length: count }, (_none, index) => [`tag-${String(index).padStart(2, '0')}`, 'x']),
  );
  const root = image(1, { tags: known(tags) });
  const given = requestFor(root)?.tags ?? {};
  expect(Object.keys(given)).toHaveLength(total);
  expect(given).toMatchObject(marks(root));
  expect(given['tag-00']).toBe('x');
});

test.each([
  [46, []],
  [48, ['tag-46', 'tag-47']],
])('F34d of %i tags it is said which find no room on the copy: %j', (count, keys) => {
  const named = Array.from({ length: count }, (_none, index) => [`tag-${String(index).padStart(2, '0')}`, 'x']);
  const root = image(1, { tags: known(Object.fromEntries(named)) });
  const plan = decide(inventory([root]), compiled(policy({ copy: copyTo(abroad) })), now);
  const told = copies(plan).flatMap(({ why }) => why.filter(({ code }) => code === 'tags-dropped'));
  expect(told).toEqual(keys.length === 0 ? [] : [{ code: 'tags-dropped', data: { region: abroad, keys } }]);
  const verdict = plan.verdicts.find(({ image: one }) => one === keyOf(root));
  expect(verdict?.reasons.filter(({ code }) => code === 'tags-dropped')).toEqual(told);
});

test('a copy waits for tags that could not be read', () => {
  const root = image(1, { tags: unknown('not in the file') });
  expect(requestFor(root)).toBeUndefined();
  expect(requestFor(root, { copyTags: false })).toBeDefined();
});

test('F23 a taken name gets a short hash of the root, within 128 characters', () => {
  const name = 'golden-'.padEnd(128, 'x');
  const root = image(1, { name });
  const taken = image(2, { name, region: abroad });
  expect(requestFor(root)?.name).toBe(name);
  const other = requestFor(root, {}, [taken])?.name ?? '';
  expect(other).toHaveLength(128);
  expect(other).toMatch(/x-[0-9a-f]{7}$/);
});

test('two copies of one plan never get the same name', () => {
  const twins = [image(1, { name: 'golden-x' }), image(2, { name: 'golden-x' })];
  const plan = decide(inventory(twins), compiled(policy({ copy: copyTo(abroad) })), now);
  expect(new Set(copies(plan).map(({ request }) => request.name)).size).toBe(2);
});

test('a name with the replacement patterns of JavaScript is only a name', () => {
  expect(requestFor(image(1, { name: 'golden-$&-$1' }), { name: 'copy of {name}' })?.name).toBe('copy of golden-$&-$1');
});
