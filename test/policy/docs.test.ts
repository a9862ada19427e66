import { globSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { readPolicy } from '../../cli/policy/read.ts';
import { ruleTable } from '../../cli/policy/rule-table.ts';
import { generatedFiles } from '../../scripts/generate-policy-docs.ts';
import { day } from '../../shared/model/time.ts';
import { brokenBy, examplesIn } from './examples.ts';
import { compiled } from './files.ts';

const root = new URL('../../', import.meta.url);
const textOf = (path: string): string => readFileSync(new URL(path, root), 'utf8');

test.each(Object.entries(generatedFiles()))('%s is current: npx node scripts/generate-policy-docs.ts', (path, text) => {
  expect(textOf(path)).toBe(text);
});

const pages = ['README.md', ...globSync('docs/**/*.md', { cwd: root })].sort();
const examples = pages.flatMap((page) => examplesIn(page, textOf(page)));

test.each(examples)('The YAML in $page, line $line, breaks $breaks and nothing else', (example) => {
  expect(brokenBy(example)).toEqual(example.breaks);
});

test('An example is found wherever it stands, with the rules that it says it breaks', () => {
  const page = [
    '- a list',
    '',
    '  <!-- error: schema/missing, schema/value -->',
    '  ```yaml',
    '  version: 2',
    '  ```',
    '',
    '~~~yml title="policy.yml"',
    'version: 1',
    'policies: []',
    '~~~',
  ].join('\n');
  const found = examplesIn('page.md', page);
  expect(found).toEqual([
    { page: 'page.md', line: 4, text: 'version: 2\n', breaks: ['schema/missing', 'schema/value'] },
    { page: 'page.md', line: 8, text: 'version: 1\npolicies: []\n', breaks: [] },
  ]);
  expect(found.map(brokenBy)).toEqual([['schema/missing', 'schema/value'], ['schema/value']]);
});

test('The reference and the first page hold examples', () => {
  expect(examples.map(({ page }) => page)).toEqual(expect.arrayContaining(['README.md', 'docs/policy.md']));
});

const files = ['policy.yml', 'local/demo/policy.yml', ...globSync('docs/**/*.yml', { cwd: root })];

test.each(files)('%s passes without a word', (path) => {
  expect(readPolicy(textOf(path), path)).toMatchObject({ ok: true, warnings: [] });
});

test('The policy of a fresh clone changes nothing: every policy of it is in mode plan', () => {
  expect(compiled(textOf('policy.yml')).policies.map(({ mode }) => mode)).toEqual(['plan']);
});

test('The demo policy copies, shares and retires by itself', () => {
  expect(compiled(textOf('local/demo/policy.yml')).policies).toMatchObject([
    {
      name: 'golden-al2023',
      mode: 'apply',
      select: { name: ['golden-al2023-*'], tags: { Team: ['platform'] }, regions: ['us-east-1'] },
      family: { key: '{tag:Family}/{architecture}' },
      copy: { to: ['eu-west-1', 'us-west-2', 'ap-south-1'].map((region) => ({ region, kmsKey: 'alias/golden-ami' })) },
      share: { with: [{ principal: 'account:222233334444' }, { principal: expect.stringMatching(/^unit:arn:/) }] },
      retain: {
        keepLast: 3,
        stages: {
          deprecate: { afterSuperseded: 14 * day },
          disable: { afterDeprecated: 30 * day },
          deregister: { afterDisabled: 30 * day, deleteSnapshots: true },
        },
        guards: { lastLaunchedWithin: 30 * day },
      },
    },
  ]);
});

test('The reference names every rule', () => {
  const page = textOf('docs/policy.md');
  expect(Object.keys(ruleTable).filter((rule) => !page.includes(`\`${rule}\``))).toEqual([]);
});
