import { actionId } from '../model/action-id.ts';
import { digest } from '../model/digest.ts';
import { knownOr } from '../model/evidence.ts';
import type { LifecycleEvent } from '../model/lifecycle-event.ts';
import type { Outcome } from '../model/outcome.ts';
import type { ImageRecord } from '../model/records.ts';
import { day, type Instant } from '../model/time.ts';
import { type Announcer, eventsOf } from './announce.ts';
import type { Engine } from './engine.ts';
import { evidence } from './reading.ts';

/** A refusal is told when it begins, when its reason changes, and once a day; everything else whenever it happens. */
export async function tell(engine: Engine, outcomes: readonly Outcome[], say: Announcer): Promise<LifecycleEvent[]> {
  const events: LifecycleEvent[] = [];
  for (const outcome of outcomes)
    if (!isRefused(outcome) || knownOr(await evidence(() => isNews(engine, outcome)), true))
      events.push(...eventsOf(outcome, say));
  return events;
}

const isRefused = ({ status }: Outcome): boolean => status === 'blocked' || status === 'failed';

/** The same code is the same reason: messages of AWS differ with every call. */
async function isNews({ ledger, clock }: Engine, { action, status, detail, error }: Outcome): Promise<boolean> {
  const record = await ledger.image(action.image);
  if (!record || record.newer) return true;
  const now = clock.now();
  const id = actionId(action);
  const by = digest([status, error ? [error.kind, error.code] : detail.why]);
  const last = record.blocked?.[id];
  if (last?.by === by && now - last.at < day) return false;
  await ledger.saveImage(action.image, (before = record) => {
    return { ...before, blocked: { ...lately(before.blocked, now), [id]: { by, at: now } } };
  });
  return true;
}

const lately = (blocked: ImageRecord['blocked'] = {}, now: Instant): NonNullable<ImageRecord['blocked']> =>
  Object.fromEntries(Object.entries(blocked).filter(([, { at }]) => now - at < day));
