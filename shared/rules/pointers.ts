import { because } from '../model/codes.ts';
import type { Region } from '../model/ids.ts';
import { type Image, isLive } from '../model/image.ts';
import { type Pointer, type PointerKey, pointerKey } from '../model/pointer.ts';
import { isSourceRegion } from './copies.ts';
import { nothing, type Part, said } from './draft.ts';
import { pointerName } from './family.ts';
import type { WantedPointer } from './merge-publish.ts';
import { push, sorted } from './order.ts';
import type { Subject } from './subject.ts';

/** A pointer that could name an image of this lineage. */
export interface Claim {
  readonly subject: Subject;
  readonly wish: WantedPointer;
  readonly pointer: Pointer;
  readonly key: PointerKey;
}

/** Where a lineage has images, and where it will have them. */
const regionsOf = ({ ours, effective, lineage }: Subject): Region[] =>
  sorted([
    ...ours.filter(isLive).map(({ region }) => region),
    ...effective.copies.filter((copy) => copy.since && !isSourceRegion(lineage, copy)).map(({ region }) => region),
  ]);

/** One per pointer that the policies ask for and Region that the lineage reaches. */
export function claimsOf(subject: Subject): Claim[] {
  const { effective, face, family, leftAlone } = subject;
  if (leftAlone || family === undefined || effective.pointers.length === 0) return [];
  const regions = regionsOf(subject);
  return effective.pointers.flatMap((wish) => {
    const name = pointerName(wish.template, face);
    const reached = regions.filter((region) => wish.regions === 'all' || wish.regions.includes(region));
    if (name === undefined) return [];
    return reached.map((region): Claim => {
      const pointer = { kind: wish.kind, region, name };
      return { subject, wish, pointer, key: pointerKey(pointer) };
    });
  });
}

export function claimsByPointer(subjects: readonly Subject[]): Map<PointerKey, Claim[]> {
  const claims = new Map<PointerKey, Claim[]>();
  for (const claim of subjects.flatMap(claimsOf)) push(claims, claim.key, claim);
  return claims;
}

/** Why a lineage has no place among the images of its pointers. */
export function withoutPlace({ effective, face, family, leftAlone }: Subject): Part {
  if (leftAlone || effective.pointers.length === 0) return nothing;
  if (family === undefined) return said(face, because('no-family'));
  const unnamed = effective.pointers.filter(({ template }) => pointerName(template, face) === undefined);
  return said(face, ...unnamed.map(({ template }) => because('pointer-unnamed', { template })));
}

/** What a pointer would name: the root where it was born, else the copy of the lowest id. */
export const imageAt = ({ subject, pointer }: Claim): Image | undefined =>
  subject.ours.find(({ region, state }) => region === pointer.region && state === 'available');
