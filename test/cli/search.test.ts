import { beforeEach, describe, expect, it, test } from 'vitest';
import { run } from '../../cli/main.ts';
import type { OpenWorld } from '../../cli/worlds/open.ts';
import type { World } from '../../cli/worlds/world.ts';
import { type ImageFixture, putCopy, putImage } from '../../local/ec2/fixtures.ts';
import { EmbeddedAws } from '../../local/world.ts';
import { observe } from '../../shared/engine/observe.ts';
import { day } from '../../shared/model/time.ts';
import { compiled, onePolicy } from '../policy/files.ts';
import { deployWithRoles } from '../roles/deploy.ts';
import { shell } from './shell.ts';

const account = '111122223333';
const stranger = '999988887777';
const home = 'us-east-1';
const start = Date.UTC(2026, 0, 1);

let aws: EmbeddedAws;
let world: World;
beforeEach(async () => {
  aws = EmbeddedAws.open({ start, homeRegion: home, account });
  const policy = compiled(onePolicy('mode: apply'));
  const { engine } = await deployWithRoles(aws, policy);
  const now = () => aws.timeline.now();
  const look: World['look'] = (wanted) => observe(engine, wanted);
  const close = () => Promise.resolve();
  world = { kind: 'local', account, policy, policyFile: 'policy.yml', lines: {}, now, look, engine, close };
});

const put = (name: string, more: Partial<ImageFixture> = {}) => putImage(aws, { account, region: home, name, ...more });

async function call(where: string, more: readonly string[] = [], open: OpenWorld = () => Promise.resolve(world)) {
  const { code, out: stdout, err: stderr } = await shell('/', ['search', '--where', where, ...more], {}, open);
  return { code, stdout, stderr };
}

interface Document {
  images: { name: string; region: string }[];
  undecided: { image: string }[];
}

async function found(where: string): Promise<string[]> {
  const { code, stdout } = await call(where, ['--json']);
  expect(code).toBe(0);
  return (JSON.parse(stdout) as Document).images.map(({ name }) => name).sort();
}

describe('a search', () => {
  test.each<[string, Partial<ImageFixture>, Partial<ImageFixture>]>([
    ['name=ye*', {}, {}],
    ['notName=no', {}, {}],
    ['tag:Team=ci', { tags: { Team: 'ci' } }, { tags: { Team: 'web' } }],
    ['notTag:Team=web', { tags: { Team: 'ci' } }, { tags: { Team: 'web' } }],
    ['architecture=arm64', { architecture: 'arm64' }, {}],
    ['platform=windows', { platform: 'windows' }, {}],
    ['rootDevice=instance-store', { rootDeviceType: 'instance-store' }, {}],
    ['encrypted=true', { disks: [{ encrypted: true }] }, {}],
    ['state=disabled', { state: 'disabled' }, {}],
    ['olderThan=90d', { createdAt: start - 90 * day }, { createdAt: start - 89 * day }],
    ['newerThan=90d', { createdAt: start - 89 * day }, { createdAt: start - 90 * day }],
    ['notLaunchedFor=60d', {}, { launches: [start - 3 * day] }],
    ['sharedWith=anyone', { permissions: ['group:all'] }, {}],
    [`sharedWith=${stranger}`, { permissions: [`account:${stranger}`] }, {}],
    ['severityAtLeast=high', { scan: { severity: 'high', at: start } }, { scan: { severity: 'low', at: start } }],
    [
      'descendsFrom=ami-0ba5e0ba5e0ba5e00',
      { sourceImageId: 'ami-0ba5e0ba5e0ba5e00', sourceImageRegion: home, sourceInstanceId: 'i-1' },
      { sourceImageId: 'ami-0ba5e0ba5e0ba5e01', sourceImageRegion: home, sourceInstanceId: 'i-1' },
    ],
    ['region=eu-west-1', { region: 'eu-west-1' }, {}],
  ])('by %s', async (where, yes, no) => {
    put('yes', yes);
    put('no', no);
    expect(await found(where)).toEqual(['yes']);
  });

  it('looks into every Region, also where no policy looks, and at every image by itself', async () => {
    const root = put('web-1', { createdAt: start - 100 * day });
    putCopy(aws, root, { region: 'ap-south-1', name: 'web-1 abroad', state: 'disabled' });
    expect(await found('olderThan=90d')).toEqual(['web-1', 'web-1 abroad']);
    expect(await found('olderThan=90d state=disabled')).toEqual(['web-1 abroad']);
  });

  it('finds images of other owners that were shared, and only these when only these are asked for', async () => {
    put('ours');
    putImage(aws, { account: stranger, region: 'eu-west-1', name: 'theirs', permissions: ['group:all'] });
    putImage(aws, { account: stranger, region: home, name: 'secret' });
    putImage(aws, {
      account: '000000000001',
      ownerAlias: 'amazon',
      region: home,
      name: 'al2023-1',
      permissions: ['group:all'],
    });
    expect(await found(`owner=${stranger}`)).toEqual(['theirs']);
    expect(await found(`owner=self,${stranger}`)).toEqual(['ours', 'theirs']);
    expect(await found('owner=amazon name=al2023-*')).toEqual(['al2023-1']);
    expect(await found(`owner=${stranger} region=us-east-1`)).toEqual([]);
  });

  it('shows a table with the verdict of the policies', async () => {
    put('web-1', { createdAt: start - 100 * day, launches: [start - 3 * day], permissions: ['group:all'] });
    put('other');
    const { code, stdout } = await call('name=web-*,other');
    expect(code).toBe(0);
    const [head, columns, first, second, count] = stdout.split('\n');
    expect(head).toMatch(/^AMI Steward search {3}embedded AWS 111122223333 {3}4 Regions/);
    expect(columns?.split(/ {2,}/)).toEqual([
      'image',
      'Region',
      'name',
      'state',
      'built',
      'last launch',
      'shared',
      'verdict',
    ]);
    expect(first?.split(/ {2,}/).slice(1)).toEqual([
      home,
      'other',
      'available',
      '2026-01-01',
      'never',
      'not read',
      'not-selected',
    ]);
    expect(second?.split(/ {2,}/).slice(1)).toEqual([
      home,
      'web-1',
      'available',
      '2025-09-23',
      '2025-12-29',
      'anyone',
      'mark-missing (web)',
    ]);
    expect(count).toBe('2 images found.');
  });

  it('prints JSON with its schema version, and leaves out what is not known', async () => {
    put('web-1');
    const { stdout } = await call('name=web-1', ['--json']);
    expect(JSON.parse(stdout)).toMatchObject({
      schemaVersion: 1,
      where: 'name=web-1',
      images: [{ name: 'web-1', lastLaunchedAt: null, severity: null, tags: {}, built: '2026-01-01T00:00:00.000Z' }],
      undecided: [],
    });
    expect(stdout).not.toContain('sharedWith');
  });
});

