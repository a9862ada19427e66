import { describe, expect, it } from 'vitest';
import type { TagMap } from '../../local/ec2/rows.ts';
import { rowsIn } from '../../local/ec2/rows.ts';
import { hour } from '../../shared/model/time.ts';
import { abroad, build, changing, codesOf, copiesIn, copying, deadLetters, keyOfRow, watch } from './copying.ts';
import { launchPermissions, pass, sharee, told } from './support.ts';

const owners = (count: number): TagMap =>
  Object.fromEntries(Array.from({ length: count }, (_none, n) => [`tag-${String(n).padStart(2, '0')}`, 'x']));
const share = { to: [`${abroad}, kmsKey: alias/golden`], lines: `share: { accounts: ["${sharee}"] }` };

describe('an image with 48 tags', () => {
  it('F34d: has a copy with all our marks from its first moment, and it is told which tags gave way', async () => {
    const { aws, engine } = await copying(share);
    const image = build(aws, { tags: owners(48) });
    await pass(aws, 2 * hour);
    const [copy] = copiesIn(aws, abroad);
    expect(Object.keys(copy?.tags ?? {})).toHaveLength(50);
    expect(copy?.tags).toMatchObject({ ...owners(46), 'ami-steward:managed': 'true' });
    expect(copy?.tags['ami-steward:root']).toBe(keyOfRow(image));
    expect(rowsIn(aws, 'snapshots', abroad)[0]?.tags).toEqual(copy?.tags);
    expect(copy?.permissions).toEqual([`account:${sharee}`]);
    expect(told(aws, 'AMI Copy Started')).toMatchObject([
      {
        reasons: [
          { code: 'copy-missing' },
          { code: 'tags-dropped', data: { region: abroad, keys: ['tag-46', 'tag-47'] } },
        ],
      },
    ]);
    expect(await codesOf(engine, image)).toContain('marks-lack-room');
  });

  it('F34d: is itself left alone, without a call that fails, until there is room for our marks', async () => {
    const stack = await copying(share);
    const { aws, workQueue } = stack;
    const image = build(aws, { tags: owners(48) });
    await pass(aws, 2 * hour);
    const calls = watch(aws);
    await pass(aws, 6 * hour);
    expect(changing(calls)).toEqual([]);
    expect(launchPermissions(aws, image)).toEqual([]);
    aws.call('ec2', 'DeleteTags', { Resources: [image.id], Tags: [{ Key: 'tag-00' }, { Key: 'tag-01' }] });
    await pass(aws, hour);
    expect(launchPermissions(aws, image)).toEqual([{ UserId: sharee }]);
    expect(deadLetters(aws, workQueue)).toEqual([]);
  });

  it('F34d: and 46 of its own has room for all of them', async () => {
    const { aws } = await copying(share);
    const image = build(aws, { tags: owners(46) });
    await pass(aws, 2 * hour);
    expect(launchPermissions(aws, image)).toEqual([{ UserId: sharee }]);
    expect(copiesIn(aws, abroad)[0]?.tags).toMatchObject(owners(46));
  });
});

describe('a copy that loses its marks', () => {
  const marks = ['managed', 'root', 'built', 'policy'].map((key) => ({ Key: `ami-steward:${key}` }));

  it('F15: is still a copy, since EC2 says so, and is marked again', async () => {
    const { aws } = await copying({ to: [abroad, 'us-west-2'] });
    const image = build(aws);
    await pass(aws, 2 * hour);
    const [copy] = copiesIn(aws, abroad);
    const calls = watch(aws);
    aws.call('ec2', 'DeleteTags', { Resources: [copy?.id], Tags: marks }, { region: abroad });
    await pass(aws, 6 * hour);
    expect(changing(calls)).toEqual(['DeleteTags', 'CreateTags']);
    expect(copiesIn(aws, abroad)).toMatchObject([{ tags: { 'ami-steward:root': keyOfRow(image) } }]);
    expect(copiesIn(aws, 'us-west-2')).toMatchObject([{ sourceImageId: image.id }]);
  });
});

describe('our control tags on an image', () => {
  it('F15: are not carried to its copy, and EC2 is never asked to carry tags', async () => {
    const { aws } = await copying();
    const calls = watch(aws);
    const image = build(aws, {
      tags: { Team: 'a', 'ami-steward:reap': 'approved', 'ami-steward:built': '2020-01-01T00:00:00.000Z' },
    });
    await pass(aws, 2 * hour);
    expect(copiesIn(aws, abroad)[0]?.tags).toMatchObject({ Team: 'a', 'ami-steward:root': keyOfRow(image) });
    expect(copiesIn(aws, abroad)[0]?.tags).not.toHaveProperty('ami-steward:reap');
    const asked = calls.filter(({ operation }) => operation === 'CopyImage').map(({ input }) => input);
    expect(asked).toMatchObject([
      { CopyImageTags: false, TagSpecifications: [{ ResourceType: 'image' }, { ResourceType: 'snapshot' }] },
    ]);
  });

  it('F15: make no copy of an image that was built by itself', async () => {
    const { aws, engine } = await copying();
    const image = build(aws);
    const other = build(aws, {
      name: 'web-2',
      tags: { 'ami-steward:managed': 'true', 'ami-steward:root': keyOfRow(image) },
    });
    await pass(aws, 2 * hour);
    expect(copiesIn(aws, abroad, image)).toHaveLength(1);
    expect(copiesIn(aws, abroad, other)).toEqual([]);
    expect(await codesOf(engine, other)).toEqual(['ambiguous-origin']);
  });
});
