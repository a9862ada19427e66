import type { Tags } from './image.ts';
import { type Duration, type Instant, minute } from './time.ts';

/** What a rule of the Recycle Bin keeps. */
export type BinResource = 'image' | 'snapshot';

/** A pair without a value stands for the bare key. */
export interface BinTag {
  readonly key: string;
  readonly value?: string;
}

/** One retention rule of a Region. */
export interface BinRule {
  readonly id: string;
  readonly resource: BinResource;
  readonly days: number;
  /** Tag-level: whatever carries any of these. Empty: everything in the Region. */
  readonly tags: readonly BinTag[];
  /** Region-level: but not what carries any of these. */
  readonly excluded: readonly BinTag[];
  /** A rule that is still pending keeps nothing. */
  readonly available: boolean;
}

/** The first rule of a Region takes up to this long before it keeps anything. */
export const binStarts: Duration = 30 * minute;

/** When each rule was first seen available as it is now, by {@link ruleKey}. EC2 does not tell. */
export type BinSightings = Readonly<Record<string, Instant>>;

/** A rule that keeps something else, or for another time, is a new rule. */
export const ruleKey = ({ id, resource, days, tags, excluded }: BinRule): string =>
  [id, resource, days, pairs(tags), pairs(excluded)].join(' ');

/** What is seen now, each rule with the time since which it has been there; what keeps nothing is forgotten. */
export const sightingsOf = (rules: readonly BinRule[], before: BinSightings, now: Instant): BinSightings =>
  Object.fromEntries(
    rules.filter(({ available }) => available).map((rule) => [ruleKey(rule), before[ruleKey(rule)] ?? now]),
  );

const pairs = (tags: readonly BinTag[]): string => JSON.stringify(tags.map(({ key, value }) => [key, value]).sort());

/** Certainly carries the pair: a bare key asks for an empty value. */
export const carries = (tags: Tags, { key, value = '' }: BinTag): boolean => tags[key] === value;

/** May be meant by the pair: a bare key may ask for any value. */
export const mayCarry = (tags: Tags, { key, value }: BinTag): boolean =>
  Object.hasOwn(tags, key) && (value === undefined || tags[key] === value);
