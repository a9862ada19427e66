import type { Evidence } from './evidence.ts';
import type { AccountId } from './ids.ts';
import { type Duration, day, hour, type Instant } from './time.ts';

/** Evidence of use that is read image by image. A policy may switch either off. */
export const referenceSources = ['image-references', 'image-builder'] as const;
export type ReferenceSourceName = (typeof referenceSources)[number];

export interface ReferenceReading {
  readonly at: Instant;
  /** Who refers to the image, by the source that shows it. A source that is missing here was not asked. */
  readonly by: Readonly<Partial<Record<ReferenceSourceName, Evidence<readonly string[]>>>>;
}

/** EC2's own words for what may refer to an image. */
export const recipeTypes = ['imagebuilder:ImageRecipe', 'imagebuilder:ContainerRecipe'] as const;
export const reportedTypes = ['ec2:Instance', 'ec2:LaunchTemplate', ...recipeTypes] as const;
/** Every version that a launch template can have. */
export const fullDepth = 10_000;

/** What EC2 counted of an image in one moment, account by account. */
export interface UsageReport {
  readonly id: string;
  readonly state: 'pending' | 'available' | 'error';
  readonly createdAt: Instant;
  /** It counts everything that a report can count, in every account. */
  readonly full: boolean;
  readonly reason?: string;
  readonly uses: readonly ReportedUse[];
}

export interface ReportedUse {
  readonly account: AccountId;
  readonly type: string;
  readonly count: number;
}

/** An older report says nothing about today. */
export const reportLife: Duration = day;
/** So long after a report that came to nothing another one is asked for. */
export const reportRetry: Duration = 6 * hour;
