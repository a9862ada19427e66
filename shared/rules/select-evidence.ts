import type { Evidence } from '../model/evidence.ts';
import { imageRef, type Region } from '../model/ids.ts';
import { type Image, severities } from '../model/image.ts';
import type { Principal, Selector } from '../model/policy.ts';
import type { Duration, Instant } from '../model/time.ts';
import type { Ancestors } from './ancestry.ts';
import { worldSkew } from './world.ts';

/** What a selector may ask about an image besides what the image itself says. */
export interface Sight {
  readonly homeRegion: Region;
  readonly now: Instant;
  /** The root's build date, which its copies inherit. */
  readonly built?: Instant | undefined;
  /** Launch permissions; absent when nobody has read them. */
  readonly grants?: Evidence<readonly Principal[]> | undefined;
  /** Looked up only where a selector asks. */
  readonly ancestors?: () => Ancestors;
}

/** A key of a selector that could not be decided, and why. */
export interface OpenQuestion {
  readonly key: keyof Selector;
  readonly why: string;
}

type Answer = boolean | { readonly why: string };

/** `no` as soon as one key says so; otherwise the keys that nobody can tell, none of them when all match. */
export function askEvidence(selector: Selector, image: Image, sight: Sight): 'no' | readonly OpenQuestion[] {
  const answers = Object.entries(tests(selector, image, sight)) as [keyof Selector, Answer][];
  if (answers.some(([, answer]) => answer === false)) return 'no';
  return answers.flatMap(([key, answer]) => (typeof answer === 'object' ? [{ key, why: answer.why }] : []));
}

function tests(selector: Selector, image: Image, sight: Sight): Partial<Record<keyof Selector, Answer>> {
  const { olderThan, newerThan, notLaunchedFor, sharedWith, descendsFrom, severityAtLeast } = selector;
  return {
    ...(olderThan !== undefined && { olderThan: ofAge(sight, (age) => age >= olderThan) }),
    ...(newerThan !== undefined && { newerThan: ofAge(sight, (age) => age < newerThan) }),
    ...(notLaunchedFor !== undefined && { notLaunchedFor: idle(image, notLaunchedFor, sight.now) }),
    ...(severityAtLeast !== undefined && { severityAtLeast: isAtLeast(image, severities.indexOf(severityAtLeast)) }),
    ...(sharedWith && { sharedWith: isSharedWith(image, sharedWith, sight) }),
    ...(descendsFrom && { descendsFrom: descends(descendsFrom, sight.ancestors?.()) }),
  };
}

function ofAge({ built, now }: Sight, isRight: (age: Duration) => boolean): Answer {
  if (built === undefined || built > now + worldSkew) return { why: 'its build date is unreadable or in the future' };
  return isRight(now - built);
}

function idle({ lastLaunchedAt }: Image, wanted: Duration, now: Instant): Answer {
  if (!lastLaunchedAt.complete) return { why: lastLaunchedAt.why };
  return lastLaunchedAt.value === undefined || now - lastLaunchedAt.value >= wanted;
}

function isAtLeast({ severity }: Image, rank: number): Answer {
  if (!severity.complete) return { why: severity.why };
  return severity.value !== undefined && severities.indexOf(severity.value) >= rank;
}

/** EC2 says of every image whether everyone may launch it, so only other sharees need the list. */
function isSharedWith(image: Image, wanted: readonly Principal[], { grants }: Sight): Answer {
  if (image.public && wanted.includes('everyone')) return true;
  if (wanted.every((principal) => principal === 'everyone')) return false;
  if (!grants) return { why: 'its launch permissions were not read' };
  if (!grants.complete) return { why: grants.why };
  return grants.value.some((principal) => wanted.includes(principal));
}

function descends(wanted: readonly string[], ancestors: Ancestors | undefined): Answer {
  if (!ancestors) return { why: 'what it was built from was not read' };
  if (ancestors.keys.some((key) => wanted.includes(imageRef(key).id))) return true;
  return ancestors.why === undefined ? false : { why: ancestors.why };
}
