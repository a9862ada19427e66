import {
  CopyImageCommand,
  DeregisterImageCommand,
  DescribeImageAttributeCommand,
  DescribeImagesCommand,
  DescribeSnapshotsCommand,
  type EC2Client,
  ModifyImageAttributeCommand,
  paginateDescribeImages,
  RegisterImageCommand,
  RunInstancesCommand,
} from '@aws-sdk/client-ec2';
import { GetCallerIdentityCommand } from '@aws-sdk/client-sts';
import { afterEach, describe, expect, it } from 'vitest';
import { putImage } from '../../../local/ec2/fixtures.ts';
import { type HttpServer, serve } from '../../../local/http.ts';
import type { EmbeddedAws } from '../../../local/world.ts';
import { hour } from '../../../shared/model/time.ts';
import { account, bare, clientsOver, directClients, failureOf, open, start, wireClients } from './helpers.ts';

const servers: HttpServer[] = [];
afterEach(async () => {
  for (const server of servers.splice(0)) await server.close();
});

async function listening(aws: EmbeddedAws): Promise<HttpServer> {
  const server = await serve(aws, { port: 0 });
  servers.push(server);
  return server;
}

/** Its ids come from the world's seed, so two worlds that were asked the same give the same answers. */
async function lifeOfAnImage(aws: EmbeddedAws, at: (region: string) => EC2Client): Promise<object[]> {
  const answers: object[] = [];
  const ask = async <T extends object>(call: Promise<T>): Promise<T> => {
    const output = await call;
    answers.push(bare(output));
    return output;
  };
  const [home, away] = [at('us-east-1'), at('eu-west-1')];
  putImage(aws, { account, region: 'us-east-1', name: 'base-1' });
  const base = await ask(home.send(new DescribeImagesCommand({ Owners: ['self'] })));
  const SnapshotId = base.Images?.[0]?.BlockDeviceMappings?.[0]?.Ebs?.SnapshotId;
  const registered = await ask(
    home.send(
      new RegisterImageCommand({
        Name: 'golden-1 (a/b)',
        Description: 'x < y & "z"',
        Architecture: 'arm64',
        RootDeviceName: '/dev/xvda',
        VirtualizationType: 'hvm',
        BlockDeviceMappings: [{ DeviceName: '/dev/xvda', Ebs: { SnapshotId, DeleteOnTermination: true } }],
        TagSpecifications: [{ ResourceType: 'image', Tags: [{ Key: 'Team', Value: 'größe' }] }],
      }),
    ),
  );
  await aws.timeline.advanceTo(aws.timeline.now() + hour);
  const copy = { Name: 'golden-1', SourceImageId: registered.ImageId, SourceRegion: 'us-east-1', ClientToken: 'one' };
  const copied = await ask(away.send(new CopyImageCommand({ ...copy, CopyImageTags: true })));
  await ask(away.send(new DescribeImagesCommand({ ImageIds: [copied.ImageId ?? ''] })));
  await aws.timeline.advanceTo(aws.timeline.now() + 5 * hour);
  const ImageId = copied.ImageId ?? '';
  const LaunchPermission = { Add: [{ UserId: '999988887777' }] };
  await ask(away.send(new ModifyImageAttributeCommand({ ImageId, LaunchPermission })));
  await ask(away.send(new DescribeImageAttributeCommand({ ImageId, Attribute: 'launchPermission' })));
  await ask(
    away.send(new DescribeImagesCommand({ Filters: [{ Name: 'tag:Team', Values: ['größe'] }], Owners: ['self'] })),
  );
  await ask(away.send(new DescribeSnapshotsCommand({ OwnerIds: ['self'] })));
  await ask(away.send(new DeregisterImageCommand({ ImageId, DeleteAssociatedSnapshots: true })));
  await aws.timeline.advanceTo(aws.timeline.now() + hour);
  await ask(away.send(new DescribeSnapshotsCommand({ OwnerIds: ['self'] })));
  return answers;
}

