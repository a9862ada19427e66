import { expect, test } from 'vitest';
import { known } from '../../shared/model/evidence.ts';
import { keyOf, type Tags } from '../../shared/model/image.ts';
import { marksFor } from '../../shared/model/marks.ts';
import { decide } from '../../shared/rules/decide.ts';
import { compiled, image, inventory, now, policy } from './make.ts';

const share = { with: [{ principal: 'account:222233334444' }], exact: false, snapshots: false, kms: 'off' } as const;
const some = (count: number, prefix = 'tag'): Tags =>
  Object.fromEntries(Array.from({ length: count }, (_none, index) => [`${prefix}-${index}`, 'x']));
const plain = image(1);
const marks = marksFor(keyOf(plain), plain.createdAt, 'golden');
const first = { 'ami-steward:managed': 'true' };

test.each<[string, Tags, number | undefined]>([
  ['46 of its own', some(46), undefined],
  ['47 of its own', some(47), 51],
  ['46 of its own and some of AWS', { ...some(46), ...some(9, 'aws:') }, undefined],
  ['46 of its own and one of ours', { ...some(46), ...first }, undefined],
  ['47 of its own and one of ours', { ...some(47), ...first }, 51],
  ['50 with all of ours', { ...some(46), ...marks }, undefined],
])('F34d an image with %s', (_name, tags, count) => {
  const root = image(1, { tags: known(tags) });
  const plan = decide(inventory([root], { grants: { [keyOf(root)]: known([]) } }), compiled(policy({ share })), now);
  const reasons = plan.verdicts.flatMap((verdict) => verdict.reasons);
  const lacking = reasons.filter(({ code }) => code === 'marks-lack-room');
  expect(lacking.map(({ data }) => data)).toEqual(count === undefined ? [] : [{ count, limit: 50 }]);
  const isMarked = count === undefined || 'ami-steward:managed' in tags;
  expect(plan.actions.some(({ kind }) => kind === 'share-image')).toBe(isMarked);
  expect(reasons.some(({ code }) => code === 'unmarked')).toBe(!isMarked);
  expect(plan.actions.some(({ kind }) => kind === 'mark-image')).toBe(
    count === undefined && !('ami-steward:root' in tags),
  );
});
