import { existsSync, globSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';

const pages = ['README.md', ...globSync('docs/**/*.md')].sort();

/** Targets of links that lead to files of this project. */
const targetsIn = (text: string): string[] =>
  [...text.replaceAll(/```[\s\S]*?```/g, '').matchAll(/\]\(([^)\s]+)\)/g)]
    .map(([, target = '']) => target.replace(/#.*$/, ''))
    .filter((target) => target !== '' && !/^[a-z]+:/.test(target));

test.each(pages)('Every link of %s leads to a file', (page) => {
  const targets = targetsIn(readFileSync(page, 'utf8'));
  expect(targets.filter((target) => !existsSync(join(dirname(page), target)))).toEqual([]);
});

test('Links are found, but not those to other places nor in code', () => {
  const text = '[a](b.md#c) [d](https://example.com) [e](#f)\n```\n[g](h.md)\n```\n[i](../j.md)';
  expect(targetsIn(text)).toEqual(['b.md', '../j.md']);
});
