import { describe, expect, test } from 'vitest';
import type { Code } from '../../shared/model/codes.ts';
import { known, unknown } from '../../shared/model/evidence.ts';
import { type Image, keyOf, tagsOf } from '../../shared/model/image.ts';
import type { Inventory } from '../../shared/model/inventory.ts';
import type { RetainPolicy } from '../../shared/model/policy.ts';
import { day } from '../../shared/model/time.ts';
import { decide } from '../../shared/rules/decide.ts';
import {
  abroad,
  compiled,
  copyOf,
  home,
  image,
  inventory,
  marked,
  now,
  policy,
  readings,
  record,
  recorded,
  records,
  retain,
} from './make.ts';
import { told } from './told.ts';

export const root = marked(image(1, { createdAt: now - 300 * day, deprecationAt: now - 40 * day }));
export const copy = copyOf(root, 11, { deprecationAt: now - 40 * day });
export const newer = [2, 3].flatMap((number) => {
  const one = marked(image(number, { createdAt: now - 90 * day }));
  return [one, copyOf(one, number + 10)];
});
export const kept = recorded(
  record(root, { finishedAt: now - 299 * day }),
  ...newer.map((one) => record(one, { finishedAt: now - 89 * day })),
);

export interface Given {
  readonly root?: Partial<Image>;
  readonly copy?: Partial<Image>;
  readonly more?: Image[];
  readonly inventory?: Partial<Inventory>;
  readonly retain?: Partial<RetainPolicy>;
}

export function planOf(given: Given) {
  const images = [{ ...root, ...given.root }, { ...copy, ...given.copy }, ...newer, ...(given.more ?? [])];
  const world = inventory(images, { records: records({ images: kept }), ...given.inventory });
  return told(decide(world, compiled(policy({ retain: retain(given.retain) })), now));
}

/** Codes that hold the disabling of the old lineage, without doubles. */
export const heldBy = (given: Given): Code[] => {
  const { held, actions } = planOf(given);
  if (held.length === 0) expect(actions.map(({ kind }) => kind)).toEqual(['disable-image', 'disable-image']);
  else expect(actions.filter(({ kind }) => kind === 'disable-image')).toEqual([]);
  return [...new Set(held.flatMap(({ guards }) => guards.map(({ code }) => code)))];
};

export const tagged = (tags: Record<string, string>): Partial<Image> => ({ tags: known({ ...tagsOf(root), ...tags }) });
export const use = (one: Image) =>
  readings([home, abroad]).map((reading) =>
    reading.region === one.region
      ? { ...reading, uses: known([{ image: keyOf(one), by: 'i-0a1 (stopped)' }]) }
      : reading,
  );
export const without = (source: string, region: string) =>
  readings([home, abroad]).filter((reading) => reading.source !== source || reading.region !== region);
export const failing = (source: string) =>
  readings([home, abroad]).map((reading) =>
    reading.source === source ? { ...reading, uses: unknown<never>('denied') } : reading,
  );
export const child = (parent: Image, more: Partial<Image> = {}): Image =>
  image(21, {
    sourceImageId: parent.id,
    sourceImageRegion: parent.region,
    sourceInstanceId: 'i-0b2',
    name: 'app-1',
    ...more,
  });

export type Row = [name: string, given: Given, codes: Code[]];
export const table = (name: string, rows: Row[]): void => {
  describe(name, () => {
    test.each(rows)('%s', (_name, given, codes) => expect(heldBy(given)).toEqual(codes));
  });
};
