import type { Args, Options } from './args.ts';
import type { Line } from './output.ts';
import type { OpenWorld } from './worlds/open.ts';

/** What every exit code means, for scripts as for people. */
export const exit = {
  /** Done, or nothing to do. */
  done: 0,
  /** Unexpected failure. */
  failed: 1,
  /** `plan --detailed-exitcode`: changes wait. */
  changesWait: 2,
  /** Wrong input: nothing was done. */
  wrongInput: 3,
  /** Stopped on purpose: nothing was done. */
  stopped: 4,
  /** Partly done, or partly seen. */
  partly: 5,
} as const;

/** The surroundings of one call of the command line. */
export interface Io {
  readonly stdout: { write(text: string): unknown };
  readonly stderr: { write(text: string): unknown };
  readonly cwd: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Whether stdout is a terminal. */
  readonly isTerminal: boolean;
  /** Asks a person. Absent where nobody is there to answer. */
  readonly ask?: (question: string) => Promise<string>;
  /** Ends when the person wants a command to end that goes on by itself. */
  readonly untilStopped: () => Promise<void>;
}

/** What a command gets. */
export interface Call {
  readonly args: Args;
  readonly io: Io;
  readonly open: OpenWorld;
  /** Data, on stdout. */
  readonly print: (lines: readonly Line[]) => void;
  /** What is not data, on stderr. */
  readonly say: (lines: readonly Line[]) => void;
  /** One JSON value, on stdout. */
  readonly json: (value: object) => void;
}

export interface Command {
  /** Ways to call it, without the program's name: `plan [--out FILE]`. */
  readonly usage: readonly string[];
  /** Lines for `--help`, below the usage. */
  readonly about: readonly string[];
  readonly options: Options;
  /** How many arguments it takes besides options. */
  readonly takes: { readonly from: number; readonly to: number };
  readonly run: (call: Call) => Promise<number>;
}

/** Something that the product is to have and this version has not. */
export class NotBuiltError extends Error {
  constructor(what: string, instead?: string) {
    super(`${what} is not built yet${instead === undefined ? '' : `; ${instead}`}`);
    this.name = 'NotBuiltError';
  }
}
