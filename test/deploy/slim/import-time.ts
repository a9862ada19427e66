import { spawnSync } from 'node:child_process';
import { pathToFileURL } from 'node:url';

/** What the template sets that tells in the time, and what a handler asks for as soon as it is there. */
const env = {
  NODE_OPTIONS: '--enable-source-maps',
  AWS_REGION: 'us-east-1',
  STEWARD_TABLE: 'table',
  STEWARD_QUEUE_URL: 'http://127.0.0.1/queue',
};

/** Milliseconds that a fresh process takes to import a bundle. */
function importOnce(file: string): number {
  const url = JSON.stringify(pathToFileURL(file).href);
  const script = `const from = performance.now(); await import(${url}); console.log(performance.now() - from);`;
  const { stdout, stderr } = spawnSync(process.execPath, ['--input-type=module', '-e', script], {
    env,
    encoding: 'utf8',
  });
  if (!(Number(stdout) > 0)) throw new Error(`${file} cannot be imported: ${stderr}`);
  return Number(stdout);
}

/**
 * The best time of each of several bundles, taken in turns: noise only adds, and what else the machine does strikes all
 * alike. It takes turns until the times are `good`, or `most` of them.
 */
export function importTimes(
  files: readonly string[],
  { least, most, good }: { least: number; most: number; good: (best: ReadonlyMap<string, number>) => boolean },
): ReadonlyMap<string, number> {
  const best = new Map<string, number>();
  for (let turn = 0; turn < most && (turn < least || !good(best)); turn++)
    for (const file of files) best.set(file, Math.min(best.get(file) ?? Number.POSITIVE_INFINITY, importOnce(file)));
  return best;
}
