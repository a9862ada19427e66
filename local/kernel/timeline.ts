import type { Duration, Instant } from '../../shared/model/time.ts';
import type { Clock } from '../../shared/ports/clock.ts';
import type { State, Table } from './state.ts';

/** Something that will happen. Plain data, so that a world can be saved while a copy is under way. */
export interface Timer {
  readonly at: Instant;
  readonly seq: number;
  readonly kind: string;
  readonly payload: unknown;
}

export type TimerHandler = (payload: never) => void | Promise<void>;

/** The virtual clock: time stands still until someone advances it, and then passes from timer to timer. */
export class Timeline implements Clock {
  readonly #meta: Table<number>;
  readonly #timers: Table<Timer>;
  readonly #handlers = new Map<string, TimerHandler>();

  constructor(state: State, start: Instant) {
    this.#meta = state.table<number>('clock');
    this.#timers = state.table<Timer>('timers');
    if (this.#meta.get('now') === undefined) this.#meta.set('now', start);
  }

  now(): Instant {
    return this.#meta.get('now') ?? 0;
  }

  /** Inside a virtual world waiting costs nothing: the clock moves on, timers in between run at the next step. */
  sleep(duration: Duration): Promise<void> {
    this.#meta.set('now', this.now() + duration);
    return Promise.resolve();
  }

  on(kind: string, handler: TimerHandler): void {
    this.#handlers.set(kind, handler);
  }

  schedule(at: Instant, kind: string, payload: unknown): void {
    const seq = (this.#meta.get('seq') ?? 0) + 1;
    this.#meta.set('seq', seq);
    this.#timers.set(String(seq), { at, seq, kind, payload });
  }

  /** The earliest timer, if any; `except` leaves out kinds that never end, such as schedules. */
  next(except: readonly string[] = []): Timer | undefined {
    let first: Timer | undefined;
    for (const timer of this.#timers.values()) {
      if (except.includes(timer.kind)) continue;
      if (!first || timer.at < first.at || (timer.at === first.at && timer.seq < first.seq)) first = timer;
    }
    return first;
  }

  /** Runs every timer due up to `until`, in order, and leaves the clock there. */
  async advanceTo(until: Instant): Promise<void> {
    for (let timer = this.next(); timer && timer.at <= until; timer = this.next()) await this.#run(timer);
    if (this.now() < until) this.#meta.set('now', until);
  }

  async #run(timer: Timer): Promise<void> {
    this.#timers.delete(String(timer.seq));
    if (timer.at > this.now()) this.#meta.set('now', timer.at);
    const handler = this.#handlers.get(timer.kind);
    if (!handler) throw new Error(`no handler for timer ${timer.kind}`);
    await handler(timer.payload as never);
  }
}
