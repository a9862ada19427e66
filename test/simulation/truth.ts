import type {
  Binned,
  ImageRow,
  InstanceRow,
  SnapshotRow,
  TemplateRow,
  TemplateVersionRow,
} from '../../local/ec2/rows.ts';
import type { World } from '../../local/kernel/service.ts';
import { type ImageKey, imageKey, imageRef, type Region } from '../../shared/model/ids.ts';
import type { CompiledPolicy, Policy, Principal } from '../../shared/model/policy.ts';
import type { Duration, Instant } from '../../shared/model/time.ts';
import { type Reference, referencesIn } from './references.ts';
import { account } from './scenario.ts';
import type { Silence } from './weather.ts';

/** How an image came to be. What was once seen stays known after the image is gone. */
export interface Birth {
  readonly key: ImageKey;
  readonly account: string;
  readonly name: string;
  readonly architecture: string;
  readonly root: ImageKey;
  /** The image behind the instance that it was made from. */
  readonly parent?: ImageKey;
  readonly at: Instant;
  readonly by: 'product' | 'actor';
}

export const keyOfRow = (row: { region: Region; id: string }): ImageKey => imageKey(row.region, row.id);
export const isLiveRow = ({ state }: ImageRow): boolean => state !== 'failed';

/**
 * The world as it really is, read from the tables of the embedded AWS and never through the product's adapters, with
 * what only the simulator remembers: who made which image, and since when it is disabled.
 */
export class Truth {
  readonly #world: World;
  readonly #births = new Map<ImageKey, Birth>();
  readonly #tags = new Map<ImageKey, Readonly<Record<string, string>>>();
  readonly disabledSince = new Map<ImageKey, Instant>();
  /** Images that the product has deprecated at once, and nobody otherwise since. */
  readonly deprecated = new Set<ImageKey>();
  /** Images that the product has removed together with their snapshots. */
  readonly removed: { readonly key: ImageKey; readonly region: Region; readonly snapshots: readonly string[] }[] = [];
  readonly #held = new Map<ImageKey, Instant>();
  readonly #everWatched = new Set<Region>();
  readonly #binned = new Set<string>();
  /** Since when and until when a source answers with nothing. */
  silence: Silence | undefined;
  isSkewed: () => boolean = () => false;
  readonly #given = new Map<ImageKey, Set<Principal>>();
  readonly #owed = new Map<ImageKey, Set<Principal>>();
  /** The one that is deployed now. */
  policy: CompiledPolicy;
  /** For so long EC2 does not show a new image. */
  readonly lag: Duration;

  constructor(world: World, policy: CompiledPolicy, lag: Duration) {
    this.#world = world;
    this.policy = policy;
    this.lag = lag;
  }

  now(): Instant {
    return this.#world.timeline.now();
  }

  image(key: ImageKey): ImageRow | undefined {
    const { region, id } = imageRef(key);
    return this.#world.state.table<ImageRow>('images').get(`${account}/${region}/${id}`);
  }

