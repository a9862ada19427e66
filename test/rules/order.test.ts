import { describe, expect, test } from 'vitest';
import { once } from '../../shared/rules/once.ts';
import { byText, latest, push, sorted, sortFew } from '../../shared/rules/order.ts';

test('texts are in the order of their code units, each once', () => {
  expect(sorted(['b', 'a', 'B', 'a', 'ä'])).toEqual(['B', 'a', 'b', 'ä']);
  expect([byText('a', 'b'), byText('b', 'a'), byText('a', 'a')]).toEqual([-1, 1, 0]);
});

test('a list in a map begins with its first value', () => {
  const map = new Map<string, number[]>();
  for (const [key, value] of [
    ['a', 1],
    ['b', 2],
    ['a', 3],
  ] as const)
    push(map, key, value);
  expect([...map]).toEqual([
    ['a', [1, 3]],
    ['b', [2]],
  ]);
});

describe('the latest instant', () => {
  test.each<[(number | undefined)[], number | undefined]>([
    [[], undefined],
    [[undefined], undefined],
    [[3], 3],
    [[3, undefined], 3],
    [[undefined, 3], 3],
    [[1, 3, 2], 3],
    [[3, 1], 3],
    [[-5, undefined, -7], -5],
  ])('of %j is %s', (instants, expected) => expect(latest(instants)).toBe(expected));
});

describe('what is worked out once', () => {
  let count = 0;
  const size = once((list: readonly number[]): number | undefined => {
    count++;
    return list.length === 0 ? undefined : list.length;
  });

  test.each([[[1, 2], 2] as const, [[], undefined] as const])('of %j is %s, each time', (list, expected) => {
    count = 0;
    expect([size(list), size(list)]).toEqual([expected, expected]);
    expect(count).toBe(1);
  });

  test('is worked out anew for another object', () => {
    count = 0;
    size([1]);
    size([1]);
    expect(count).toBe(2);
  });
});

describe('sorting lists of a few', () => {
  const byRank = (a: readonly [number, string], b: readonly [number, string]) => a[0] - b[0];

  test.each([
    ['nothing', []],
    ['one', [[1, 'a']]],
    [
      'two in order',
      [
        [1, 'a'],
        [2, 'b'],
      ],
    ],
    [
      'two the other way round',
      [
        [2, 'a'],
        [1, 'b'],
      ],
    ],
    [
      'equal ones, which keep their order',
      [
        [1, 'a'],
        [0, 'b'],
        [1, 'c'],
        [0, 'd'],
        [1, 'e'],
      ],
    ],
    [
      'the largest first',
      [
        [3, 'a'],
        [1, 'b'],
        [2, 'c'],
        [0, 'd'],
      ],
    ],
  ] as [string, [number, string][]][])('gives what sort gives: %s', (_, list) => {
    const given = [...list];
    expect(sortFew(given, byRank)).toEqual(list.toSorted(byRank));
    expect(given).toEqual(list.toSorted(byRank));
  });
});
