import { deploy, type LocalStack } from '../cli/worlds/local.ts';
import { putImage, putInstance } from '../local/ec2/fixtures.ts';
import { type ImageRow, save } from '../local/ec2/rows.ts';
import { EmbeddedAws } from '../local/world.ts';
import { imageKey, type Region } from '../shared/model/ids.ts';
import { approved, mark, marksFor } from '../shared/model/marks.ts';
import type { ImageRecord } from '../shared/model/records.ts';
import { day, type Instant } from '../shared/model/time.ts';
import { policyOf } from './policy.ts';

export interface Size {
  readonly images: number;
  readonly instances: number;
  readonly templates: number;
  readonly versions: number;
  readonly groups: number;
}

/** Of each family, a week apart; the oldest one is due for one of the four steps. */
export const generations = 25;
const oldest = generations - 1;
/** Days by which the oldest one is past its age. */
const longAgo = 120;
const now: Instant = Date.UTC(2026, 10, 23, 10);
const region: Region = 'us-east-1';
const ladder = ['deprecate', 'disable', 'approve', 'deregister'] as const;
export type Rung = (typeof ladder)[number];

export const rungOf = (family: number): Rung => ladder[family % ladder.length] ?? 'deprecate';

const policyText = `version: 1
policies:
  - name: golden
    mode: apply
    select: { name: "golden-*" }
    family: { key: "{tag:Family}" }
    retain:
      keepLast: 3
      maxAge: 168d
      stages: { deprecate: { afterSuperseded: 14d }, disable: { afterDeprecated: 30d }, deregister: { afterDisabled: 30d } }
      limits: { perPlan: 10000, percentOfFamily: 10 }
`;

/** An account of that size in one Region, put into the embedded AWS row by row, with the product that knows it since long. */
export async function worldOf(size: Size): Promise<LocalStack> {
  const aws = EmbeddedAws.open({ start: now, homeRegion: region });
  const stack = await deploy(aws, policyOf(policyText));
  const images = Array.from({ length: size.images }, (_, number) => imageOf(aws, number));
  for (const image of images) await stack.engine.ledger.saveImage(imageKey(region, image.id), () => recordOf(image));
  await stack.engine.ledger.noteFirstSweep(now - 90 * day);
  const young = images.filter((_, number) => number % generations < oldest);
  const nth = (number: number): ImageRow => young[number % young.length] as ImageRow;
  for (let n = 0; n < size.instances; n++) putInstance(aws, nth(n), { launchedAt: now - 3 * day });
  for (let n = 0; n < size.templates; n++) putTemplate(aws, n, size.versions, nth);
  for (let n = 0; n < size.groups; n++) putGroup(aws, n, size);
  return stack;
}

function imageOf(aws: EmbeddedAws, number: number): ImageRow {
  const [family, generation] = [Math.floor(number / generations), number % generations];
  const id = `ami-0${number.toString(16).padStart(16, '0')}`;
  const createdAt = now - (generation * 7 + (generation === oldest ? longAgo : 1)) * day;
  const rung = generation === oldest ? rungOf(family) : undefined;
  const isDisabled = rung === 'approve' || rung === 'deregister';
  const tags = {
    Family: `family-${family}`,
    ...marksFor(imageKey(region, id), createdAt, 'golden'),
    ...(rung === 'deregister' && { [mark.reap]: approved }),
  };
  return putImage(aws, {
    account: aws.account,
    region,
    id,
    name: `golden-${family}-${generation}`,
    createdAt,
    tags,
    ...(rung !== undefined && rung !== 'deprecate' && { deprecateAt: now - 80 * day }),
    ...(isDisabled && { state: 'disabled' as const }),
  });
}

function recordOf({ id, name, state, createdAt, tags }: ImageRow): ImageRecord {
  const image = imageKey(region, id);
  const disabled = { disabledAt: now - 40 * day, checkedAt: now - 40 * day, savedGrants: [] };
  return {
    image,
    root: image,
    role: 'root',
    name,
    built: createdAt,
    family: tags.Family ?? '',
    policy: 'golden',
    firstSeenAt: createdAt,
    finishedAt: createdAt,
    ...(state === 'disabled' && disabled),
    ...(tags[mark.reap] === approved && { approvedAt: now - day }),
  };
}

const templateId = (number: number): string => `lt-0${number.toString(16).padStart(16, '0')}`;

function putTemplate(aws: EmbeddedAws, number: number, versions: number, image: (n: number) => ImageRow): void {
  const at = { account: aws.account, region, createdAt: now - 90 * day };
  const id = templateId(number);
  save(aws, 'launch-templates', {
    ...at,
    id,
    name: `fleet-${number}`,
    defaultVersion: 1,
    latestVersion: versions,
    tags: {},
  });
  for (let version = 1; version <= versions; version++)
    save(aws, 'launch-template-versions', {
      ...at,
      id: `${id}/${version}`,
      templateId: id,
      number: version,
      data: { ImageId: image(number * versions + version).id, InstanceType: 't3.micro' },
    });
}

/** Every other group names a version by its number. */
function putGroup(aws: EmbeddedAws, number: number, { templates, versions }: Size): void {
  const template = number % templates;
  const LaunchTemplate = {
    LaunchTemplateId: templateId(template),
    LaunchTemplateName: `fleet-${template}`,
    Version: number % 2 === 0 ? '$Default' : String(Math.ceil(versions / 2)),
  };
  save(aws, 'auto-scaling-groups', {
    account: aws.account,
    region,
    id: `group-${number}`,
    createdAt: now - 90 * day,
    data: { MinSize: 0, MaxSize: 1, DesiredCapacity: 0, LaunchTemplate, Tags: [] },
  });
}