  /** Ours. */
  images(): ImageRow[] {
    return [...this.#world.state.table<ImageRow>('images').values()].filter((row) => row.account === account);
  }

  instances(): InstanceRow[] {
    return [...this.#world.state.table<InstanceRow>('instances').values()];
  }

  templates(): TemplateRow[] {
    return [...this.#world.state.table<TemplateRow>('launch-templates').values()];
  }

  versions(): TemplateVersionRow[] {
    return [...this.#world.state.table<TemplateVersionRow>('launch-template-versions').values()];
  }

  /** What configurations, groups, requests and fleets would launch. */
  references(): Reference[] {
    return referencesIn(this.#world);
  }

  snapshots(): SnapshotRow[] {
    return [...this.#world.state.table<SnapshotRow>('snapshots').values()].filter((row) => row.account === account);
  }

  /** What lies in a Recycle Bin of ours. */
  binned<R>(bin: 'binned-images' | 'binned-snapshots', region: Region): Binned<R>[] {
    return [...this.#world.state.table<Binned<R>>(bin).values()].filter(
      (row) => row.account === account && row.region === region,
    );
  }

  /** Its snapshots are remembered, if it went into the bin. */
  noteBinned(region: Region, id: string): void {
    const image = this.binned<ImageRow>('binned-images', region).find((row) => row.id === id);
    for (const { snapshotId } of image?.kept.disks ?? []) if (snapshotId) this.#binned.add(`${region}/${snapshotId}`);
  }

  isBinned(key: ImageKey): boolean {
    const { region, id } = imageRef(key);
    return this.binned<ImageRow>('binned-images', region).some((row) => row.id === id);
  }

  wasBinned(region: Region, snapshot: string): boolean {
    return this.#binned.has(`${region}/${snapshot}`);
  }

  hasSnapshot(region: Region, id: string): boolean {
    return this.snapshots().some((row) => row.region === region && row.id === id);
  }

  isLockedSince(region: Region, id: string, at: Instant): boolean {
    const row = this.snapshots().find((one) => one.region === region && one.id === id);
    return row?.lock !== undefined && row.lock.createdAt <= at && row.lock.expiresAt > this.now();
  }

  /** Time goes by in the middle of a call. */
  pass(duration: Duration): void {
    void this.#world.timeline.sleep(duration);
  }

  /** What the product's store holds under a key. */
  stored<T>(pk: string, sk: string): T | undefined {
    return this.#world.state.table<{ data: T }>('store').get(JSON.stringify([pk, sk]))?.data;
  }

  stores<T>(wanted: (item: { pk: string; sk: string }) => boolean): T[] {
    const items = this.#world.state.table<{ pk: string; sk: string; data: T }>('store').values();
    return [...items].filter(wanted).map(({ data }) => data);
  }

  born(row: ImageRow, by: Birth['by']): void {
    const key = keyOfRow(row);
    const { name, architecture, account: owner } = row;
    const root = this.#rootOfNew(row);
    const parent = row.sourceInstanceId && imageKey(row.region, row.sourceImageId ?? '');
    const birth: Birth = { key, name, architecture, account: owner, root, at: row.createdAt, by };
    this.#births.set(key, parent ? { ...birth, parent } : birth);
    this.#tags.set(key, row.tags);
  }

  birth(key: ImageKey): Birth | undefined {
    return this.#births.get(key);
  }

  births(): Birth[] {
    return [...this.#births.values()];
  }

  rootOf(key: ImageKey): ImageKey {
    return this.#births.get(key)?.root ?? key;
  }

  members(root: ImageKey): ImageRow[] {
    return this.images().filter((row) => this.rootOf(keyOfRow(row)) === root);
  }

  copiesIn(root: ImageKey, region: Region): ImageRow[] {
    return this.members(root).filter((row) => row.region === region && keyOfRow(row) !== root);
  }

  /** Policies that select a root, by its present tags, or the last ones that were seen. */
  policiesOf(root: ImageKey): Policy[] {
    const birth = this.#births.get(root);
    if (birth?.account !== account || birth.root !== root) return [];
    const tags = this.image(root)?.tags ?? this.#tags.get(root) ?? {};
    return this.policy.policies.filter(({ select }) => {
      const named = select.name?.some((pattern) => birth.name.startsWith(pattern.replace(/\*$/, ''))) ?? true;
      const tagged = Object.entries(select.tags ?? {}).every(([key, values]) => values.includes(tags[key] ?? ''));
      return named && tagged && select.regions.includes(imageRef(root).region);
    });
  }

  /** Tags of a root before it went, for {@link policiesOf}. */
  noteTags(row: ImageRow): void {
    this.#tags.set(keyOfRow(row), row.tags);
  }

  /** When a person last put a hold on the image. */
  heldSince(key: ImageKey): Instant {
    return this.#held.get(key) ?? 0;
  }

  hold(key: ImageKey): void {
    this.#held.set(key, this.now());
  }

  /** With whom the product has shared the image. */
  given(key: ImageKey): Set<Principal> {
    const given = this.#given.get(key) ?? new Set();
    this.#given.set(key, given);
    return given;
  }

  familyOf(root: ImageKey): string {
    return (this.#births.get(root)?.name ?? '').replace(/-\d+$/, '');
  }

  /** Who lost a launch permission when the image was last disabled, and should have it again once it is restored. */
  owed(key: ImageKey): Set<Principal> {
    const owed = this.#owed.get(key) ?? new Set();
    this.#owed.set(key, owed);
    return owed;
  }

  /** From now on another policy is deployed. */
  reconfigure(policy: CompiledPolicy): void {
    for (const region of this.watched()) this.#everWatched.add(region);
    this.policy = policy;
  }

  /** Regions that an earlier policy named and the present one does not. */
  dropped(): Region[] {
    const watched = this.watched();
    return [...this.#everWatched].filter((region) => !watched.includes(region));
  }

  /** Regions in which the product has to look for use. */
  watched(): Region[] {
    const named = this.policy.policies.flatMap(({ select, copy }) => [
      ...select.regions,
      ...(copy?.to ?? []).map(({ region }) => region),
    ]);
    return [...new Set([this.#world.homeRegion, ...named])];
  }

  /** A copy, as EC2 shows one: no instance behind it, and a source of ours. */
  #rootOfNew(row: ImageRow): ImageKey {
    const self = keyOfRow(row);
    if (row.sourceInstanceId || !row.sourceImageId || !row.sourceImageRegion) return self;
    const source = this.#births.get(imageKey(row.sourceImageRegion, row.sourceImageId));
    return source?.account === row.account ? source.root : self;
  }
}
