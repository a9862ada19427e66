import { beforeEach, describe, expect, it } from 'vitest';
import { putImage } from '../../local/ec2/fixtures.ts';
import type { EmbeddedAws } from '../../local/world.ts';
import { type ClientOptions, ec2Clients, recycleBinClients } from '../../shared/aws/clients.ts';
import { Ec2Images } from '../../shared/aws/images.ts';
import { AwsRecycleBin } from '../../shared/aws/recycle-bin.ts';
import { recycleBinEndpoint } from '../../shared/aws/recycle-bin-client.ts';
import { Stub, serviceError } from './stub.ts';
import { testOptions } from './support.ts';
import { account, openWorld, transports } from './worlds.ts';

const region = 'eu-west-1';
const rulesOf = (options: ClientOptions) => new AwsRecycleBin(recycleBinClients(options)).rules(region);

describe.each(transports)('rules of the Recycle Bin in the embedded AWS, %s', (transport) => {
  let aws: EmbeddedAws;
  let options: ClientOptions;
  beforeEach(() => {
    ({ aws, options } = openWorld(transport));
  });

  const create = (ResourceType: string, days: number, more: object = {}, where = region) => {
    const RetentionPeriod = { RetentionPeriodValue: days, RetentionPeriodUnit: 'DAYS' };
    const made = aws.call('rbin', 'CreateRule', { ResourceType, RetentionPeriod, ...more }, { region: where });
    return (made as { Identifier: string }).Identifier;
  };

  it('are those for images and those for snapshots, with tags, exclusions and time', async () => {
    const tag = { ResourceTagKey: 'Team', ResourceTagValue: 'platform' };
    const whole = create('EC2_IMAGE', 7, { ExcludeResourceTags: [tag] });
    const tagged = create('EBS_SNAPSHOT', 14, { ResourceTags: [tag] });
    create('EC2_IMAGE', 30, {}, 'us-east-1');
    const pair = { key: 'Team', value: 'platform' };
    expect(await rulesOf(options)).toEqual([
      { id: whole, resource: 'image', days: 7, tags: [], excluded: [pair], available: true },
      { id: tagged, resource: 'snapshot', days: 14, tags: [pair], excluded: [], available: true },
    ]);
  });

  it('stay unknown where they may not be read', async () => {
    create('EC2_IMAGE', 7);
    aws.faults.deny('GetRule');
    await expect(rulesOf(options)).rejects.toMatchObject({ kind: 'denied', operation: 'GetRule', region });
  });

  it('are asked for again when throttled', async () => {
    create('EC2_IMAGE', 7);
    const before = aws.timeline.now();
    aws.faults.throttle('ListRules', { until: before + 1 });
    expect(await rulesOf(options)).toHaveLength(1);
    expect(aws.timeline.now()).toBeGreaterThan(before);
  });
});

describe.each(transports)('what lies in the Recycle Bin, and tags of snapshots, %s', (transport) => {
  const world = () => {
    const { aws, options } = openWorld(transport);
    return { aws, images: new Ec2Images(ec2Clients(options), aws.timeline) };
  };

  it('are read over all pages, of this account and Region', async () => {
    const { aws, images } = world();
    const RetentionPeriod = { RetentionPeriodValue: 7, RetentionPeriodUnit: 'DAYS' };
    aws.call('rbin', 'CreateRule', { ResourceType: 'EC2_IMAGE', RetentionPeriod }, { region });
    await aws.timeline.advanceTo(aws.timeline.now() + 3_600_000);
    expect(await images.inBin(region)).toEqual([]);
    const put = ['a-1', 'a-2', 'a-3'].map((name) => putImage(aws, { account, region, name }).id);
    for (const ImageId of put) aws.call('ec2', 'DeregisterImage', { ImageId }, { region });
    aws.faults.truncate('ListImagesInRecycleBin', 2);
    expect((await images.inBin(region)).sort()).toEqual([...put].sort());
    expect(await images.inBin('us-east-1')).toEqual([]);
    aws.faults.deny('ListImagesInRecycleBin');
    await expect(images.inBin(region)).rejects.toMatchObject({ kind: 'denied' });
  });

  it('leave out a snapshot that EC2 does not know', async () => {
    const { aws, images } = world();
    const disks = Array.from({ length: 201 }, () => ({}));
    const image = putImage(aws, { account, region, name: 'a-1', disks, snapshotTags: { Team: 'platform' } });
    const ids = image.disks.flatMap(({ snapshotId }) => snapshotId ?? []);
    aws.faults.truncate('DescribeSnapshots', 150);
    const tags = await images.snapshotTags(region, [...ids, 'snap-00000000000000000']);
    expect(Object.keys(tags).sort()).toEqual([...ids].sort());
    expect(new Set(Object.values(tags).map(({ Team }) => Team))).toEqual(new Set(['platform']));
  });
});

