import fc from 'fast-check';
import { expect, test } from 'vitest';
import { stringify } from 'yaml';
import { readPolicy } from '../../cli/policy/read.ts';
import { onePolicy } from './files.ts';

const sane = onePolicy(`mode: apply
family: { key: "{tag:Family}" }
copy: { to: [{ region: eu-west-1, kmsKey: alias/a, completeWithin: 45m }], since: 2026-01-01 }
share: { accounts: ["222233334444", { id: "333344445555", until: 2027-01-01 }], exact: true }
retain:
  stages: { deprecate: { afterSuperseded: 14d }, disable: { afterDeprecated: 30d } }
  guards: { off: [], lastLaunchedWithin: 30d }
overrides: []`);

/** Either problems, each at a place of the text and at least one of them an error, or a policy. */
function settles(text: string): boolean {
  const read = readPolicy(text, 'policy.yml', { now: 0 });
  const problems = read.ok ? read.warnings : read.problems;
  const lines = text.split('\n').length;
  const placed = problems.every(({ line, column }) => line >= 1 && line <= lines && column >= 1);
  return placed && problems.some(({ severity }) => severity === 'error') === !read.ok;
}

test('F44 Any text gives problems or a policy, never an exception', () => {
  fc.assert(fc.property(fc.string({ maxLength: 200, unit: 'binary' }), settles), { numRuns: 300 });
  const signs = fc.constantFrom(
    '{',
    '}',
    '[',
    ']',
    ':',
    '- ',
    '\n',
    '  ',
    '&a ',
    '*a',
    '!',
    '? ',
    '"',
    '|',
    '#',
    '---\n',
    'x',
  );
  fc.assert(
    fc.property(
      fc.array(signs, { maxLength: 40 }).map((all) => all.join('')),
      settles,
    ),
    { numRuns: 500 },
  );
});

test('F44 A policy with a few letters changed gives problems or a policy', () => {
  const edit = fc.record({ at: fc.nat(sane.length), cut: fc.nat(6), put: fc.string({ maxLength: 4 }) });
  const edited = fc
    .array(edit, { minLength: 1, maxLength: 4 })
    .map((edits) => edits.reduce((text, { at, cut, put }) => text.slice(0, at) + put + text.slice(at + cut), sane));
  fc.assert(fc.property(edited, settles), { numRuns: 1000 });
});

const words = [
  'version',
  'policies',
  'name',
  'select',
  'tags',
  'copy',
  'to',
  'region',
  'share',
  'accounts',
  'retain',
  'stages',
  'disable',
  'guards',
  'off',
  'overrides',
  'rule',
  '__proto__',
  'constructor',
  'family',
  'key',
  'since',
  'until',
  'id',
];
const { tree } = fc.letrec<{ tree: unknown }>((tie) => ({
  tree: fc.oneof(
    { depthSize: 'medium' },
    fc.constantFrom(
      1,
      0,
      -1,
      1e300,
      null,
      true,
      '',
      '30d',
      '30m',
      'web-*',
      '*',
      '{tag:x}',
      'eu-west-1',
      '222233334444',
    ),
    fc.array(tie('tree'), { maxLength: 3 }),
    fc.array(fc.tuple(fc.constantFrom(...words), tie('tree')), { maxLength: 5 }).map((pairs) => new Map(pairs)),
  ),
}));

test('F44 Any structure in the places of a policy gives problems or a policy', () => {
  fc.assert(
    fc.property(tree, (value) => settles(stringify(value))),
    { numRuns: 500 },
  );
  const inside = fc.dictionary(
    fc.constantFrom('copy', 'share', 'retain', 'family', 'select', 'overrides', 'name'),
    tree,
  );
  fc.assert(
    fc.property(fc.array(inside, { maxLength: 3 }), (policies) => settles(stringify({ version: 1, policies }))),
    { numRuns: 1000 },
  );
});

test('Deep nesting and multiplying aliases are refused', () => {
  const bomb = [
    'a: &a [x, x, x, x, x, x, x, x, x, x]',
    ...[...'bcdefgh'].map((key, i) => `${key}: &${key} [${'abcdefg'[i]}]`),
  ];
  const aliases = bomb.map((line, i) =>
    i === 0 ? line : line.replace(/\[(.)\]/, (_all, key) => `[${Array(10).fill(`*${key}`).join(', ')}]`),
  );
  expect(readPolicy(aliases.join('\n'), 'policy.yml').ok).toBe(false);
  expect(readPolicy('['.repeat(20_000), 'policy.yml').ok).toBe(false);
  expect(readPolicy(`${'- '.repeat(20_000)}x`, 'policy.yml').ok).toBe(false);
  expect(readPolicy(`${'{ a: '.repeat(5_000)}1${' }'.repeat(5_000)}`, 'policy.yml').ok).toBe(false);
});
