import { rmSync } from 'node:fs';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';

import type { World } from '../../cli/worlds/world.ts';
import { type ImageFixture, putCopy, putImage, putInstance } from '../../local/ec2/fixtures.ts';
import { EmbeddedAws } from '../../local/world.ts';
import { observe } from '../../shared/engine/observe.ts';
import { PortError } from '../../shared/model/errors.ts';
import { day } from '../../shared/model/time.ts';
import { worldOf } from '../inventory/planned.ts';
import { copyOf, type Files, idOf, image, instance, instances, region, whole, without } from '../inventory/saved.ts';
import { compiled, onePolicy } from '../policy/files.ts';
import { deployWithRoles } from '../roles/deploy.ts';
import { emptyFolder, shell } from './shell.ts';

const account = '111122223333';
const home = 'us-east-1';
const start = Date.UTC(2026, 0, 1);

async function call(line: string, world: World) {
  const { code, out: stdout, err: stderr } = await shell('/', `affected ${line}`, {}, async () => world);
  return { code, stdout, stderr };
}

interface Row {
  image: string;
  name: string;
  use: string;
  users: { by: string }[];
}
interface Document {
  lineages: { root: string; tie?: string; images: Row[] }[];
  counts: Record<string, number>;
}
const documentOf = ({ stdout }: { stdout: string }) => JSON.parse(stdout) as Document;

describe('in the embedded AWS', () => {
  let aws: EmbeddedAws;
  let world: World;
  beforeEach(async () => {
    aws = EmbeddedAws.open({ start, homeRegion: home, account });
    const policy = compiled(onePolicy('mode: apply'));
    const { engine, findings } = await deployWithRoles(aws, policy);
    const now = () => aws.timeline.now();
    const look: World['look'] = (wanted) => observe(engine, wanted);
    const close = () => Promise.resolve();
    world = { kind: 'local', account, policy, policyFile: 'policy.yml', lines: {}, now, look, engine, findings, close };
  });
  const put = (name: string, more: Partial<ImageFixture> = {}) =>
    putImage(aws, { account, region: home, name, ...more });
  const builtOn = (id: string): Partial<ImageFixture> => ({
    sourceImageId: id,
    sourceImageRegion: home,
    sourceInstanceId: 'i-1',
  });

  it('finds copies and builds in Regions that no policy names, and who runs them', async () => {
    const base = put('base-1', { scan: { severity: 'critical', at: start } });
    putCopy(aws, base, { region: 'ap-south-1', name: 'base-1' });
    const app = put('app-8', { ...builtOn(base.id), region: 'us-west-2' });
    putInstance(aws, app);
    put('other');
    const { code, stdout } = await call(base.id, world);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^base-1 {3}us-east-1\/ami-\S+ {3}root and 1 copy$/m);
    expect(stdout).toMatch(/ap-south-1 +available +Inspector: .*not seen in use$/m);
    expect(stdout).toContain('Inspector: critical');
    expect(stdout).toMatch(new RegExp(`^app-8 .* from us-east-1/${base.id} {3}\\[source id\\]$`, 'm'));
    expect(stdout).toMatch(/us-west-2 +available .*in use: 1 instance in us-west-2$/m);
    expect(stdout).toContain('3 images in 2 lineages: 1 in use, 2 not seen in use, 0 of unknown use.');
    expect(stdout).toContain('Batch, EMR, Elastic Beanstalk');
    expect(stdout).not.toContain('other');
    expect(stdout).toMatch(
      new RegExp(`^Next: +ami-steward revoke us-east-1/${base.id} --descendants --reason TEXT --local --plan$`, 'm'),
    );
  });

  it('tells what Inspector found in it, the worst first, and since when there is a fix', async () => {
    const found = (title: string, severity: string) => ({ title, severity, firstSeenAt: start - day });
    const findings = [
      ...['CVE-1', 'CVE-2', 'CVE-3', 'CVE-4'].map((title) => found(title, 'low')),
      { ...found('CVE-5', 'critical'), fixAvailableSince: start - 2 * day },
    ];
    const base = put('base-1', { scan: { severity: 'critical', at: start, findings } });
    const { code, stdout } = await call(base.id, world);
    expect(code).toBe(0);
    expect(stdout).toContain('Inspector: critical, fix available since 2025-12-30');
    expect(stdout).toMatch(
      /^ +critical +CVE-5 +seen since 2025-12-31 +fix available\n +low +CVE-1 +seen .*no fix yet$/m,
    );
    expect(stdout).toMatch(/^ +and 1 more$/m);
    const told = JSON.parse((await call(`${base.id} --json`, world)).stdout);
    expect(told.findings).toHaveLength(5);
    expect(told.findings[0]).toEqual({
      title: 'CVE-5',
      severity: 'critical',
      fixAvailable: true,
      firstSeenAt: '2025-12-31T00:00:00.000Z',
    });
    expect(told.lineages[0].images[0].fixAvailableSince).toBe('2025-12-30T00:00:00.000Z');
  });

  it('says that findings could not be read, which makes the answer none the worse', async () => {
    const base = put('base-1');
    const at = { operation: 'GetImageFindings', region: home, code: 'UnauthorizedOperation' };
    const denied = () => Promise.reject(new PortError('denied', at, 'no right'));
    const { code, stdout } = await call(base.id, { ...world, findings: denied });
    expect(code).toBe(0);
    expect(stdout).toMatch(/^Note: .*findings in us-east-1\/ami-\S+ were not read: .*no right/m);
  });

  it("asks EC2 for the ancestry, and finds what was built on another owner's image", async () => {
    const theirs = putImage(aws, {
      account: '000000000001',
      ownerAlias: 'amazon',
      region: home,
      name: 'al2023-1',
      permissions: ['group:all'],
    });
    const between = putImage(aws, {
      account: '000000000001',
      region: home,
      name: 'al2023-1-hardened',
      permissions: ['group:all'],
      ...builtOn(theirs.id),
    });
    const app = put('app-8', builtOn(between.id));
    const { code, stdout } = await call(theirs.id.slice(0, 14), world);
    expect(code).toBe(0);
    expect(stdout).toContain('not of this account');
    expect(stdout).toMatch(/^app-8 .*\[EC2 ancestry\]$/m);
    expect(stdout).toContain('under other ids');
    expect(stdout).toContain(`revoke us-east-1/${app.id} --descendants`);
    expect(stdout).not.toContain(`revoke us-east-1/${theirs.id}`);
  });

  it('exits with 5 where a source is blind, and calls nothing there unused', async () => {
    const base = put('base-1');
    aws.faults.deny('DescribeInstances');
    const { code, stdout } = await call(base.id, world);
    expect(code).toBe(5);
    expect(stdout).toContain('use unknown: instances not relied on');
    expect(stdout).toMatch(/^Blind: +instances in .* could not be relied on: /m);
    expect(stdout).toContain('0 in use, 0 not seen in use, 1 of unknown use.');
  });

  it('exits with 5 where the image is shared and nobody counted who else runs it', async () => {
    const base = put('base-1', { permissions: ['account:999988887777'] });
    const { code, stdout } = await call(base.id, world);
    expect(code).toBe(5);
    expect(stdout).toContain('use unknown: usage reports not relied on');
    expect(stdout).toMatch(/^Blind: +there is no report of the last 1d on use of /m);
  });

  it('exits with 5 where a Region is out, or ancestry or the list of Regions is denied', async () => {
    const base = put('base-1');
    put('app-8', builtOn('ami-0ba5e0ba5e0ba5e00'));
    aws.faults.deny('GetImageAncestry');
    const unsure = await call(base.id, world);
    expect(unsure.code).toBe(5);
    expect(unsure.stdout).toMatch(/^Unsure: +1 lineage may descend from it: /m);
    aws.faults.outage('eu-west-1');
    expect((await call(base.id, world)).stdout).toMatch(/^Blind: +eu-west-1 could not be read/m);
    aws.faults.deny('DescribeRegions');
    expect((await call(base.id, world)).stdout).toMatch(/Degraded: other Regions could not be read/);
  });

  it('prints JSON with its schema version', async () => {
    const base = put('base-1');
    put('app-8', builtOn(base.id));
    const { stdout } = await call(`${base.id} --json`, world);
    expect(JSON.parse(stdout)).toMatchObject({
      schemaVersion: 1,
      header: { world: 'local' },
      image: `us-east-1/${base.id}`,
      ours: true,
      lineages: [
        { images: [{ name: 'base-1', state: 'available', severity: null, use: 'not-seen', users: [], unread: [] }] },
        { tie: 'source id', from: `us-east-1/${base.id}`, images: [{ name: 'app-8' }] },
      ],
      unsure: [],
      blind: [],
      neverRead: ['Batch', 'EMR', 'Elastic Beanstalk'],
      counts: { images: 2, lineages: 2, inUse: 0, notSeenInUse: 2, useUnknown: 0 },
      next: [`ami-steward revoke us-east-1/${base.id} --descendants --reason TEXT --local --plan`],
    });
  });

  it('answers for an image that nothing names only when its Region is given', async () => {
    put('base-1');
    const id = 'ami-0123456789abcdef0';
    expect(await call(id, world)).toMatchObject({ code: 3, stdout: '' });
    expect((await call(`us-east-1/${id}`, world)).stdout).toContain('1 image in 1 lineage');
  });
});