describe('what could not be seen', () => {
  it('exits with 5 when a Region cannot be read, and still shows the others', async () => {
    put('web-1');
    aws.faults.outage('eu-west-1');
    const { code, stdout } = await call('name=web-*');
    expect(code).toBe(5);
    expect(stdout).toContain('1 image found.');
    expect(stdout).toMatch(/Degraded: eu-west-1 could not be read/);
  });

  it('exits with 5 when EC2 does not say which Regions there are', async () => {
    put('web-1');
    aws.faults.deny('DescribeRegions');
    const { code, stdout } = await call('name=web-*');
    expect(code).toBe(5);
    expect(stdout).toMatch(/Degraded: other Regions could not be read/);
  });

  it('says which images may match as well', async () => {
    put('web-1');
    aws.faults.deny('DescribeImageAttribute');
    const { code, stdout } = await call(`name=web-* sharedWith=${stranger}`);
    expect(code).toBe(5);
    expect(stdout).toContain('0 images found.');
    expect(stdout).toMatch(/1 image could not be decided by sharedWith/);
  });
});

describe('wrong input', () => {
  it('exits with 3, with the place and what was meant', async () => {
    const { code, stdout, stderr } = await call('olderTan=90d');
    expect({ code, stdout }).toEqual({ code: 3, stdout: '' });
    expect(stderr).toContain('--where, character 1: unknown word "olderTan"; did you mean "olderThan"?');
  });

  it('does not look for other owners in a saved inventory', async () => {
    const { engine: _none, ...saved } = world;
    const { code, stderr } = await call(`owner=${stranger}`, [], () =>
      Promise.resolve({ ...saved, kind: 'inventory' }),
    );
    expect(code).toBe(3);
    expect(stderr).toContain('a saved inventory holds own images only');
  });

  it('wants a query', async () => {
    const silent = { write: () => true };
    const around = { cwd: '/', env: {}, isTerminal: false, untilStopped: () => Promise.resolve() };
    const io = { stdout: silent, stderr: silent, ...around };
    expect(await run(['search'], io, () => Promise.resolve(world))).toBe(3);
  });
});
