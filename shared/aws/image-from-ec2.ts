import type { BlockDeviceMapping, EbsBlockDevice, Image as Ec2Image, ScanResults, Tag } from '@aws-sdk/client-ec2';
import { PortError } from '../model/errors.ts';
import { type Evidence, known, unknown } from '../model/evidence.ts';
import type { Region } from '../model/ids.ts';
import { type Image, type ImageState, type Severity, severities, type Tags } from '../model/image.ts';
import { type Instant, parseInstant } from '../model/time.ts';

/** Fields whose absence from a saved file says nothing, while their absence from a live answer says "none". */
export type OptionalField = 'Tags' | 'LastLaunchedTime' | 'ScanResults';

export interface Reading {
  /** The optional fields that the file is known to carry. Left out for a live answer, which carries all. */
  readonly fieldsPresent?: ReadonlySet<string>;
}

/**
 * One image of DescribeImages, live or as the AWS CLI saved it, in our words.
 *
 * @throws PortError `unexpected` when it has no `ImageId`: a list with such an entry cannot be trusted
 */
export function imageFromEc2(region: Region, image: Ec2Image, reading: Reading = {}): Image {
  if (image.ImageId === undefined) {
    const at = { operation: 'DescribeImages', region, code: 'NoImageId' };
    throw new PortError('unexpected', at, 'an image without ImageId');
  }
  const devices = volumes(image.BlockDeviceMappings);
  return {
    region,
    id: image.ImageId,
    name: image.Name ?? '',
    ownerId: image.OwnerId ?? '',
    // Silence is no failure: what has failed is cleaned up.
    state: (image.State || 'transient') as ImageState,
    architecture: image.Architecture ?? '',
    platform: image.Platform?.toLowerCase() === 'windows' ? 'windows' : 'linux',
    rootDeviceType: image.RootDeviceType === 'instance-store' ? 'instance-store' : 'ebs',
    snapshots: distinct(devices.map((ebs) => ebs.SnapshotId)),
    sizeGiB: devices.reduce((sum, ebs) => sum + (ebs.VolumeSize ?? 0), 0),
    encrypted: devices.some((ebs) => ebs.Encrypted === true),
    kmsKeyIds: distinct(devices.map((ebs) => ebs.KmsKeyId)),
    tags: tagsEvidence(image.Tags, carries(reading, 'Tags')),
    public: image.Public === true,
    productCodes: distinct((image.ProductCodes ?? []).map((code) => code.ProductCodeId)),
    deregistrationProtection: protection(image.DeregistrationProtection),
    lastLaunchedAt: lastLaunch(image.LastLaunchedTime, carries(reading, 'LastLaunchedTime')),
    severity: worstFinding(image.ScanResults?.HighestFindingSeverityLabel, carries(reading, 'ScanResults')),
    ...optionalTexts(image),
    ...((image.ImageWatermarks ?? []).length > 0 && { watermarked: true as const }),
    ...given('location', locationOf(devices)),
    ...given('createdAt', instantOf(image.CreationDate)),
    ...given('fixAvailableSince', fixOf(image.ScanResults)),
    ...given('deprecationAt', instantOf(image.DeprecationTime)),
  };
}

const optionalTexts = (image: Ec2Image) => ({
  ...given('ownerAlias', image.ImageOwnerAlias),
  ...given('stateReason', image.StateReason?.Message),
  ...given('sourceImageId', image.SourceImageId),
  ...given('sourceImageRegion', image.SourceImageRegion),
  ...given('sourceInstanceId', image.SourceInstanceId),
});

/** Outposts and Local Zones are named on the snapshots of what lies there. */
const locationOf = (devices: readonly EbsBlockDevice[]): string | undefined =>
  devices
    .map(({ OutpostArn, AvailabilityZone }) => OutpostArn ?? AvailabilityZone)
    .find((place) => place !== undefined && place !== '');

const carries = (reading: Reading, field: OptionalField): boolean => reading.fieldsPresent?.has(field) ?? true;

/** Empty texts count as absent: an empty XML element is one. */
const given = <K extends string, V>(key: K, value: V | undefined): { [P in K]?: V } =>
  value === undefined || value === '' ? {} : ({ [key]: value } as { [P in K]?: V });

const volumes = (mappings: readonly BlockDeviceMapping[] | undefined) =>
  (mappings ?? []).flatMap((mapping) => (mapping.Ebs === undefined ? [] : [mapping.Ebs]));

const distinct = (texts: readonly (string | undefined)[]): string[] =>
  [...new Set(texts.filter((text) => text !== undefined && text !== ''))] as string[];

function tagsEvidence(tags: readonly Tag[] | undefined, carried: boolean): Evidence<Tags> {
  if (tags === undefined && !carried) return unknown('the file does not carry tags');
  return known(Object.fromEntries((tags ?? []).map((tag) => [tag.Key ?? '', tag.Value ?? ''])));
}

/** EC2 names the state on every own image ("disabled" is the default), so silence is not an answer. */
const protection = (word: string | undefined): Evidence<string> =>
  word === undefined || word === '' ? unknown('DeregistrationProtection is not given') : known(word);

function lastLaunch(date: unknown, carried: boolean): Evidence<Instant | undefined> {
  if (date === undefined || date === '')
    return carried ? known(undefined) : unknown('the file does not carry LastLaunchedTime');
  const at = instantOf(date);
  return at === undefined ? unknown(`LastLaunchedTime is no date: ${String(date)}`) : known(at);
}

/** A label that we do not know may be a worse one than all we know. */
function worstFinding(label: string | undefined, carried: boolean): Evidence<Severity | undefined> {
  if (label === undefined || label === '')
    return carried ? known(undefined) : unknown('the file does not carry ScanResults');
  const severity = severities.find((one) => one === label.toLowerCase());
  return severity ? known(severity) : unknown(`HighestFindingSeverityLabel is ${label}, which is not known here`);
}

/** EC2 tells it for each severity; that of the worst finding is what matters. */
function fixOf(results: ScanResults | undefined): Instant | undefined {
  const label = severities.find((one) => one === results?.HighestFindingSeverityLabel?.toLowerCase());
  return instantOf(label && results?.[fixField[label]]);
}

const fixField = {
  critical: 'CriticalFixAvailableSince',
  high: 'HighFixAvailableSince',
  medium: 'MediumFixAvailableSince',
  low: 'LowFixAvailableSince',
  informational: 'InformationalFixAvailableSince',
} as const satisfies Record<Severity, keyof ScanResults>;

/** EC2 and the CLI write texts; other readers of the same JSON may have made `Date`s of them. */
function instantOf(date: unknown): Instant | undefined {
  if (date instanceof Date) return Number.isNaN(date.getTime()) ? undefined : date.getTime();
  return typeof date === 'string' ? parseInstant(date) : undefined;
}
