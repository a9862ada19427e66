import type { z } from 'zod';
import { canonicalJson } from '../../shared/model/digest.ts';
import type { Region } from '../../shared/model/ids.ts';
import { day, type Instant, isoTime } from '../../shared/model/time.ts';
import type { Document } from './document.ts';
import type { JsonPath } from './json.ts';
import type { Problem, Read } from './problem.ts';

/** One thing of a list, with the answer that holds it. */
export interface Item<T> {
  readonly value: T;
  readonly document: Document;
  readonly path: JsonPath;
}

/** All pages of one kind of answer in one Region. */
export interface Listing<T> {
  readonly items: readonly Item<T>[];
  readonly pages: readonly Document[];
}

export type Listings<T> = ReadonlyMap<Region, Listing<T>>;

/** A kind of answer: the key that tells it, the shape of what it lists, and what makes two entries the same thing. */
export interface Kind<S, T> {
  readonly key: string;
  readonly shape: z.ZodType<S>;
  /** The entries at the key; where absent, the list there. */
  readonly entries?: (document: Document) => readonly (readonly [JsonPath, unknown])[];
  readonly parts: (entry: S) => readonly (readonly [JsonPath, T])[];
  readonly idOf: (part: T) => string;
}

/** Reads and joins all answers of a kind. What is twice and equal counts once; what is twice and differs is a problem. */
export function listingsOf<S, T>(documents: readonly Document[], kind: Kind<S, T>): Read<Listings<T>> {
  const problems: Problem[] = [];
  const listings = new Map<Region, Listing<T>>();
  const found = documents.filter(({ data, region }) => region !== undefined && data[kind.key] !== undefined);
  for (const [region, pages] of Map.groupBy(found, (document) => document.region ?? '')) {
    const read = pages.map((document) => itemsOf(document, kind));
    const joined = join(
      read.flatMap(({ value }) => value),
      kind.idOf,
    );
    problems.push(...read.flatMap((page) => page.problems), ...joined.problems);
    listings.set(region, { items: joined.value, pages });
  }
  return { value: listings, problems };
}

const isToken = (key: string): boolean => /^(?:next)?(?:token|marker)$/i.test(key);

/** The AWS CLI prints `NextToken` when it was told to stop early, and EC2 when there is more. */
export const tokenOf = (document: Document): string | undefined =>
  Object.keys(document.data).find((key) => isToken(key) && document.data[key] !== '');

const isOpen = (page: Document): boolean => tokenOf(page) !== undefined;

/** Why there is more than what was saved. Pages do not name each other: that none is the end is all that shows. */
export function leftOver(pages: readonly Document[]): string | undefined {
  if (pages.length === 0 || !pages.every(isOpen)) return undefined;
  const last = pages
    .map(({ path }) => path)
    .sort()
    .at(-1);
  return `${last} ends with a NextToken, and no other file has the rest`;
}

/** Answers saved this far apart show no one moment: an image may have been taken into use in between. */
const oneMoment = day;

/** Why the pages are not the whole truth. `newest`: when the last file of the inventory was saved. */
export function doubtOn(pages: readonly Document[], newest: Instant): string | undefined {
  const old = pages.find(({ savedAt }) => newest - savedAt > oneMoment);
  const stale =
    old && `${old.path} was saved ${isoTime(old.savedAt)}, the newest file ${isoTime(newest)}: save it again`;
  return leftOver(pages) ?? stale;
}

/** Whether there are pages that go on in others. */
export const isChain = (pages: readonly Document[]): boolean => pages.some(isOpen) && !pages.every(isOpen);

/** More faults than these in one answer have one cause. */
const mostFaults = 5;

function itemsOf<S, T>(document: Document, kind: Kind<S, T>): Read<Item<T>[]> {
  const value: Item<T>[] = [];
  const problems: Problem[] = [];
  for (const [path, entry] of (kind.entries ?? listAt(kind.key))(document)) {
    const parsed = kind.shape.safeParse(entry);
    if (parsed.success)
      for (const [below, part] of kind.parts(parsed.data))
        value.push({ value: part, document, path: [...path, ...below] });
    else if (problems.length < mostFaults)
      problems.push(...parsed.error.issues.slice(0, mostFaults).map((issue) => wrongShape(document, path, issue)));
  }
  return { value, problems };
}

/** What is no list is handed on as one entry, so that its shape is what is complained about. */
const listAt =
  (key: string) =>
  ({ data }: Document): (readonly [JsonPath, unknown])[] => {
    const list = data[key];
    // A `null` in the list has left a hole there, which `map` would pass over.
    return Array.isArray(list) ? Array.from(list, (entry: unknown, nth) => [[key, nth], entry]) : [[[key], list]];
  };

export function wrongShape(document: Document, path: JsonPath, issue: { path: JsonPath; message: string }): Problem {
  const where = [...path, ...issue.path];
  const message = issue.message.replace(/^Invalid input: /, '').replace('received undefined', 'it is missing');
  return {
    where: document.place(where),
    what: `${pathText(where)}: ${message}`,
    next: 'save the whole answer of the AWS CLI, without --query',
  };
}

/** `Images[3].Tags[0].Key` */
const pathText = (path: JsonPath): string =>
  path
    .map((part) => (typeof part === 'number' ? `[${part}]` : `.${String(part)}`))
    .join('')
    .replace(/^\./, '');

function join<T>(items: readonly Item<T>[], idOf: (part: T) => string): Read<Item<T>[]> {
  const groups = [...Map.groupBy(items, ({ value }) => idOf(value)).values()];
  return {
    value: groups.flatMap((same) => same.slice(0, 1)),
    problems: groups.flatMap((same) => differing(same, idOf)),
  };
}

/** One problem per thing, at its second place, however many there are. */
function differing<T>(same: readonly Item<T>[], idOf: (part: T) => string): Problem[] {
  const [first, ...others] = same;
  const other = others.find(({ value }) => first && unordered(value) !== unordered(first.value));
  if (!first || !other) return [];
  const what = `${idOf(first.value)} is here and in ${first.document.place(first.path)}, and the two differ`;
  return [{ where: other.document.place(other.path), what, next: 'save both files again, or remove the older one' }];
}

/** EC2 lists tags and the like in any order. */
const unordered = (value: unknown): string =>
  Array.isArray(value)
    ? `[${value.map(unordered).sort().join()}]`
    : value !== null && typeof value === 'object'
      ? `{${Object.entries(value)
          .map(([key, part]) => `${JSON.stringify(key)}:${unordered(part)}`)
          .sort()
          .join()}}`
      : canonicalJson(value);
