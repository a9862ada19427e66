import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Duration } from '../../shared/model/time.ts';

/** The embedded AWS lies below the folder in which a command was called, so that two clones never share a world. */
export const localStateFile = (cwd: string): string => join(cwd, '.local', 'world.sqlite');

/** Records of `apply --direct`, which needs no stack and so has no table. One file per account. */
export const directStoreFile = (cwd: string, account: string): string => join(cwd, '.local', `aws-${account}.sqlite`);

export const hasState = (file: string): boolean => existsSync(file);

export const tellWaiting =
  (stderr: { write(text: string): unknown }) =>
  (file: string): void => {
    stderr.write(`Waiting for another process that uses ${file} ...\n`);
  };

/** How long a command waits for another one that is changing the same state. */
export const lockWait: Duration = 30_000;
