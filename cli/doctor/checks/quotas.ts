import type { Image } from '../../../shared/model/image.ts';
import { type Finding, unchecked } from '../finding.ts';
import { check } from '../patient.ts';
import { inRegions, type Regional } from '../regional.ts';
import type { SeenIn } from '../seen.ts';

/** What AWS documents for an account that asked for nothing else. */
export const documented = {
  imagesPerRegion: 50_000,
  publicImagesPerRegion: 5,
  shareesPerImage: 1_000,
  copiesUnderWay: 300,
} as const;

/** From this share of a quota on there is reason to ask for more. */
const crowded = 0.8;

/** Counts against the documented defaults: no call that we make tells what this account was granted. */
export const quotas = check('quotas', ({ images }) => images(), judgeQuotas);

export function judgeQuotas(looks: readonly SeenIn<readonly Pick<Image, 'public'>[]>[]): Finding[] {
  return [...inRegions(looks, 'how many images there are', judged), own];
}

const own = unchecked(
  'no-answer',
  `what this account was granted is in Service Quotas, which is not read; documented are ${documented.copiesUnderWay} copies under way per Region and ${documented.shareesPerImage} sharees per image`,
  'aws service-quotas list-service-quotas --service-code ec2',
);

function judged(images: readonly Pick<Image, 'public'>[]): Regional {
  const shown = [
    { count: images.length, what: 'images', most: documented.imagesPerRegion },
    { count: images.filter((image) => image.public).length, what: 'public', most: documented.publicImagesPerRegion },
  ];
  const full = shown.filter(({ count, most }) => count >= crowded * most);
  if (full.length === 0) return { status: 'ok', says: 'far from the documented defaults' };
  const says = full.map(({ count, what, most }) => `${count} ${what} of ${most} by default`).join(', ');
  return { status: 'warning', says, next: ['ask for more in Service Quotas, or retire more'] };
}
