/** Map keys and list positions from the top. */
export type JsonPath = readonly PropertyKey[];

/** Where JSON stops being JSON, and what should have stood there. */
export interface Fault {
  readonly offset: number;
  readonly expected: string;
}

/** The SDK's answers nest no deeper than about ten levels. */
const deepest = 200;

/**
 * Looks for the first fault of a text that is no JSON: `JSON.parse` does not always say where.
 *
 * @param seen is told the path and the offset of every value on the way
 */
export function findFault(
  text: string,
  seen: (path: JsonPath, offset: number) => void = () => undefined,
): Fault | undefined {
  const scanner = new Scanner(text, seen);
  try {
    scanner.document();
    return undefined;
  } catch (error) {
    if (error instanceof FaultFound) return error.fault;
    throw error;
  }
}

/** Offset of the value at the end of the path, or of the last part of the way that exists. */
export function offsetAt(text: string, path: JsonPath): number {
  let found = 0;
  findFault(text, (here, offset) => {
    if (here.length <= path.length && here.every((part, i) => part === path[i])) found = offset;
  });
  return found;
}

/** `LINE:COLUMN`, counted from 1. */
export function lineAndColumn(text: string, offset: number): string {
  const before = text.slice(0, offset).split('\n');
  return `${before.length}:${(before.at(-1)?.length ?? 0) + 1}`;
}

class FaultFound extends Error {
  readonly fault: Fault;

  constructor(fault: Fault) {
    super(fault.expected);
    this.fault = fault;
  }
}

const space = /[ \t\n\r]*/y;
const scalar = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null/y;
const escapeSequence = /\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})/y;

class Scanner {
  readonly #text: string;
  readonly #seen: (path: JsonPath, offset: number) => void;
  readonly #path: PropertyKey[] = [];
  #at = 0;

  constructor(text: string, seen: (path: JsonPath, offset: number) => void) {
    this.#text = text;
    this.#seen = seen;
  }

  document(): void {
    this.#value();
    if (this.#next() !== '') this.#fail('the end of the file');
  }

  #value(): void {
    const first = this.#next();
    this.#seen(this.#path, this.#at);
    if (this.#path.length > deepest) this.#fail(`an end after ${deepest} levels`);
    if (first === '{') this.#members('}', () => this.#property());
    else if (first === '[') this.#members(']', (nth) => this.#below(nth));
    else if (first === '"') this.#string();
    else if (!this.#skip(scalar)) this.#fail('a value');
  }

  #members(end: '}' | ']', member: (nth: number) => void): void {
    this.#at += 1;
    if (this.#next() === end) {
      this.#at += 1;
      return;
    }
    for (let nth = 0; ; nth += 1) {
      member(nth);
      const next = this.#next();
      if (next !== ',' && next !== end) this.#fail(`, or ${end}`);
      this.#at += 1;
      if (next === end) return;
    }
  }

  #property(): void {
    if (this.#next() !== '"') this.#fail('a key in double quotes');
    const start = this.#at;
    this.#string();
    const key = String(JSON.parse(this.#text.slice(start, this.#at)));
    if (this.#next() !== ':') this.#fail(':');
    this.#at += 1;
    this.#below(key);
  }

  #below(key: PropertyKey): void {
    this.#path.push(key);
    this.#value();
    this.#path.pop();
  }

  #string(): void {
    for (this.#at += 1; this.#text[this.#at] !== '"'; ) {
      const code = this.#text.charCodeAt(this.#at);
      if (Number.isNaN(code) || code < 0x20) this.#fail('the closing quote of a text');
      if (this.#text[this.#at] !== '\\') this.#at += 1;
      else if (!this.#skip(escapeSequence)) this.#fail('an escape that JSON knows');
    }
    this.#at += 1;
  }

  /** The next character that is no white space; empty at the end. */
  #next(): string {
    this.#skip(space);
    return this.#text[this.#at] ?? '';
  }

  #skip(pattern: RegExp): boolean {
    pattern.lastIndex = this.#at;
    const found = pattern.exec(this.#text)?.[0];
    this.#at += found?.length ?? 0;
    return found !== undefined;
  }

  #fail(expected: string): never {
    throw new FaultFound({ offset: this.#at, expected });
  }
}
