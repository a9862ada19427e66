import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { shown, waiting } from './catalogue.ts';

const numbered = Array.from({ length: 80 }, (_none, n) => `F${String(n + 1).padStart(2, '0')}`);
const ids = [...numbered, 'F34b', 'F34c', 'F34d', 'F34e'].sort();

/** What tests and their groups are called: the first text of `it(`, `test(`, `describe(` or of a call of what `each` gave. */
const titlesIn = (text: string): string[] =>
  [...text.matchAll(/(?:\b(?:it|test|describe)\(|\)\()\s*(['"`])((?:\\.|(?!\1)[^\\])*)\1/g)].map(
    ([, , title = '']) => title,
  );

test('every scenario is in the catalogue once, shown or waiting', () => {
  expect([...Object.keys(shown), ...Object.values(waiting).flat()].sort()).toEqual(ids);
});

test.each(Object.entries(shown))('%s is shown by tests that exist and are not skipped', (_id, proofs) => {
  expect(proofs).not.toEqual([]);
  for (const proof of proofs) {
    const [file = '', title] = [proof.slice(0, proof.indexOf(': ')), proof.slice(proof.indexOf(': ') + 2)];
    const text = readFileSync(`test/${file}.test.ts`, 'utf8');
    expect(
      titlesIn(text).filter((found) => found.includes(title)),
      proof,
    ).not.toEqual([]);
    expect(text).not.toMatch(/\b(?:it|test|describe)\.(?:skip|todo)\b/);
  }
});

test('what waits is few enough to be counted, and named with what it waits for', () => {
  const rows = Object.entries(waiting).map(([reason, open]) => `${open.length} wait for ${reason}: ${open.join(' ')}`);
  process.stdout.write(`${rows.join('\n')}\n`);
  expect(Object.values(waiting).flat()).toHaveLength(1);
});
