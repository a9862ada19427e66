import { purge } from '../actions/deregister-image.ts';
import type { Evidence } from '../model/evidence.ts';
import { type ImageId, type ImageKey, imageRef, type Region } from '../model/ids.ts';
import type { LifecycleEvent } from '../model/lifecycle-event.ts';
import type { SnapshotLocks } from '../model/locks.ts';
import { type ImageRecord, settlingTime } from '../model/records.ts';
import { rests, deleteSnapshots as step } from '../model/refusal.ts';
import { sentence } from '../rules/explain.ts';
import type { Announcer } from './announce.ts';
import { benchFor } from './apply.ts';
import { type Engine, type Run, writtenBy } from './engine.ts';
import { evidence } from './reading.ts';

/**
 * Snapshots go only while the policy of their image acts: one in mode plan, or taken out, leaves them where they are. An
 * image that left just now may not be shown in the Recycle Bin yet, so its snapshots wait for a later run.
 * @returns what stays and why, told when it begins or when its reasons change
 */
export async function purgeLeftOvers(engine: Engine, run: Run, say: Announcer): Promise<LifecycleEvent[]> {
  const acting = new Set(engine.policy.policies.filter(({ mode }) => mode === 'apply').map(({ name }) => name));
  const look = looker(engine);
  const now = engine.clock.now();
  const events: LifecycleEvent[] = [];
  for (const record of await engine.ledger.toPurge()) {
    const { image, policy, goneAt = 0, refused } = record;
    if (policy === undefined || !acting.has(policy) || now - goneAt < settlingTime) continue;
    if ((refused?.step === step && rests(refused, now)) || (await look.isInBin(image))) continue;
    if ((await engine.ledger.freeze()).scope !== 'off') break;
    events.push(...(await purgeOne(engine, run, record, { locks: await look.locks(image), say })));
  }
  return events;
}

interface Surroundings {
  readonly locks: Evidence<SnapshotLocks>;
  readonly say: Announcer;
}

async function purgeOne(engine: Engine, run: Run, record: ImageRecord, { locks, say }: Surroundings) {
  const { image, root, family, policy, pendingSnapshots = [], refused } = record;
  if (!locks.complete) return [];
  const bench = benchFor(engine, run, 'reap');
  const stays = await purge(image, pendingSnapshots, locks.value, bench);
  if (stays.length === 0) return [];
  const at = engine.clock.now();
  const why = stays.map(sentence).join('; ');
  await engine.ledger.saveImage(image, (before) => ({ ...(before ?? record), refused: { step, at, why } }));
  if (refused?.step === step && refused.why === why) return [];
  const detail = { why: stays };
  await engine.ledger.append({ at, image, what: step, phase: 'seen', ...writtenBy(run), detail });
  return [say('AMI Action Blocked', image, { root, family, step, status: 'blocked', reasons: stays }, policy)];
}

/** What lies in the Recycle Bin and which snapshots are locked. Each Region is read once; what is unread keeps. */
function looker({ images }: Engine) {
  const bins = new Map<Region, Promise<Evidence<ImageId[]>>>();
  const locks = new Map<Region, Promise<Evidence<SnapshotLocks>>>();
  const once = <T>(seen: Map<Region, Promise<T>>, region: Region, read: () => Promise<T>): Promise<T> => {
    const found = seen.get(region) ?? read();
    seen.set(region, found);
    return found;
  };
  return {
    isInBin: async (image: ImageKey): Promise<boolean> => {
      const { region, id } = imageRef(image);
      const seen = await once(bins, region, () => evidence(() => images.inBin(region)));
      return !seen.complete || seen.value.includes(id);
    },
    locks: (image: ImageKey): Promise<Evidence<SnapshotLocks>> => {
      const { region } = imageRef(image);
      return once(locks, region, () => evidence(() => images.lockedSnapshots(region)));
    },
  };
}
