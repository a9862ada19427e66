import { imageKey, type Region } from '../../shared/model/ids.ts';
import { marksFor } from '../../shared/model/marks.ts';
import { day, type Instant, minute } from '../../shared/model/time.ts';
import { putCopy, putImage } from '../ec2/fixtures.ts';
import { keyArn, saveKeyRow } from '../ec2/keys.ts';
import { type ImageRow, save } from '../ec2/rows.ts';
import type { World } from '../kernel/service.ts';

/** When the demo world begins: Monday morning, just after a golden image was built. */
export const demoStart: Instant = Date.UTC(2026, 0, 5, 9);
export const demoAccount = '111122223333';
export const demoHome: Region = 'us-east-1';
/** The Regions that a new account has without opting in. */
export const demoRegions: readonly Region[] = [
  ...['us-east-1', 'us-east-2', 'us-west-1', 'us-west-2', 'ca-central-1', 'sa-east-1'],
  ...['eu-west-1', 'eu-west-2', 'eu-west-3', 'eu-central-1', 'eu-north-1'],
  ...['ap-south-1', 'ap-southeast-1', 'ap-southeast-2', 'ap-northeast-1', 'ap-northeast-2', 'ap-northeast-3'],
];
export const demoTargets: readonly Region[] = ['eu-west-1', 'us-west-2', 'ap-south-1'];
export const demoBuild = { Team: 'platform', Family: 'golden-al2023' };

/** The image that `events/ami-state-change/available.json` tells of: built, and not yet handled by anybody. */
export const newImageId = 'ami-0c4300000000a1b2c';
export const baseImageId = 'ami-0a9000000000a1b2c';

const amazon = '137112412989';
const sharees = ['account:222233334444', 'unit:arn:aws:organizations::111122223333:ou/o-a1b2c3d4e5/ou-ab12-cdef3456'];

export interface DemoOptions {
  /** The launch template that keeps generation 42 in use. */
  readonly template: boolean;
}

/** A small account as it might be met: three generations in four Regions, a fourth just built, a template in use. */
export function seedDemo(world: World, { template }: DemoOptions): void {
  const base = putImage(world, {
    account: amazon,
    region: demoHome,
    id: baseImageId,
    name: 'al2023-ami-2023.9',
    ownerAlias: 'amazon',
    permissions: ['group:all'],
    createdAt: demoStart - 150 * day,
  });
  for (const [generation, age] of [
    [40, 91],
    [41, 63],
    [42, 28],
  ] as const)
    putGeneration(world, base, generation, demoStart - age * day);
  putBuild(world, base, { id: newImageId, name: 'golden-al2023-43', createdAt: demoStart - 12 * minute });
  for (const region of demoTargets) openKey(world, region);
  if (template) putTemplate(world);
}

/** The key under the copies lets in those whom the demo shares with, as its owner has arranged. */
function openKey(world: World, region: Region): void {
  const arn = keyArn({ account: demoAccount, region }, 'alias/golden-ami');
  const use = { Effect: 'Allow', Action: 'kms:*', Resource: '*' };
  const policy = {
    Version: '2012-10-17',
    Statement: [
      { ...use, Principal: { AWS: [demoAccount, '222233334444'].map((id) => `arn:aws:iam::${id}:root`) } },
      { ...use, Principal: { AWS: '*' }, Condition: { StringEquals: { 'aws:PrincipalOrgID': 'o-a1b2c3d4e5' } } },
    ],
  };
  saveKeyRow(world, arn, { policy: JSON.stringify(policy) });
}

const putBuild = (world: World, base: ImageRow, build: { id: string; name: string; createdAt: Instant }): ImageRow =>
  putImage(world, {
    account: demoAccount,
    region: demoHome,
    tags: demoBuild,
    sourceImageId: base.id,
    sourceImageRegion: base.region,
    sourceInstanceId: world.random.id('i'),
    ...build,
  });

const generationId = (generation: number, place: number): string => `ami-0c${generation}0000000${place}a1b2c`;

/** A generation from before our time: copied, marked and shared already, so that nothing is left to give. */
function putGeneration(world: World, base: ImageRow, generation: number, createdAt: Instant): void {
  const id = generationId(generation, 0);
  const root = imageKey(demoHome, id);
  const tags = { ...demoBuild, ...marksFor(root, createdAt, 'golden-al2023') };
  const image = putBuild(world, base, { id, name: `golden-al2023-${generation}`, createdAt });
  save(world, 'images', { ...image, tags, permissions: sharees });
  markSnapshots(world, image, tags);
  for (const [place, region] of demoTargets.entries()) {
    const copyId = generationId(generation, place + 1);
    const copy = putCopy(world, image, { region, id: copyId, createdAt: createdAt + 14 * minute });
    save(world, 'images', { ...copy, tags, permissions: sharees });
    markSnapshots(world, copy, tags);
  }
}

function markSnapshots(world: World, image: ImageRow, tags: ImageRow['tags']): void {
  const table = world.state.table<{ tags: ImageRow['tags'] }>('snapshots');
  for (const { snapshotId } of image.disks) {
    const key = `${image.account}/${image.region}/${snapshotId}`;
    const row = table.get(key);
    if (row) table.set(key, { ...row, tags });
  }
}

/** Seven versions, as a fleet collects them; the newest, its default, names generation 42. */
function putTemplate(world: World): void {
  const at = { account: demoAccount, region: demoHome, createdAt: demoStart - 20 * day };
  const id = 'lt-0ab1200000000a1b2';
  save(world, 'launch-templates', { ...at, id, name: 'web-fleet', defaultVersion: 7, latestVersion: 7, tags: {} });
  for (let number = 1; number <= 7; number++) {
    const generation = number === 7 ? 42 : 32 + number;
    const data = { ImageId: generationId(generation, 0), InstanceType: 't3.micro' };
    save(world, 'launch-template-versions', { ...at, id: `${id}/${number}`, templateId: id, number, data });
  }
}
