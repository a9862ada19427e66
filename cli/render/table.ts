import { visible } from '../output.ts';

const wide =
  /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6\u{1f300}-\u{1faff}\u{20000}-\u{3fffd}]/u;

/** Columns that a text takes on a terminal, once it is safe to print. */
export const widthOf = (text: string): number =>
  [...visible(text)].reduce(
    (width, character) => width + (/\p{M}/u.test(character) ? 0 : wide.test(character) ? 2 : 1),
    0,
  );

export const padTo = (text: string, width: number): string => text + ' '.repeat(Math.max(0, width - widthOf(text)));

/** Rows with their columns aligned, two or more blanks between them, none at the end of a line. */
export function columns(rows: readonly (readonly string[])[], gap = 2): string[] {
  const widths: number[] = [];
  for (const [i, cell] of rows.flatMap((row) => [...row.entries()]))
    widths[i] = Math.max(widths[i] ?? 0, widthOf(cell));
  return rows.map((row) =>
    row
      .map((cell, i) => padTo(cell, (widths[i] ?? 0) + gap))
      .join('')
      .trimEnd(),
  );
}

/** The second text at the right margin, or behind the first where that is too long. */
export const spread = (left: string, right: string, margin: number): string =>
  right === '' ? left : `${padTo(left, margin - widthOf(right) - 3)}   ${right}`;