describe('in a saved inventory', () => {
  const child = image(5, {
    Name: 'app-5',
    SourceImageId: idOf(1),
    SourceImageRegion: home,
    SourceInstanceId: idOf(1, 'i'),
    Tags: [],
  });
  const files: Files = {
    ...whole,
    ...region(home, [image(1), child]),
    ...region('eu-west-1', [copyOf(1, 11)]),
    [`${home}/instances.json`]: instances(instance(1, 5), instance(2, 5)),
  };
  const asked = async (of: Files, line = `${idOf(1)} --json`) => call(line, await worldOf(of));

  it('finds copies, builds and users in the files', async () => {
    const { lineages, counts } = documentOf(await asked(files));
    expect(lineages.map(({ images }) => images.map(({ name, use }) => [name, use]))).toEqual([
      [
        ['golden-1', 'not-seen'],
        ['golden-1', 'not-seen'],
      ],
      [['app-5', 'in-use']],
    ]);
    expect(counts).toMatchObject({ inUse: 1, notSeenInUse: 2, useUnknown: 0 });
    expect((await asked(files, idOf(1))).stdout).toContain('in use: 2 instances in us-east-1');
  });

  it('calls nothing unused once a file is missing', async () => {
    const { code, stdout } = await asked(without(files, `${home}/groups.json`), idOf(1));
    expect(code).toBe(5);
    expect(stdout).toContain('use unknown: auto-scaling not relied on');
  });
});

describe('wrong input', () => {
  const cwd = emptyFolder();
  afterAll(() => rmSync(cwd, { recursive: true }));

  it.each([
    ['affected --local', 'affected: an argument is missing'],
    ['affected ami-0c4 --local --inventory x', 'choose one world'],
    ['affected ami-0ffff --local', 'no image and no record'],
    ['affected ami-0c4 --local', 'give more of the id'],
  ])('%s', async (line, err) => {
    expect(await shell(cwd, line)).toMatchObject({ code: 3, out: '', err: expect.stringContaining(err) });
  });
});
