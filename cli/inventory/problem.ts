import { InputError } from '../../shared/model/errors.ts';

/** Something in a saved inventory that a person has to put right. */
export interface Problem {
  /** `FILE`, or `FILE:LINE:COLUMN`, counted from 1. */
  readonly where: string;
  readonly what: string;
  readonly next: string;
}

/** What could be read, and what is wrong with the rest: problems are collected, so that all are told at once. */
export interface Read<T> {
  readonly value: T;
  readonly problems: readonly Problem[];
}

/** A folder that is wrong as a whole would fill the screen. */
const mostShown = 20;

/** @throws InputError with all problems, in the order of their places, when there are any */
export function failOn(problems: readonly Problem[], dir: string): void {
  const [first, ...more] = [...problems].sort(byPlace);
  if (first === undefined) return;
  if (more.length === 0) throw new InputError(first.what, first.where, first.next);
  const lines = [first, ...more].map(({ where, what, next }) => `  ${where}  ${what}; ${next}`);
  const rest = lines.length > mostShown ? [`  and ${lines.length - mostShown} more`] : [];
  const message = [`${lines.length} problems in the inventory:`, ...lines.slice(0, mostShown), ...rest].join('\n');
  throw new InputError(message, dir, 'put these right and run it again; nothing was planned');
}

const numbersAsNumbers = new Intl.Collator('en', { numeric: true });

const byPlace = (a: Problem, b: Problem): number =>
  numbersAsNumbers.compare(a.where, b.where) || numbersAsNumbers.compare(a.what, b.what);
