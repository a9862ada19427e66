import type { Evidence } from './evidence.ts';
import { type AccountId, type ImageId, type ImageKey, imageKey, type Region, type SnapshotId } from './ids.ts';
import type { Instant } from './time.ts';

/** EC2's own list (DescribeImages `State`). */
export const imageStates = [
  'pending',
  'available',
  'invalid',
  'deregistered',
  'transient',
  'failed',
  'error',
  'disabled',
] as const;
export type ImageState = (typeof imageStates)[number];

/** Amazon Inspector's labels, from the mildest on. */
export const severities = ['informational', 'low', 'medium', 'high', 'critical'] as const;
export type Severity = (typeof severities)[number];

export type Tags = Readonly<Record<string, string>>;

/** One image as EC2 shows it in one Region. Absent optional fields are absent in EC2's answer as well. */
export interface Image {
  readonly region: Region;
  readonly id: ImageId;
  readonly name: string;
  readonly ownerId: AccountId;
  readonly ownerAlias?: string;
  readonly state: ImageState;
  readonly stateReason?: string;
  /** Absent when EC2's text is no date: the image is then never aged. */
  readonly createdAt?: Instant;
  readonly architecture: string;
  readonly platform: 'linux' | 'windows';
  readonly rootDeviceType: 'ebs' | 'instance-store';
  readonly snapshots: readonly SnapshotId[];
  /** Sum of the volume sizes in the block device mapping. */
  readonly sizeGiB: number;
  readonly encrypted: boolean;
  readonly kmsKeyIds: readonly string[];
  /** Unknown where the input did not carry tags at all (a saved file), which is not the same as none. */
  readonly tags: Evidence<Tags>;
  readonly public: boolean;
  readonly productCodes: readonly string[];
  readonly watermarked?: true;
  /** An Outpost or a Local Zone, where EC2 says so: such an image lies outside its Region. */
  readonly location?: string;
  readonly sourceImageId?: ImageId;
  readonly sourceImageRegion?: Region;
  /** Present only on images made by CreateImage, which makes them roots of their own lineage. */
  readonly sourceInstanceId?: string;
  readonly deprecationAt?: Instant;
  /** EC2's own word: `disabled`, `enabled`, `enabled-with-cooldown`, `disabled after <time>`. */
  readonly deregistrationProtection: Evidence<string>;
  /** `undefined` inside complete evidence means never launched. EC2's figure is up to 24 h late. */
  readonly lastLaunchedAt: Evidence<Instant | undefined>;
  /** The worst finding of Amazon Inspector. `undefined` inside complete evidence means never scanned. */
  readonly severity: Evidence<Severity | undefined>;
  /** Since when its worst finding could have been mended. */
  readonly fixAvailableSince?: Instant;
}

export const keyOf = (image: { region: Region; id: ImageId }): ImageKey => imageKey(image.region, image.id);

/** Images that occupy their place: a failed or deregistered one does not. */
export const isLive = (image: Image): boolean =>
  image.state === 'pending' || image.state === 'available' || image.state === 'disabled';

export const hasFailed = (image: Image): boolean => ['failed', 'error', 'invalid'].includes(image.state);

/** Whoever launched it may still run it, whatever state it is in by now. */
export const mayHaveLaunched = ({ lastLaunchedAt }: Image): boolean =>
  !lastLaunchedAt.complete || lastLaunchedAt.value !== undefined;

/** It is there, or may be: a state between two others, or one that is new to us, is no reason to make it again. */
export const isThere = (image: Image): boolean => !hasFailed(image) && image.state !== 'deregistered';

export const isProtected = (protection: string): boolean => protection !== 'disabled';

export const tagsOf = (image: Image): Tags => (image.tags.complete ? image.tags.value : {});
