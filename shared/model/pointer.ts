import type { ImageId, ImageKey, Region } from './ids.ts';
import { type Duration, type Instant, minute } from './time.ts';

/** What users of images follow rather than an id: an SSM parameter, or a launch template. One per Region. */
export interface Pointer {
  readonly kind: 'parameter' | 'launch-template';
  readonly region: Region;
  readonly name: string;
}

/** `us-east-1 parameter /golden/latest`. */
export type PointerKey = `${string} ${Pointer['kind']} ${string}`;

export const pointerKey = ({ region, kind, name }: Pointer): PointerKey => `${region} ${kind} ${name}`;

/** What a pointer was seen to name. `absent`: there is no such parameter or launch template. */
export type PointerState =
  | { readonly kind: 'absent' }
  | { readonly kind: 'parameter'; readonly value: string }
  | {
      readonly kind: 'launch-template';
      readonly id: string;
      /** It carries the tag without which nothing is published to it. */
      readonly publishable: boolean;
      readonly latest: TemplateVersion;
      readonly default: TemplateVersion;
    };

export interface TemplateVersion {
  readonly version: number;
  /** As it is written there: an image id or `resolve:ssm:...`. */
  readonly image?: string;
}

/** Owners put it on the launch templates that may get new versions. */
export const publishTag = 'ami-steward:publish';

/** What a pointer names for those who follow it. With `setDefault` the default version of a template counts. */
export function namedBy(state: PointerState, setDefault: boolean): string | undefined {
  if (state.kind === 'absent') return undefined;
  return state.kind === 'parameter' ? state.value : (setDefault ? state.default : state.latest).image;
}

/** Everything that somebody may be following. */
export const everyNamed = (state: PointerState): string[] => [
  ...new Set([namedBy(state, false), namedBy(state, true)].filter((name) => name !== undefined)),
];

/** What a publication is ordered by: the build date of the lineage, then its root. */
export interface Release {
  readonly built: Instant;
  readonly root: ImageKey;
}

export const isNewer = (one: Release, other: Release): boolean =>
  one.built > other.built || (one.built === other.built && one.root > other.root);

/** Written before a pointer is moved, under a condition, so that it never goes back. One item per pointer. */
export interface PointerRecord extends Release {
  readonly pointer: Pointer;
  readonly image: ImageId;
  readonly name?: string;
  readonly setDefault: boolean;
  readonly from?: string;
  readonly fromName?: string;
  readonly family?: string;
  readonly policy: string;
  /** 1 for the first try with this image. */
  readonly attempt: number;
  /** It left this revoked root. */
  readonly leaves?: ImageKey;
  readonly run: string;
  readonly since: Instant;
  /** When the pointer was first seen to name the image. Absent: asked for, and not seen yet. */
  readonly confirmedAt?: Instant;
  /** Not stored: a newer version wrote this, so that the pointer is left to it. */
  readonly newer?: true;
}

/** For so long nobody else moves a pointer that is being moved: longer than any function runs. */
export const claimLife: Duration = 5 * minute;

/** Why a pointer may go to an older image. */
export interface WayBack {
  /** The revoked root that it leaves. */
  readonly leaves?: ImageKey;
  /** People named what takes its place, at this time: nothing that was built by then stands in the way. */
  readonly despite?: Instant;
}

/**
 * Whether `next` may be asked for: nothing newer was, and nobody is in the middle of it.
 * @param back what an older image may follow: a revoked root and, where people named its successor, all that was built by then
 */
export function mayClaim(
  prior: PointerRecord | undefined,
  next: Release,
  now: Instant,
  { leaves, despite = Number.NEGATIVE_INFINITY }: WayBack = {},
): boolean {
  if (!prior) return true;
  const isForward = !isNewer(prior, next) || prior.root === leaves || prior.built <= despite;
  return isForward && (prior.confirmedAt !== undefined || now >= prior.since + claimLife);
}