describe('rules of the Recycle Bin', () => {
  const rule = (more: object = {}) => ({
    Identifier: 'rule0000001',
    ResourceType: 'EC2_IMAGE',
    RetentionPeriod: { RetentionPeriodValue: 7, RetentionPeriodUnit: 'DAYS' },
    Status: 'available',
    ...more,
  });
  const stubOf = (get: (input: Record<string, unknown>, nth: number) => object) =>
    new Stub({
      ListRules: ({ ResourceType, NextToken }) =>
        ResourceType === 'EBS_SNAPSHOT'
          ? { Rules: [] }
          : NextToken === undefined
            ? { Rules: [{ Identifier: 'a' }], NextToken: 'more' }
            : { Rules: [{ Identifier: 'b' }] },
      GetRule: get,
    });
  const read = (get: (input: Record<string, unknown>, nth: number) => object) => rulesOf(stubOf(get).options);

  it('come from all pages', async () => {
    const ids = (await read(({ Identifier }) => rule({ Identifier }))).map(({ id }) => id);
    expect(ids).toEqual(['a', 'b']);
  });

  it.each(['pending', 'something-new', undefined])('with status %s keep nothing', async (Status) => {
    expect((await read(() => rule({ Status })))[0]?.available).toBe(false);
  });

  it('that are deleted while they are read are none', async () => {
    const rules = await read(({ Identifier }) => {
      if (Identifier === 'a') throw serviceError('ResourceNotFoundException', 'gone', 404);
      return rule({ Identifier });
    });
    expect(rules.map(({ id }) => id)).toEqual(['b']);
  });

  it.each([
    [{ RetentionPeriod: { RetentionPeriodValue: 7, RetentionPeriodUnit: 'WEEKS' } }],
    [{ RetentionPeriod: undefined }],
    [{ ResourceType: 'EBS_VOLUME' }],
    [{ ResourceTags: [{}] }],
    [{ Identifier: undefined }],
  ])('that cannot be read in full make the reading fail: %j', async (more) => {
    await expect(read(() => rule(more))).rejects.toMatchObject({ kind: 'unexpected', code: 'UnexpectedAnswer' });
  });
});

describe('requests to the Recycle Bin', () => {
  it.each([
    [{ Region: 'eu-west-1' }, 'https://rbin.eu-west-1.amazonaws.com/'],
    [{ Region: 'cn-north-1' }, 'https://rbin.cn-north-1.amazonaws.com.cn/'],
    [{ Region: 'us-gov-west-1', UseFIPS: true }, 'https://rbin-fips.us-gov-west-1.amazonaws.com/'],
    [{ Region: 'eu-west-1', UseDualStack: true }, 'https://rbin.eu-west-1.api.aws/'],
    [{ Region: 'eu-west-1', Endpoint: 'http://localhost:4599' }, 'http://localhost:4599/'],
  ])('with %j go to %s', (parameters, url) => {
    expect(recycleBinEndpoint(parameters).url.href).toBe(url);
  });

  it('are signed for the service and the Region, by POST and GET', async () => {
    const seen: { method: string; path: string; hostname: string; headers: Record<string, string> }[] = [];
    const requestHandler = {
      handle: (request: (typeof seen)[number]) => {
        seen.push(request);
        const body = request.path === '/list-rules' ? { Rules: [{ Identifier: 'rule0000001' }] } : {};
        return Promise.resolve({
          response: { statusCode: 200, headers: {}, body: new TextEncoder().encode(JSON.stringify(body)) },
        });
      },
    };
    await rulesOf(testOptions({ requestHandler: requestHandler as never })).catch(() => undefined);
    expect(new Set(seen.map(({ method, path }) => `${method} ${path}`))).toEqual(
      new Set(['POST /list-rules', 'GET /rules/rule0000001']),
    );
    for (const { hostname, headers } of seen) {
      expect(hostname).toBe('rbin.eu-west-1.amazonaws.com');
      expect(headers.authorization).toContain('/eu-west-1/rbin/aws4_request');
      expect(headers['user-agent']).toContain('api/rbin');
    }
  });
});
