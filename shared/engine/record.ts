import { endGrants } from '../actions/grant-key.ts';
import { canonicalJson } from '../model/digest.ts';
import { isPortError, isRetryable } from '../model/errors.ts';
import { type ImageKey, imageKey, imageRef } from '../model/ids.ts';
import { isThere } from '../model/image.ts';
import type { Inventory } from '../model/inventory.ts';
import type { LifecycleEvent } from '../model/lifecycle-event.ts';
import type { PointerRecord } from '../model/pointer.ts';
import {
  type CopyIntent,
  endsWithDisable,
  type ImageRecord,
  withoutFields,
  writtenByActions,
} from '../model/records.ts';
import type { Instant } from '../model/time.ts';
import { imagesByKey } from '../rules/lineages.ts';
import { announcer, publication, publicationType } from './announce.ts';
import { type Engine, type Run, writtenBy } from './engine.ts';
import { endedWithSource } from './intent-shown.ts';
import { readIntents } from './observe-records.ts';
import type { Recording } from './recording.ts';

export interface Sighting {
  readonly run: Run;
  readonly inventory: Inventory;
  readonly recording: Recording;
  readonly seenBy: 'event' | 'sweep';
}

/** Writes down what was seen, and says so: images first seen, copies that became available or failed, images gone. */
export async function record(engine: Engine, sighting: Sighting): Promise<LifecycleEvent[]> {
  const { run, inventory, recording, seenBy } = sighting;
  const say = announcer(engine, run, inventory);
  const events: LifecycleEvent[] = [];
  for (const { record: seen, isNew, expected, ended } of recording.images) {
    let drifted = false;
    await engine.ledger.saveImage(seen.image, (before) => {
      drifted = canonicalJson(before?.drift) !== canonicalJson(seen.drift);
      return merge(before, seen, ended);
    });
    const { image, root, family, role, name } = seen;
    if (isNew) events.push(say('AMI Observed', image, { root, family, role, name, seenBy }));
    if (drifted && seen.drift)
      events.push(
        say('AMI Drift Detected', image, { root, family, field: 'launchPermission', found: seen.drift, expected }),
      );
  }
  for (const intent of recording.intents) events.push(...(await recordIntent(engine, say, inventory, intent)));
  for (const pointer of recording.pointers) events.push(...(await confirm(engine, say, pointer)));
  for (const missing of recording.missing) events.push(...(await bury(engine, run, missing, { inventory, say })));
  for (const risen of recording.risen) await raise(engine, run, risen);
  return events;
}

/** What actions have written meanwhile stays; what was seen is put over it, and what is seen no more goes. */
function merge(before: ImageRecord | undefined, seen: ImageRecord, ended: Instant | undefined): ImageRecord {
  if (!before) return seen;
  if (before.goneAt !== undefined) return before;
  const over = ended !== undefined && ended === before.disabledAt;
  const kept = withoutFields(before, over ? [...endsWithDisable, 'shares', 'drift'] : ['shares', 'drift']);
  return { ...kept, ...withoutFields(seen, writtenByActions) };
}

async function recordIntent(
  engine: Engine,
  say: ReturnType<typeof announcer>,
  inventory: Inventory,
  intent: CopyIntent,
): Promise<LifecycleEvent[]> {
  const { root, region, generation, copyId } = intent;
  let changed = false;
  await engine.ledger.saveIntent(root, region, (before) => {
    changed = before?.generation === generation && before.state !== intent.state;
    return before && !changed ? before : intent;
  });
  if (!changed) return [];
  const copy = copyId === undefined ? root : imageKey(region, copyId);
  const image = imagesByKey(inventory).get(copy);
  const seconds = image?.createdAt === undefined ? undefined : Math.round((intent.since - image.createdAt) / 1000);
  const data = { source: root, target: region, attempt: generation };
  if (intent.state === 'copied') return [say('AMI Copied', copy, { ...data, seconds, kmsKey: intent.request.kmsKey })];
  const failed = { ...data, error: intent.reason };
  if (intent.state === 'failed') return [say('AMI Copy Failed', copy, { ...failed, retryAt: intent.retryAt })];
  if (intent.state === 'abandoned') return [say('AMI Copy Failed', copy, { ...failed, final: true })];
  return [];
}

