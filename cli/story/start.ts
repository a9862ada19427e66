import { rmSync } from 'node:fs';
import { resolve } from 'node:path';
import { lockForWriting } from '../../local/storage.ts';
import { InputError } from '../../shared/model/errors.ts';
import type { Io } from '../command.ts';
import { exit } from '../command.ts';
import { explained } from '../explain-error.ts';
import { write } from '../output.ts';
import { loadPolicy } from '../policy-file.ts';
import { projectFile } from '../project.ts';
import { localStateFile, lockWait, tellWaiting } from '../worlds/state-file.ts';
import { epilogue, prologue } from './frame.ts';
import { liveThrough, type StoryOptions, usualStory } from './story.ts';

/** The options of `npm start`, as they were typed. */
export interface Wishes {
  readonly seed?: string | undefined;
  readonly policy?: string | undefined;
  readonly drop?: string | undefined;
  readonly 'no-template': boolean;
  readonly 'no-failure': boolean;
}

/** Lives through the demo world from its beginning, tells what happened, and leaves the state behind. */
export async function startDemo(wishes: Wishes, io: Pick<Io, 'stdout' | 'stderr' | 'cwd'>): Promise<number> {
  try {
    await tellStory(wishes, io);
    return exit.done;
  } catch (error) {
    const { lines, code } = explained(error);
    write(io.stderr, lines, false);
    return code;
  }
}

async function tellStory(
  wishes: Wishes,
  { stdout, stderr, cwd }: Pick<Io, 'stdout' | 'stderr' | 'cwd'>,
): Promise<void> {
  const began = performance.now();
  const file = localStateFile(cwd);
  const options = await optionsFor(wishes, file, cwd);
  const lock = lockForWriting(file, { waitMs: lockWait, onWait: tellWaiting(stderr) });
  for (const suffix of ['', '-wal', '-shm']) rmSync(`${file}${suffix}`, { force: true });
  const story = await liveThrough(options);
  write(stdout, [prologue(story, options), ...story.lines, ...(await epilogue(story))], false);
  story.stack.aws.close();
  lock.release();
  const seconds = ((performance.now() - began) / 1000).toFixed(1);
  write(stderr, [`${story.days} days in ${seconds} s.`], false);
}

async function optionsFor(wishes: Wishes, file: string, cwd: string): Promise<StoryOptions> {
  const named = wishes.policy ?? 'local/demo/policy.yml';
  const path = wishes.policy === undefined ? projectFile(named) : resolve(cwd, named);
  const { policy } = await loadPolicy(path, named);
  return {
    policy,
    file,
    seed: whole(wishes.seed, 'seed', usualStory.seed),
    drop: whole(wishes.drop, 'drop', usualStory.drop),
    template: !wishes['no-template'],
    failure: !wishes['no-failure'],
  };
}

function whole(text: string | undefined, name: string, usual: number): number {
  if (text === undefined) return usual;
  if (!/^\d{1,9}$/.test(text)) throw new InputError(`"${text}" is no whole number`, `--${name}`);
  return Number(text);
}
