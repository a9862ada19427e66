/** The word that was probably meant, if one is near enough: about one letter in three may be wrong. */
export function nearest(word: string, candidates: readonly string[]): string | undefined {
  const ranked = candidates
    .map((candidate) => ({ candidate, distance: distance(word.toLowerCase(), candidate.toLowerCase()) }))
    .sort((a, b) => a.distance - b.distance);
  const best = ranked[0];
  return best && best.distance <= Math.max(1, Math.floor(best.candidate.length / 3)) ? best.candidate : undefined;
}

export const didYouMean = (near: string | undefined): string => (near === undefined ? '' : `; did you mean "${near}"?`);

/** Letters inserted, left out, replaced, or swapped with their neighbour. Long words are cut: no key is that long. */
export function distance(a: string, b: string): number {
  const [left, right] = [[...a.slice(0, 80)], [...b.slice(0, 80)]];
  let before: number[] = [];
  let row = [...Array(right.length + 1).keys()];
  for (const [i, letter] of left.entries()) {
    const next = [i + 1];
    for (const [j, other] of right.entries()) {
      const cost = Math.min(at(row, j + 1) + 1, at(next, j) + 1, at(row, j) + (letter === other ? 0 : 1));
      const swapped = i > 0 && j > 0 && letter === right[j - 1] && left[i - 1] === other;
      next.push(swapped ? Math.min(cost, at(before, j - 1) + 1) : cost);
    }
    before = row;
    row = next;
  }
  return at(row, right.length);
}

const at = (row: readonly number[], index: number): number => row[index] ?? Number.POSITIVE_INFINITY;
