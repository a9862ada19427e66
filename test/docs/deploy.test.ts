import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { costRows } from '../../scripts/deployment-cost.ts';
import { deployDocs } from '../../scripts/generate-deploy-docs.ts';

test('docs/deploy.md is current: npx node scripts/generate-deploy-docs.ts', () => {
  expect(readFileSync('docs/deploy.md', 'utf8')).toBe(deployDocs());
});

test('Cleaning up costs less than keeping everything for a year, and our own parts less than either', () => {
  const usd = costRows().map(([, figure]) => figure);
  const [kept = 0, cleaned = 0] = usd.slice(-2);
  const own = usd.slice(0, 4).reduce((sum, figure) => sum + figure, 0);
  expect(cleaned).toBeLessThan(kept);
  expect(own).toBeLessThan(cleaned);
});
