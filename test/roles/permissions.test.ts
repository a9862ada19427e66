import { readdirSync, readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { collected } from './decisions.ts';
import { differences } from './uncalled.ts';

const folder = 'test/scenario/';
const scenarios = readdirSync(folder).filter((file) => file.endsWith('.test.ts'));

/** A run of some files proves nothing of what the others use: this runs alone, after them, when all are run. */
it('each permission of a role is used by a scenario, or listed with the reason why it stays', async () => {
  const { played, used } = collected(readFileSync(process.env.STEWARD_PERMISSIONS_FILE ?? '/dev/null', 'utf8'));
  const missing = scenarios.filter((file) => !played.includes(`${folder}${file}`));
  expect(missing, 'run all tests: these scenarios were not played').toEqual([]);
  expect(await differences(used), 'test/roles/uncalled.ts lists what no scenario uses').toEqual([]);
});
