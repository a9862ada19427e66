import fc from 'fast-check';

/** Draws from fast-check's random source, so that every world shrinks and can be replayed. */
export class Dice {
  readonly #generate: fc.GeneratorValue;
  readonly calm: boolean;

  constructor(generate: fc.GeneratorValue) {
    this.#generate = generate;
    this.calm = this.upTo(1) === 1;
  }

  upTo(most: number): number {
    return this.#generate(fc.nat, most);
  }

  chance(percent: number): boolean {
    return this.upTo(99) >= 100 - percent;
  }

  /** Something odd, which calm worlds are free of. */
  odd(percent: number): boolean {
    return this.chance(percent) && !this.calm;
  }

  /** Something usual, which in calm worlds is always so. */
  usual(percent: number): boolean {
    return this.chance(percent) || this.calm;
  }

  one<T>(items: readonly [T, ...T[]]): T {
    return items[this.upTo(items.length - 1)] ?? items[0];
  }
}