/** SSM took its time: told now, since only a value that is seen is published. */
async function confirm(engine: Engine, say: ReturnType<typeof announcer>, record: PointerRecord) {
  const { pointer, image: id, root, family, from, fromName, policy } = record;
  if (!(await engine.ledger.confirmPointer(pointer, id, engine.clock.now()))) return [];
  const data = { root, family, ...publication(pointer), from, fromName, to: id };
  return [say(publicationType(record), imageKey(pointer.region, id), data, policy)];
}

interface Telling {
  readonly inventory: Inventory;
  readonly say: ReturnType<typeof announcer>;
}

/** An image that a complete list did not show and that EC2 does not know by its id is gone, whatever a late event says. */
async function bury(engine: Engine, run: Run, missing: ImageRecord, telling: Telling): Promise<LifecycleEvent[]> {
  const { image } = missing;
  if (await engine.images.get(imageRef(image))) return [];
  await endGrantsOf(engine, missing);
  const at = engine.clock.now();
  await engine.ledger.saveImage(image, (before) => ({ ...(before ?? missing), goneAt: before?.goneAt ?? at }));
  await engine.ledger.append({ at, image, what: 'gone', phase: 'seen', ...writtenBy(run) });
  return [...(await endCopies(engine, missing, telling)), ...(await tellOfLoss(engine, missing, telling))];
}

/** No copy can be made of a root that is gone. */
async function endCopies(engine: Engine, { image, role }: ImageRecord, { inventory, say }: Telling) {
  if (role !== 'root') return [];
  const found = await readIntents(engine.ledger, [image], engine.policy);
  const ended = Object.values(found[image] ?? {}).flatMap((intent) => endedWithSource(intent, engine.clock.now()));
  return (await Promise.all(ended.map((intent) => recordIntent(engine, say, inventory, intent)))).flat();
}

/** Whoever deregistered it, or died while we did, left its grants on keys. One that KMS keeps from us stays. */
async function endGrantsOf(engine: Engine, { image, policy = '' }: ImageRecord): Promise<void> {
  try {
    await endGrants(image, policy, engine);
  } catch (error) {
    if (!isPortError(error) || isRetryable(error)) throw error;
  }
}

/** What never was in place, or no policy selects, may come and go as its owners like. */
async function tellOfLoss(
  engine: Engine,
  { image, root, family, role, policy }: ImageRecord,
  { inventory, say }: Telling,
): Promise<LifecycleEvent[]> {
  const wasInPlace = policy !== undefined && inventory.records.images[root]?.finishedAt !== undefined;
  if (!wasInPlace || (await weRemoved(engine, image))) return [];
  const why = 'it is gone, and nothing of AMI Steward removed it';
  return [say('AMI Deregistered Elsewhere', image, { root, family, role, why }, policy)];
}

/** Whatever removes an image writes that down before, so a crash in between leaves the trace of it. */
async function weRemoved({ ledger }: Engine, image: ImageKey): Promise<boolean> {
  const removing = ['deregister-image', 'clean-up-copy'];
  const last = (await ledger.history(image)).findLast(
    ({ what, phase }) => what === 'there again' || (phase === 'before' && removing.includes(what)),
  );
  return last !== undefined && last.what !== 'there again';
}

/**
 * The next look finds it like any other. Its snapshots are in use again, so none of them waits to be deleted; and since
 * somebody wanted it back, what allowed its removal no longer counts.
 */
async function raise(engine: Engine, run: Run, { image }: ImageRecord): Promise<void> {
  const seen = await engine.images.get(imageRef(image));
  if (!seen || !isThere(seen)) return;
  await engine.ledger.saveImage(image, (record) => {
    if (!record) throw new Error(`${image} was never recorded`);
    return withoutFields(record, ['goneAt', 'pendingSnapshots', 'approvedAt', 'checkedAt']);
  });
  const at = engine.clock.now();
  await engine.ledger.append({ at, image, what: 'there again', phase: 'seen', ...writtenBy(run) });
}
