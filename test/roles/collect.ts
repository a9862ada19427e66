import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { collectedAt, type Used } from './decisions.ts';
import { differences } from './uncalled.ts';

/**
 * Around a whole run of the tests: gathers from all workers what the functions asked for in the scenarios, and fails the
 * run when the list of permissions that no scenario uses is wrong. A run of some files or some tests proves nothing.
 */
export function setup(project: TestProject): () => Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'permissions-'));
  const file = join(folder, 'used.jsonl');
  writeFileSync(file, '');
  process.env[collectedAt] = file;
  return async () => {
    const lines = readFileSync(file, 'utf8').split('\n').filter(Boolean);
    rmSync(folder, { recursive: true });
    if (!(await playedAllScenarios(project))) return;
    const wrong = await differences(lines.map((line) => JSON.parse(line) as Used));
    if (wrong.length > 0) throw new Error(`permissions and scenarios do not agree:\n${wrong.join('\n')}`);
  };
}

async function playedAllScenarios({ vitest }: TestProject): Promise<boolean> {
  if (vitest.config.testNamePattern) return false;
  const all = (await vitest.globTestSpecifications()).map(({ moduleId }) => moduleId);
  const scenarios = all.filter((path) => /test.scenario/.test(path));
  const passed = new Set(
    vitest.state.getFiles().flatMap(({ filepath, result }) => (result?.state === 'pass' ? filepath : [])),
  );
  return scenarios.every((path) => passed.has(path));
}
