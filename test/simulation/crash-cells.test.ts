import { describe, expect, test } from 'vitest';
import { type CellJob, callsOf, cellsOf, moments, playCell } from './crash-cells.ts';
import { type Golden, goldens } from './golden.ts';
import { mutants } from './mutants.ts';

const [copied] = goldens;

/** The first call of each operation, at all of its moments. */
const firstOfEach = (cells: readonly CellJob[], operations: readonly string[]): CellJob[] =>
  cells.filter(({ call }) => operations.indexOf(operations[call] ?? '') === call);

test.each(goldens.map((golden) => [golden.name, golden] as const))(
  'reached when nothing fails: %s',
  async (_name, golden) => {
    expect((await callsOf(golden)).length).toBeGreaterThan(100);
  },
);

describe('a new image is copied, shared and published', () => {
  const golden = copied as Golden;

  test('whichever operation that changes something is struck', async () => {
    const operations = await callsOf(golden);
    const cells = firstOfEach(cellsOf(golden, operations, operations.length), operations);
    expect(new Set(cells.map(({ call }) => operations[call]))).toContain('CopyImage');
    for (const cell of cells) expect(await playCell(cell)).toMatchObject({ operation: operations[cell.call], bad: [] });
  });
});

test('a cell tells of a version that breaks an invariant on the way', async () => {
  const used = goldens.find(({ name }) => name === 'a disabled image is enabled and used again') as Golden;
  const blind = mutants.find(({ name }) => name.startsWith('M06'))?.mutate;
  const { bad } = await playCell({ golden: used.name, call: 0, moment: 'before' }, blind);
  expect(bad.join()).toContain('INV-4 fail closed');
});

test('every call that changes something is struck before, after and with its answer lost', () => {
  const cells = cellsOf(copied as Golden, ['store.get', 'CopyImage', 'store.put', 'DescribeImages'], 4);
  expect(cells.map(({ call, moment }) => `${call} ${moment}`)).toEqual(
    [0, 1, 2].flatMap((call) => moments.map((moment) => `${call} ${moment}`)),
  );
});
