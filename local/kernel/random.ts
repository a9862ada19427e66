import { hash } from 'node:crypto';
import type { State, Table } from './state.ts';

/** Seeded choices and identifiers: the same seed and the same calls give the same world. */
export class Random {
  readonly #counter: Table<number>;
  readonly #seed: number;

  constructor(state: State, seed: number) {
    this.#counter = state.table<number>('random');
    const kept = this.#counter.get('seed') ?? seed;
    this.#counter.set('seed', kept);
    this.#seed = kept;
  }

  /** In [0, 1). */
  next(): number {
    return Number.parseInt(this.#draw('number').slice(0, 12), 16) / 2 ** 48;
  }

  /** `ami-` or another prefix and 17 hexadecimal digits that begin with 0, as EC2's do. */
  id(prefix: string): string {
    return `${prefix}-0${this.#draw(prefix).slice(0, 16)}`;
  }

  uuid(): string {
    return this.uuidLater()();
  }

  /** Takes its turn now; what it is, is worked out when somebody asks. */
  uuidLater(): () => string {
    const count = this.#turn();
    return () => this.#uuidAt(count);
  }

  #uuidAt(count: number): string {
    const hex = this.#drawn('uuid', count);
    return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20, 32)].join('-');
  }

  #draw(purpose: string): string {
    return this.#drawn(purpose, this.#turn());
  }

  #turn(): number {
    const count = (this.#counter.get('count') ?? 0) + 1;
    this.#counter.set('count', count);
    return count;
  }

  #drawn(purpose: string, count: number): string {
    return hash('sha256', JSON.stringify([this.#seed, count, purpose]));
  }
}
