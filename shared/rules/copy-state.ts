import { because, type Reason } from '../model/codes.ts';
import { imageKey } from '../model/ids.ts';
import { type CopyIntent, listingGrace } from '../model/records.ts';
import { type Duration, hour, type Instant, isoTime, minute } from '../model/time.ts';
import type { World } from './world.ts';

/** How often one copy is tried before a person has to look. */
export const mostGenerations = 3;

/** How long to wait after this generation failed. */
export const retryDelay = (generation: number): Duration =>
  generation <= 1 ? 15 * minute : (generation - 1) * 2 * hour;

/** What to do about a copy that is wanted and of which EC2 shows no image. */
export type CopyStep =
  | { readonly kind: 'wait'; readonly why: Reason; readonly at?: Instant }
  | { readonly kind: 'stop'; readonly why: Reason }
  /** `again`: the very request of before, so that its token answers with the copy that may already exist. */
  | { readonly kind: 'copy'; readonly generation: number; readonly why: Reason; readonly again?: CopyIntent };

export function copyStep(intent: CopyIntent | undefined, region: string, world: World): CopyStep {
  if (!intent) return { kind: 'copy', generation: 1, why: because('copy-missing', { region }) };
  const { state, since, generation, copyId, retryAt, withoutSource, newer } = intent;
  if (newer) return { kind: 'stop', why: because('copy-newer', { region }) };
  if (state === 'abandoned' && !withoutSource) return abandoned(intent);
  // Nobody asks without a root, so a source that was gone is back.
  if (state === 'failed' || state === 'abandoned')
    return nextGeneration(intent, retryAt ?? since + retryDelay(generation), world);
  if (state === 'intent' && retryAt !== undefined && world.now < retryAt) return later(region, retryAt);
  if (world.now < since + listingGrace)
    return { kind: 'wait', why: because('copy-under-way', { region }), at: since + listingGrace };
  const copy = copyId && world.inventory.records.images[imageKey(region, copyId)];
  if (copy && copy.approvedAt !== undefined) return { kind: 'stop', why: because('retired-here', { region }) };
  if (state === 'copied') return nextGeneration(intent, since, world);
  // A token that has answered with this id would answer with it again, although the image is gone.
  if (copyId !== undefined) {
    const at = since + retryDelay(generation);
    return world.now < at ? later(region, at) : nextGeneration(intent, at, world);
  }
  return { kind: 'copy', generation, why: because('copy-missing', { region }), again: intent };
}

function nextGeneration(intent: CopyIntent, at: Instant, world: World): CopyStep {
  const { region, generation } = intent;
  if (generation >= mostGenerations) return abandoned(intent);
  if (world.now < at) return later(region, at);
  return {
    kind: 'copy',
    generation: generation + 1,
    why: because('copy-retry-due', { region, generation: generation + 1 }),
  };
}

const later = (region: string, at: Instant): CopyStep => ({
  kind: 'wait',
  why: because('copy-retry-later', { region, at: isoTime(at) }),
  at,
});

const abandoned = ({ region, generation, reason }: CopyIntent): CopyStep => ({
  kind: 'stop',
  why: because('copy-abandoned', { region, generation, ...(reason !== undefined && { reason }) }),
});
