import type { BinSightings } from '../model/bin.ts';
import {
  type Approval,
  approvalLife,
  type Freeze,
  freezeScopes,
  type SetAside,
  unsetFreeze,
} from '../model/control.ts';
import { digest } from '../model/digest.ts';
import type { ImageId, ImageKey, Region } from '../model/ids.ts';
import { type Pointer, type PointerRecord, pointerKey } from '../model/pointer.ts';
import type { CopyIntent, Grant, HistoryEntry, ImageRecord, RunHistory } from '../model/records.ts';
import { type Instant, isoTime } from '../model/time.ts';
import type { Item, ItemKey, Store } from '../ports/store.ts';
import { type FirstSweep, sweptIn } from './first-sweep.ts';
import { recordIn, schemaVersion, updateItem } from './item.ts';
import { approvalsOn, imageIndexes, keys, pointersKey, type RunRole, runRoles } from './ledger-keys.ts';

/** The store with the product's words: image records, copy intents, grants, history, control items. */
export class Ledger {
  readonly #store: Store;

  constructor(store: Store) {
    this.#store = store;
  }

  async image(image: ImageKey): Promise<ImageRecord | undefined> {
    const item = await this.#store.get<ImageRecord>(keys.image(image));
    return item && recordIn(item);
  }

  async images(images: readonly ImageKey[]): Promise<ImageRecord[]> {
    return (await this.#store.getMany<ImageRecord>(images.map(keys.image))).map(recordIn);
  }

  /** Recorded images that are not known to be gone. Found by an index: candidates, not proof. */
  async alive(): Promise<ImageKey[]> {
    return (await this.#store.query<ImageRecord>('due', 'alive')).map(({ data }) => data.image);
  }

  /** Images that are gone while snapshots of theirs are still to be deleted. */
  async toPurge(): Promise<ImageRecord[]> {
    return (await this.#store.query<ImageRecord>('due', 'purge')).map(recordIn).filter(({ newer }) => !newer);
  }

  /** Recorded members of a lineage, gone ones included. */
  async lineage(root: ImageKey): Promise<ImageRecord[]> {
    return (await this.#store.query<ImageRecord>('lineage', root)).map(({ data }) => data);
  }

  async children(parent: ImageKey): Promise<ImageRecord[]> {
    return (await this.#store.query<ImageRecord>('children', parent)).map(({ data }) => data);
  }

  /** Recorded images of a family, gone ones included, oldest first. */
  async family(family: string): Promise<ImageRecord[]> {
    return (await this.#store.query<ImageRecord>('family', family)).map(({ data }) => data);
  }

  saveImage(image: ImageKey, change: (record: ImageRecord | undefined) => ImageRecord): Promise<ImageRecord> {
    return this.#update(keys.image(image), change, imageIndexes);
  }

  async intents(pairs: readonly { root: ImageKey; region: Region }[]): Promise<CopyIntent[]> {
    const items = await this.#store.getMany<CopyIntent>(pairs.map(({ root, region }) => keys.intent(root, region)));
    return items.map(recordIn);
  }

  saveIntent(
    root: ImageKey,
    region: Region,
    change: (intent: CopyIntent | undefined) => CopyIntent,
  ): Promise<CopyIntent> {
    return this.#update(keys.intent(root, region), change);
  }

  /** All that we ever gave on an image, taken back or not. */
  async grants(image: ImageKey): Promise<Grant[]> {
    return (await this.#store.list<Grant>(`image#${image}`, 'grant#')).map(recordIn);
  }

  async saveGrant(image: ImageKey, grant: Grant): Promise<void> {
    await this.#update(keys.grant(image, grant), () => grant);
  }

  /** Every pointer that was ever asked to name an image. */
  async pointers(): Promise<PointerRecord[]> {
    return (await this.#store.list<PointerRecord>(pointersKey)).map(recordIn);
  }

  savePointer(pointer: Pointer, change: (record: PointerRecord | undefined) => PointerRecord): Promise<PointerRecord> {
    return this.#update(keys.pointer(pointer), change);
  }

  /** @returns whether it is news that the pointer names the image: told once, by whoever sees it first */
  async confirmPointer(pointer: Pointer, image: ImageId, at: Instant): Promise<boolean> {
    let isNews = false;
    await this.savePointer(pointer, (record) => {
      if (!record) throw new Error(`${pointerKey(pointer)} was never asked to name ${image}`);
      isNews = record.image === image && record.confirmedAt === undefined;
      return isNews ? { ...record, confirmedAt: at } : record;
    });
    return isNews;
  }

  /** Append-only; the same entry twice is one entry. */
  async append(entry: HistoryEntry): Promise<void> {
    const sk = `history#${isoTime(entry.at)}#${digest(entry).slice(0, 12)}`;
    await this.#store.put({ pk: `image#${entry.image}`, sk, schema: schemaVersion, data: entry }, 'absent');
  }

  async history(image: ImageKey): Promise<HistoryEntry[]> {
    return (await this.#store.list<HistoryEntry>(`image#${image}`, 'history#')).map(({ data }) => data);
  }

  /** When the first sweep over this very table ran; `undefined` before. One that was restored may have forgotten much. */
  async firstSweepAt(): Promise<Instant | undefined> {
    const seen = (await this.#store.get<FirstSweep>(keys.firstSweep))?.data;
    return seen && sweptIn(await this.#store.identity(), seen) ? seen.at : undefined;
  }

  /** The switch comes first, so that a store which knows its first sweep and no switch has lost it. */
  async noteFirstSweep(at: Instant): Promise<void> {
    const table = await this.#store.identity();
    const seen = (await this.#store.get<FirstSweep>(keys.firstSweep))?.data;
    if (seen?.table === table) return;
    const data: Freeze = { scope: 'off', why: 'a new store', at };
    if (!seen) await this.#store.put({ ...keys.freeze, schema: schemaVersion, data }, 'absent');
    await this.#update<FirstSweep>(keys.firstSweep, (now) =>
      now && sweptIn(table, now) ? { ...now, table } : { at, table },
    );
  }

  /** Whether everything goes on. A switch that is missing stops what takes; one that cannot be read may say `all`. */
  async freeze(): Promise<Freeze> {
    try {
      const item = await this.#store.get<Freeze>(keys.freeze);
      if (!item) return unsetFreeze('it is missing');
      if (item.schema > schemaVersion) return unsetFreeze('a newer version wrote it');
      const { scope } = item.data;
      return freezeScopes.includes(scope) ? item.data : unsetFreeze(`it says ${scope}, which is none of its words`);
    } catch (error) {
      const why = `it could not be read (${error instanceof Error ? error.message : String(error)})`;
      return { scope: 'all', why };
    }
  }

  async setFreeze(freeze: Freeze): Promise<void> {
    await this.#update(keys.freeze, () => freeze);
  }

  /** What the runs of each function remember. */
  async runs(): Promise<RunHistory[]> {
    const items = await this.#store.getMany<RunHistory>(runRoles.map(keys.run));
    return items.map(({ data }) => data);
  }

  noteRun(role: RunRole, change: (history: RunHistory | undefined) => RunHistory): Promise<RunHistory> {
    return this.#update(keys.run(role), change);
  }

  /** What people approved within the last day. What a newer version wrote may mean something else, and lifts nothing. */
  async approvals(now: Instant): Promise<Approval[]> {
    const days = [...new Set([approvalsOn(now - approvalLife), approvalsOn(now)])];
    const items = await Promise.all(days.map((day) => this.#store.list<Approval>(day)));
    return items.flat().flatMap(({ schema, data }) => (schema > schemaVersion ? [] : [data]));
  }

  async saveApproval(approval: Approval): Promise<void> {
    await this.#update(keys.approval(approval.at, approval.step), () => approval);
  }

  /** When rules of the Recycle Bin were first seen as they are, by Region. */
  async binRules(regions: readonly Region[]): Promise<Record<Region, BinSightings>> {
    const items = await this.#store.getMany<BinSightings>(regions.map(keys.binRules));
    return Object.fromEntries(items.map(({ sk, data }) => [sk.slice(sk.indexOf('#') + 1), data]));
  }

  noteBinRules(region: Region, change: (seen: BinSightings | undefined) => BinSightings): Promise<BinSightings> {
    return this.#update(keys.binRules(region), change, () => undefined);
  }

  /** Keeps a message that nobody can act on, with what is wrong with it. */
  async setAside(message: SetAside): Promise<void> {
    const sk = `${isoTime(message.at)}#${digest(message.body).slice(0, 12)}`;
    await this.#store.put({ pk: 'set-aside', sk, schema: schemaVersion, data: message }, 'absent');
  }

  async setAsideMessages(): Promise<SetAside[]> {
    return (await this.#store.list<SetAside>('set-aside')).map(({ data }) => data);
  }

  #update<T>(key: ItemKey, change: (data: T | undefined) => T, index?: (data: T) => Item['index']): Promise<T> {
    return updateItem(this.#store, key, change, index);
  }
}
