import { expect, test } from 'vitest';
import { known } from '../../shared/model/evidence.ts';
import { type Image, keyOf, tagsOf } from '../../shared/model/image.ts';
import type { Policy } from '../../shared/model/policy.ts';
import { day, hour } from '../../shared/model/time.ts';
import { decide } from '../../shared/rules/decide.ts';
import {
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
  selector,
} from './make.ts';

const team = { Team: 'platform' };
const root: Image = {
  ...marked(image(1, { createdAt: now - 300 * day }), { ...team, 'ami-steward:reap': 'approved' }),
  state: 'disabled',
  deprecationAt: now - 90 * day,
};
const bare = copyOf(root, 11);
const tagged = { ...bare, tags: known({ ...tagsOf(bare), ...team }) };
const newer = [2, 3].map((number) => marked(image(number, { createdAt: now - 90 * day }), team));
const gone = { disabledAt: now - 60 * day, checkedAt: now - 60 * day, savedGrants: [], approvedAt: now - hour };

/** What is done to an approved root, and what holds it, where each image leaves alone and this copy stays. */
function fate(copy: Image | undefined, more: Partial<Policy> = {}) {
  const rules = policy({
    copy: copyTo('eu-west-1'),
    select: selector({ tags: { Team: ['platform'] } }),
    retain: retain({ unit: 'image' }),
    ...more,
  });
  const all = recorded(
    record(root, { finishedAt: now - 200 * day, ...gone }),
    ...newer.map((one) => record(one, { finishedAt: now - 89 * day })),
  );
  const images = [root, ...(copy ? [copy] : []), ...newer];
  const plan = decide(inventory(images, { records: records({ images: all }) }), compiled(rules), now);
  const about = <T extends { image: string }>(list: readonly T[]) => list.filter((one) => one.image === keyOf(root));
  return [
    about(plan.actions).map(({ kind }) => kind),
    about(plan.held).flatMap(({ guards }) => guards.map(({ code }) => code)),
  ];
}

const goes = [['deregister-image'], []];
const stays = [[], ['speaks-for-copies']];

test('a root whose tags alone select its copies leaves after them', () => {
  expect(fate(bare)).toEqual(stays);
  expect(fate({ ...bare, state: 'disabled' })).toEqual(stays);
  expect(fate(undefined)).toEqual(goes);
  expect(fate({ ...bare, state: 'failed' })[1]).toEqual([]);
});

test('so does one whose tags alone put them into their family', () => {
  const byName = { select: selector(), family: { key: '{tag:Team}' } };
  expect(fate(bare, byName)).toEqual(stays);
  expect(fate(tagged, byName)).toEqual(goes);
});

test('copies that carry the tags, or that a name selects, do not keep it', () => {
  expect(fate(tagged)).toEqual(goes);
  expect(fate({ ...bare, name: 'another' }, { select: selector() })).toEqual(goes);
});
