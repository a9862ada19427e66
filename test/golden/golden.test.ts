import { globSync, readFileSync, writeFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { stepWords } from '../../cli/render/words.ts';
import { ideaOf, names, planText } from './recorded.ts';

const here = new URL('./', import.meta.url);
const expectedOf = (name: string): URL => new URL(`${name}/expected.txt`, here);
const isUpdate = process.env.UPDATE_GOLDEN === '1';

describe('the plan is as it was recorded', () => {
  test.each(names.map((name) => ({ name, idea: ideaOf(name) })))('$name: $idea', async ({ name }) => {
    const text = await planText(name);
    if (isUpdate) writeFileSync(expectedOf(name), text);
    expect(text).toBe(readFileSync(expectedOf(name), 'utf8'));
  });
});

test('every folder with an expected plan has a world', () => {
  const recorded = globSync('*/expected.txt', { cwd: here }).map((path) => path.split(/[/\\]/)[0]);
  expect(recorded.sort()).toEqual(names);
});

/** Nobody decides to take an image out of the Recycle Bin: that is looked up where people restore. */
const undecided = [stepWords['recover-image']];

test('every kind of step stands in some recorded plan', () => {
  const texts = names.map((name) => readFileSync(expectedOf(name), 'utf8')).join('\n');
  const missing = Object.values(stepWords).filter((word) => !new RegExp(`^  [+~-] ${word} `, 'm').test(texts));
  expect(missing).toEqual(undecided);
});
