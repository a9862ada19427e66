import { expect, test } from 'vitest';
import { sometimes } from './coverage.ts';
import { metFailures } from './failures.ts';

const ids = Array.from({ length: 32 }, (_none, n) => `F${n + 35}`);

test('seeds must meet every failure of retirement, F35 to F66, or the batch fails', () => {
  expect(Object.keys(metFailures)).toEqual(ids);
  for (const [id, situations] of Object.entries(metFailures)) {
    expect(situations, id).not.toEqual([]);
    expect(
      situations.filter((situation) => !sometimes.includes(situation)),
      id,
    ).toEqual([]);
  }
});