describe('the three ways to the same EC2', () => {
  it('agree on the life of an image from RegisterImage to DeregisterImage', async () => {
    const [wired, direct, overHttp] = [open(), open(), open()];
    const server = await listening(overHttp);
    const byWire = await lifeOfAnImage(wired, (region) => wireClients(wired, region).ec2);
    const directly = await lifeOfAnImage(direct, (region) => directClients(direct, region).ec2);
    const byHttp = await lifeOfAnImage(overHttp, (region) => clientsOver({ endpoint: server.url }, region).ec2);
    expect(byWire).toHaveLength(10);
    expect(byWire[3]).toMatchObject({ Images: [{ State: 'pending', Tags: [{ Key: 'Team', Value: 'größe' }] }] });
    expect(byWire[8]).toMatchObject({ Return: true, DeleteSnapshotResults: [{ ReturnCode: 'success' }] });
    expect(byWire[9]).toEqual({ Snapshots: [] });
    expect(directly).toEqual(byWire);
    expect(byHttp).toEqual(byWire);
    expect(direct.state.dump()).toEqual(wired.state.dump());
  });

  it('agree on errors', async () => {
    const aws = open();
    const server = await listening(aws);
    const clients = [wireClients(aws), directClients(aws), clientsOver({ endpoint: server.url })];
    for (const { ec2 } of clients) {
      const unknown = ec2.send(new DescribeImagesCommand({ ImageIds: ['ami-00000000'] }));
      expect(await failureOf(unknown)).toMatchObject({ name: 'InvalidAMIID.NotFound', $fault: 'client' });
      const dry = new RunInstancesCommand({ DryRun: true, ImageId: 'ami-00000000', MinCount: 1, MaxCount: 1 });
      const expected = { name: 'DryRunOperation', $metadata: { httpStatusCode: 412 } };
      expect(await failureOf(ec2.send(dry))).toMatchObject(expected);
    }
  });
});

describe('over HTTP', () => {
  it('an injected crash breaks the connection, and the next request is served', async () => {
    const aws = open();
    const { sts } = clientsOver({ endpoint: (await listening(aws)).url });
    aws.faults.crash('GetCallerIdentity', 'before');
    await expect(sts.send(new GetCallerIdentityCommand({}))).rejects.toThrow();
    expect(await sts.send(new GetCallerIdentityCommand({}))).toMatchObject({ Account: account });
  });

  it('a request that is too large is refused', async () => {
    const server = await listening(open());
    const sent = fetch(server.url, { method: 'POST', body: 'x'.repeat(3 * 1024 * 1024) });
    const status = await sent.then((response) => response.status).catch(() => 'broken off');
    expect([413, 'broken off']).toContain(status);
    expect((await fetch(server.url)).status).toBe(403);
  });

  it('a mistake of ours is a 500, not an answer of AWS', async () => {
    const broken = { handle: () => Promise.reject(new TypeError('oops')) };
    const server = await serve(broken, { port: 0 });
    servers.push(server);
    const response = await fetch(server.url, { method: 'POST', body: '' });
    expect([response.status, await response.text()]).toEqual([500, 'InternalFailure: TypeError: oops']);
  });

  it('a port that is taken is an error', async () => {
    const { port } = await listening(open());
    await expect(serve(open(), { port })).rejects.toThrow(/EADDRINUSE/);
  });
});

