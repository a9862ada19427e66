import { type Finding, lineOf } from './source.ts';

const banned = [
  /\bTODO\b/,
  /\bFIXME\b/,
  /\bXXX\b/,
  /\bHACK\b/,
  /@ts-(?:ignore|nocheck|expect-error)/,
  /\b(?:it|test|describe|suite)(?:\.\w+)*\.(?:only|skip|todo)\(/,
  /\bcontext\.skip\(\)/,
];

/** Work that is left over belongs in an issue, not in the code. */
export const checkWords = (path: string, text: string): Finding[] =>
  banned.flatMap((word) => {
    const found = word.exec(text);
    return found ? [`${path}:${lineOf(text, found.index)} says ${found[0]}`] : [];
  });
