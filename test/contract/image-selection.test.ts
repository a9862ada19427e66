import { beforeEach, describe, expect, it } from 'vitest';
import { type ImageFixture, putImage } from '../../local/ec2/fixtures.ts';
import type { EmbeddedAws } from '../../local/world.ts';
import { ec2Clients } from '../../shared/aws/clients.ts';
import { Ec2Images } from '../../shared/aws/images.ts';
import { known } from '../../shared/model/evidence.ts';
import { imageKey } from '../../shared/model/ids.ts';
import { account, openWorld, transports } from './worlds.ts';

const region = 'us-east-1';
const stranger = '999999999999';

describe.each(transports)('what selectors and search ask of the embedded AWS, %s', (transport) => {
  let aws: EmbeddedAws;
  let images: Ec2Images;
  beforeEach(() => {
    const world = openWorld(transport);
    aws = world.aws;
    images = new Ec2Images(ec2Clients(world.options), aws.timeline);
  });

  const put = (name: string, more: Partial<ImageFixture> = {}) => putImage(aws, { account, region, name, ...more });

  it('findings of a scan are read, and none means never scanned', async () => {
    const scanned = put('scanned', { scan: { severity: 'medium', at: aws.timeline.now() } });
    put('new');
    const found = await images.list(region);
    expect(found.find(({ id }) => id === scanned.id)?.severity).toEqual(known('medium'));
    expect(found.find(({ name }) => name === 'new')?.severity).toEqual(known(undefined));
  });

  it('ancestors are named with their Regions, nearest first, also images that are gone', async () => {
    const base = 'ami-0ba5e0ba5e0ba5e00';
    const abroad = { region: 'eu-west-1', sourceImageId: base, sourceImageRegion: 'ap-south-1' };
    const parent = put('parent', abroad);
    const child = put('child', { sourceImageId: parent.id, sourceImageRegion: 'eu-west-1', sourceInstanceId: 'i-1' });
    expect(await images.ancestors({ region, id: child.id })).toEqual([
      imageKey('eu-west-1', parent.id),
      imageKey('ap-south-1', base),
    ]);
    expect(await images.ancestors({ region, id: put('root').id })).toEqual([]);
  });

  it('images of other owners are listed over many pages, by name, only what we may see', async () => {
    const theirs = { account: stranger, permissions: ['group:all'] };
    for (let n = 0; n < 7; n++) put(`web-${n}`, theirs);
    put('api-1', theirs);
    put('web-secret', { account: stranger });
    put('web-ours');
    aws.faults.truncate('DescribeImages', 2);
    expect((await images.listOf(region, [stranger], [])).map(({ name }) => name)).toHaveLength(8);
    const named = await images.listOf(region, [stranger], ['web-*', 'none']);
    expect(named.map(({ name }) => name).sort()).toEqual(Array.from({ length: 7 }, (_none, n) => `web-${n}`));
    expect(named.every(({ ownerId }) => ownerId === stranger)).toBe(true);
  });
});
