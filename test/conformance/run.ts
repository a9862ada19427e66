import { setTimeout } from 'node:timers/promises';
import { table } from './cases/index.ts';
import { SdkAsker } from './clients/sdk.ts';
import { type Difference, differencesOf } from './differences.ts';
import { type Endpoint, type Played, play } from './play.ts';
import { leftOut, open, playIn, problemsIn } from './world.ts';

/**
 * Plays the table against an AWS-compatible endpoint and prints what differs from the embedded AWS. `AWS_ENDPOINT_URL`
 * names it, `AWS_ACCESS_KEY_ID` whoever asks; `STEWARD_PATIENCE` is how many seconds a case may wait for what takes time.
 */
const { AWS_ENDPOINT_URL: url, AWS_ACCESS_KEY_ID: accessKey, STEWARD_PATIENCE: patience = '20' } = process.env;

const beat = 500;

async function playOurs(): Promise<Played[]> {
  const world = await open();
  const client = new SdkAsker(world.url);
  const played = await playIn(world, client, table);
  await client.close();
  await world.close();
  return played;
}

/** Each case has its own patience, since an endpoint without a clock never gets there. */
async function playTheirs(endpoint: string): Promise<Played[]> {
  const client = new SdkAsker(endpoint);
  let until = 0;
  const pass = async (): Promise<boolean> => {
    await setTimeout(beat);
    return Date.now() < until;
  };
  const there: Endpoint = {
    client,
    begin: () => {
      until = Date.now() + Number(patience) * 1000;
    },
    run: process.pid.toString(36),
    now: () => new Date(),
    pass,
    ...(accessKey !== undefined && { accessKey }),
  };
  const played = await play(table, there);
  await client.close();
  return played;
}

function print(differences: readonly Difference[]): void {
  const rows = differences.map(({ call, id, kind, what }) => [
    call,
    id,
    kind,
    what.replaceAll('\n', ' ').slice(0, 160),
  ]);
  const widths = [0, 1, 2].map((column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  for (const row of rows)
    console.log(
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    );
  const calls = new Set(differences.map(({ call }) => call));
  const all = new Set(table.map(({ call }) => call));
  console.log(`${differences.length} differences in ${calls.size} of ${all.size} operations, ${table.length} cases`);
}

const ours = await playOurs();
const wrong = [...leftOut(ours), ...problemsIn(ours)];
for (const problem of wrong) console.log(`the suite itself fails: ${problem}`);
if (wrong.length > 0) process.exitCode = 1;
else if (url === undefined)
  console.log(`The embedded AWS answers all ${table.length} cases. AWS_ENDPOINT_URL names another endpoint.`);
else print(differencesOf(ours, await playTheirs(url)));
