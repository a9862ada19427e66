import { type RuleId, ruleTable, type Severity } from './rule-table.ts';

/** Where in the policy file: map keys and list positions from the top. */
export type Path = readonly (string | number)[];

/** Something to say about a place in the policy, before the place has a line. */
export interface Finding {
  readonly path: Path;
  /** Whether the key or its value is at fault. An entry of a list has no key, a missing key has the place of its parent. */
  readonly at: 'key' | 'value';
  readonly severity: Severity;
  readonly rule: RuleId;
  readonly message: string;
  /** What to write instead, where that is known. */
  readonly suggestion?: string;
}

/** A finding with its place; line and column count from 1. */
export interface Problem {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly severity: Severity;
  readonly rule: RuleId;
  readonly message: string;
  readonly suggestion?: string;
}

type Extra = Partial<Pick<Finding, 'at' | 'suggestion'>>;

/** A finding as severe as the table says of its rule. */
export const finding = (path: Path, rule: RuleId, message: string, extra: Extra = {}): Finding => ({
  at: 'value',
  ...extra,
  path,
  rule,
  message,
  severity: ruleTable[rule].severity,
});

/** The last key on the way: what a message names first. */
export const lastKey = (path: Path): string | undefined => path.findLast((part) => typeof part === 'string');

export const startsWith = (path: Path, beginning: Path): boolean => beginning.every((part, i) => path[i] === part);