describe('faults around calls', () => {
  const identity = new GetCallerIdentityCommand({});
  const copyOf = (aws: EmbeddedAws): CopyImageCommand => {
    const { id } = putImage(aws, { account, region: 'us-east-1', name: 'base-1' });
    return new CopyImageCommand({ Name: 'copy', SourceImageId: id, SourceRegion: 'us-east-1' });
  };
  const copies = (aws: EmbeddedAws): number => {
    const asked = aws.call('ec2', 'DescribeImages', { Owners: ['self'] }, { region: 'eu-west-1' });
    return (asked as { Images: unknown[] }).Images.length;
  };
  const ways = [
    ['wire', wireClients],
    ['direct', directClients],
  ] as const;

  it.each(ways)(
    'F10: a crash before CopyImage leaves nothing, one after it leaves the copy (%s)',
    async (_way, via) => {
      for (const [when, left] of [
        ['before', 0],
        ['after', 1],
      ] as const) {
        const aws = open();
        aws.faults.crash('CopyImage', when);
        const command = copyOf(aws);
        const error = await failureOf(via(aws, 'eu-west-1').ec2.send(command));
        expect([error.name, copies(aws)]).toEqual(['CrashError', left]);
        expect(error).not.toHaveProperty('$fault');
      }
    },
  );

  it.each(ways)('F12: a lost answer looks like a timeout although the copy is there (%s)', async (_way, via) => {
    const aws = open();
    aws.faults.lost('CopyImage');
    const command = copyOf(aws);
    expect(await failureOf(via(aws, 'eu-west-1').ec2.send(command))).toMatchObject({ name: 'TimeoutError' });
    expect(copies(aws)).toBe(1);
  });

  it.each(ways)(
    'F20: throttling ends with its window and spares other operations and Regions (%s)',
    async (_way, via) => {
      const aws = open();
      aws.faults.throttle('CopyImage', { from: start, until: start + hour }, 'eu-west-1');
      const command = copyOf(aws);
      const { ec2, sts } = via(aws, 'eu-west-1');
      expect(await failureOf(ec2.send(command))).toMatchObject({
        name: 'RequestLimitExceeded',
        $metadata: { httpStatusCode: 503 },
      });
      await expect(sts.send(identity)).resolves.toBeDefined();
      await expect(via(aws, 'us-west-2').ec2.send(command)).resolves.toBeDefined();
      await aws.timeline.advanceTo(start + hour);
      await expect(ec2.send(command)).resolves.toBeDefined();
    },
  );

  it.each(ways)('F60: a denial is UnauthorizedOperation (%s)', async (_way, via) => {
    const aws = open();
    aws.faults.deny('CopyImage');
    expect(await failureOf(via(aws).ec2.send(copyOf(aws)))).toMatchObject({
      name: 'UnauthorizedOperation',
      $metadata: { httpStatusCode: 403 },
    });
    expect(copies(aws)).toBe(0);
  });

  it.each(ways)('F25: an outage takes every service of one Region (%s)', async (_way, via) => {
    const aws = open();
    aws.faults.outage('eu-west-1', { until: start + 12 * hour });
    expect((await failureOf(via(aws, 'eu-west-1').sts.send(identity))).name).toBe('ServiceUnavailable');
    await expect(via(aws).sts.send(identity)).resolves.toBeDefined();
    await aws.timeline.advanceTo(start + 12 * hour);
    await expect(via(aws, 'eu-west-1').sts.send(identity)).resolves.toBeDefined();
  });

  it.each(ways)('M08: answers come in short pages although nobody asked for pages (%s)', async (_way, via) => {
    const aws = open();
    for (let index = 0; index < 12; index += 1) putImage(aws, { account, region: 'us-east-1', name: `image-${index}` });
    aws.faults.truncate('DescribeImages', 5);
    const { ec2 } = via(aws);
    const once = await ec2.send(new DescribeImagesCommand({ Owners: ['self'] }));
    expect([once.Images?.length, typeof once.NextToken]).toEqual([5, 'string']);
    let all = 0;
    for await (const page of paginateDescribeImages({ client: ec2 }, { Owners: ['self'] }))
      all += page.Images?.length ?? 0;
    expect(all).toBe(12);
  });

  it('are gone after clear', async () => {
    const aws = open();
    aws.faults.deny('*');
    aws.faults.drop();
    aws.faults.clear();
    await expect(wireClients(aws).sts.send(identity)).resolves.toBeDefined();
  });
});
