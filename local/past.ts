import type { Region } from '../shared/model/ids.ts';
import type { Duration, Instant } from '../shared/model/time.ts';
import { notFound, prefixOf } from './ec2/errors.ts';
import { findRow } from './ec2/rows.ts';
import type { Call, World } from './kernel/service.ts';
import { State, Table } from './kernel/state.ts';

interface Entry {
  readonly at: Instant;
  readonly table: string;
  readonly key: string;
  readonly before: unknown;
}

/** What keeps the world going is never old, whatever is shown of it. */
const alwaysNow = new Set(['clock', 'timers', 'random', 'schedules', 'last-event', 'settings', 'injected']);

/** A state as it was, in which nothing can be changed for good. */
class PastState extends State {
  readonly #now: State;
  readonly #since: readonly Entry[];
  readonly #tables = new Map<string, Table<unknown>>();

  constructor(now: State, since: readonly Entry[]) {
    super();
    this.#now = now;
    this.#since = since;
  }

  override table<T>(name: string): Table<T> {
    const known = this.#tables.get(name) ?? this.#asItWas(name);
    this.#tables.set(name, known);
    return known as Table<T>;
  }

  #asItWas(name: string): Table<unknown> {
    const table = this.#now.table(name);
    const since = alwaysNow.has(name) ? [] : this.#since.filter((entry) => entry.table === name);
    if (since.length === 0) return table;
    const rows = new Map(table.entries());
    for (const { key, before } of since.toReversed()) {
      if (before === undefined) rows.delete(key);
      else rows.set(key, before);
    }
    return new Table(rows, new Set());
  }
}

const isReading = (operation: string): boolean => /^(?:Describe|Get|List)/.test(operation);

/** Ids of images and snapshots, wherever they stand in an input. */
function idsIn(value: unknown): string[] {
  if (typeof value === 'string') return /^(?:ami|snap)-[0-9a-f]{8,17}$/.test(value) ? [value] : [];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(idsIn) : [];
}

/** EC2 is eventually consistent (facts 3.5): it shows, and goes by, what was true a while ago. */
export class Past {
  readonly #world: World;
  readonly #lag: Duration;
  #entries: Entry[] = [];

  constructor(world: World, lag: Duration) {
    this.#world = world;
    this.#lag = lag;
    world.state.journal = (table, key, before) => this.#note({ at: world.timeline.now(), table, key, before });
  }

  /**
   * The world that a call to EC2 sees: reads an old one, changes the present one.
   * @throws AwsError for a change of something so new that it is not known everywhere
   */
  worldFor(operation: string, input: unknown, call: Pick<Call, 'account' | 'region'>): World {
    const past = this.#seen();
    if (isReading(operation)) return past;
    const { SourceRegion } = (input ?? {}) as { SourceRegion?: Region };
    for (const id of idsIn(input))
      for (const region of [call.region, ...(SourceRegion === undefined ? [] : [SourceRegion])])
        if (this.#isNew(past, id, { ...call, region })) throw notFound(id);
    return this.#world;
  }

  #isNew(past: World, id: string, at: Pick<Call, 'account' | 'region'>): boolean {
    const table = prefixOf(id) === 'ami' ? 'images' : 'snapshots';
    return findRow(this.#world, table, at, id) !== undefined && findRow(past, table, at, id) === undefined;
  }

  #seen(): World {
    const { state, timeline, random, switches } = this.#world;
    const age = switches.readsLag === 'always' ? this.#lag : this.#lag * random.next();
    const since = this.#entries.filter(({ at }) => at > timeline.now() - age);
    return since.length === 0
      ? this.#world
      : Object.create(this.#world, { state: { value: new PastState(state, since) } });
  }

  /** What is older than the lag will not be asked for again. */
  #note(entry: Entry): void {
    const first = this.#entries.findIndex(({ at }) => at > entry.at - this.#lag);
    this.#entries = [...(first === -1 ? [] : this.#entries.slice(first)), entry];
  }
}
