import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Io } from '../../cli/command.ts';
import { run } from '../../cli/main.ts';
import { type OpenWorld, openWorld } from '../../cli/worlds/open.ts';

export interface Result {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

export const emptyFolder = (): string => mkdtempSync(join(tmpdir(), 'ami-steward-'));

/** One call of the command line in a folder, as a shell would make it. */
export async function shell(
  cwd: string,
  line: string | readonly string[],
  more: Partial<Io> = {},
  open: OpenWorld = openWorld,
): Promise<Result> {
  const [out, err]: [string[], string[]] = [[], []];
  const io: Io = {
    stdout: { write: (text) => out.push(text) },
    stderr: { write: (text) => err.push(text) },
    cwd,
    env: {},
    isTerminal: false,
    untilStopped: () => Promise.resolve(),
    ...more,
  };
  const code = await run(typeof line === 'string' ? line.split(' ') : line, io, open);
  return { code, out: out.join(''), err: err.join('') };
}
