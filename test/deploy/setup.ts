import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { root } from './packaged.ts';

/** Packages the project once for all tests, with nothing of AWS in the environment, as a fresh clone would. */
export function setup(): void {
  const env = { PATH: process.env.PATH ?? '', HOME: process.env.HOME ?? '', NO_COLOR: '1' };
  const serverless = join(root, 'node_modules', 'serverless', 'bin', 'serverless.js');
  const run = spawnSync(process.execPath, [serverless, 'package'], { cwd: root, env, encoding: 'utf8' });
  if (run.status !== 0) throw new Error(`serverless package failed:\n${run.stdout}${run.stderr}`);
}
