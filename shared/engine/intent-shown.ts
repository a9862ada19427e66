import { hasFailed, type Image, isThere } from '../model/image.ts';
import type { CopyIntent } from '../model/records.ts';
import { type Instant, minute } from '../model/time.ts';
import { isManaged } from '../rules/classify.ts';
import { mostGenerations, retryDelay } from '../rules/copy-state.ts';

/** What EC2 shows of a lineage in one Region, and whether the root is known to be gone. */
export interface Shown {
  readonly copies: readonly Image[];
  readonly sourceGone: boolean;
}

/** What becomes of an intent by the copies that EC2 shows; `undefined` where nothing does. */
export function asShown(intent: CopyIntent, { copies, sourceGone }: Shown, now: Instant): CopyIntent | undefined {
  const isOver = intent.state === 'abandoned';
  const image = isOver
    ? copies.find(({ state }) => state === 'available')
    : (copies.find(({ id }) => id === intent.copyId) ??
      copies.find(isThere) ??
      copies.find((copy) => isUncounted(copy, intent)));
  if (image?.state === 'available') return { ...intent, state: 'copied', copyId: image.id, since: now };
  if (image?.state === 'pending' && intent.state === 'intent')
    return { ...intent, state: 'copying', copyId: image.id, since: now };
  if (!image || isThere(image) || isOver) return undefined;
  const { retryAt: _before, ...tried } = intent;
  const failed = { ...tried, copyId: image.id, since: now, reason: image.stateReason ?? image.state };
  if (sourceGone) return ended(failed, now);
  if (intent.generation >= mostGenerations) return { ...failed, state: 'abandoned' };
  return { ...failed, state: 'failed', retryAt: now + retryDelay(intent.generation) };
}

/** Wanted of a source that is gone: a copy under way may still finish, and what a newer version wrote is left to it. */
export const endedWithSource = (intent: CopyIntent, now: Instant): CopyIntent[] =>
  !intent.newer && (intent.state === 'intent' || intent.state === 'failed') ? [ended(intent, now)] : [];

function ended({ retryAt: _never, ...tried }: CopyIntent, now: Instant): CopyIntent {
  const reason = [tried.reason, 'its source image is gone'].filter(Boolean).join('; ');
  return { ...tried, state: 'abandoned', since: now, reason, withoutSource: true };
}

/** What EC2 says of when a copy began may be this much earlier than what our clock said. */
const clockSlack = minute;

/** Ours, and it failed, and whoever asked for it could not write down which it is: a try all the same. */
const isUncounted = (copy: Image, { state, copyId, since }: CopyIntent): boolean =>
  state === 'intent' &&
  copyId === undefined &&
  hasFailed(copy) &&
  isManaged(copy) &&
  (copy.createdAt ?? 0) >= since - clockSlack;
