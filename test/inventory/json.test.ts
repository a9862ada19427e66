import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { findFault, lineAndColumn, offsetAt } from '../../cli/inventory/json.ts';

describe('the first fault of a text that is no JSON', () => {
  test.each([
    ['{"a": 1,}', '1:9', 'a key in double quotes'],
    ['{"a" 1}', '1:6', ':'],
    ['[1 2]', '1:4', ', or ]'],
    ['{\n  "a": [1,\n    2\n', '4:1', ', or ]'],
    ['{"a": tru}', '1:7', 'a value'],
    ['{"a": 01}', '1:8', ', or }'],
    ['{"a": "x', '1:9', 'the closing quote of a text'],
    ['{"a": "\n"}', '1:8', 'the closing quote of a text'],
    ['{"a": "\\x"}', '1:8', 'an escape that JSON knows'],
    ['{} {}', '1:4', 'the end of the file'],
    ['', '1:1', 'a value'],
  ])('%j has it at %s', (text, place, expected) => {
    const fault = findFault(text);
    expect(fault?.expected).toBe(expected);
    expect(lineAndColumn(text, fault?.offset ?? -1)).toBe(place);
  });

  test('is found exactly where JSON.parse refuses', () => {
    const damaged = fc
      .tuple(
        fc.json({ maxDepth: 4 }),
        fc.nat(),
        fc.constantFrom('', ',', '"', '\\', '}', '[', '0', 'e', '\n', '\u0000'),
      )
      .map(([text, at, by]) => text.slice(0, at % (text.length + 1)) + by + text.slice((at % (text.length + 1)) + 1));
    void fc.assert(
      fc.property(damaged, (text) => {
        expect(findFault(text) === undefined).toBe(parses(text));
      }),
      { numRuns: 2_000, seed: 7 },
    );
  });

  test('comes by its depth before it exhausts anything', () => {
    expect(findFault('['.repeat(100_000))).toMatchObject({ expected: 'an end after 200 levels' });
  });
});

test('the place of a part, or of the nearest part above that exists', () => {
  const text = '{\n  "a": [{ "b": 1 }, { "c\\u0041": 2 }]\n}';
  expect(lineAndColumn(text, offsetAt(text, ['a', 1, 'cA']))).toBe('2:34');
  expect(lineAndColumn(text, offsetAt(text, ['a', 0, 'missing']))).toBe('2:9');
  expect(lineAndColumn(text, offsetAt(text, []))).toBe('1:1');
});

const parses = (text: string): boolean => {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
};
