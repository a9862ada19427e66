import { type ErrorKind, isPortError } from '../../shared/model/errors.ts';
import type { Region } from '../../shared/model/ids.ts';
import { type Because, type Finding, unchecked } from './finding.ts';

/** What was read, or why it was not. */
export type Seen<T> =
  | { readonly seen: true; readonly value: T }
  | { readonly seen: false; readonly because: Because; readonly why: string };

/** How an endpoint answers to an operation, or a service, that it does not have. */
const unknownOperations = ['InvalidAction', 'UnknownOperationException'];

/** @throws what no call failed with, and errors of the kinds given */
export async function look<T>(read: () => Promise<T>, ...otherwise: ErrorKind[]): Promise<Seen<T>> {
  try {
    return { seen: true, value: await read() };
  } catch (error) {
    if (!isPortError(error) || otherwise.includes(error.kind)) throw error;
    return { seen: false, because: blame(error.kind, error.code), why: error.message };
  }
}

function blame(kind: ErrorKind, code: string): Because {
  if (unknownOperations.includes(code)) return 'not-modelled';
  return kind === 'denied' ? 'denied' : 'unreadable';
}

export const unseen = ({ because, why }: Extract<Seen<unknown>, { seen: false }>, lost: string): Finding =>
  unchecked(because, because === 'not-modelled' ? `${lost}: not modelled here (${why})` : `${lost}: ${why}`);

/** The same look in several Regions. */
export interface SeenIn<T> {
  readonly region: Region;
  readonly what: Seen<T>;
}

export const lookIn = <T>(regions: readonly Region[], read: (region: Region) => Promise<T>): Promise<SeenIn<T>[]> =>
  Promise.all(regions.map(async (region) => ({ region, what: await look(() => read(region)) })));

/** One finding for each Region that could not be read, alike ones together. */
export function unseenIn(looks: readonly SeenIn<unknown>[], lost: string): Finding[] {
  const blind = looks.flatMap(({ region, what }) => (what.seen ? [] : [{ region, ...what }]));
  return [...Map.groupBy(blind, ({ because, why, region }) => `${because} ${why.replaceAll(region, '')}`).values()].map(
    ([first, ...more]) => {
      if (!first) throw new Error('a group has a first');
      const regions = [first, ...more].map(({ region }) => region).join(', ');
      return unseen(first, `${lost} in ${regions}`);
    },
  );
}

/** What was seen, with its Region. */
export const valuesOf = <T>(looks: readonly SeenIn<T>[]): { region: Region; value: T }[] =>
  looks.flatMap(({ region, what }) => (what.seen ? [{ region, value: what.value }] : []));
