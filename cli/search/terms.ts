import { InputError } from '../../shared/model/errors.ts';

/** A piece of a query with the place where it begins, counted from 1. */
export interface Piece {
  readonly text: string;
  readonly at: number;
}

/** `word=value,value`. */
export interface Term {
  readonly word: Piece;
  readonly values: readonly Piece[];
}

export const queryError = (at: number, message: string): InputError =>
  new InputError(message, `--where, character ${at}`, 'ami-steward search --help');

const signs = { quote: '"', is: '=', and: ',' } as const;

/**
 * Splits a query at blanks, `=` and commas. What stands between double quotes is taken as it is.
 * @throws InputError with the place of what is wrong
 */
export function termsOf(query: string): Term[] {
  const terms: Term[] = [];
  for (let at = nextWord(query, 0); at < query.length; at = nextWord(query, at)) {
    const word = readPiece(query, at, signs.is);
    if (query[word.end] !== signs.is) throw queryError(at + 1, `"${word.text}" has no value; write ${word.text}=VALUE`);
    const values = readValues(query, word.end + 1);
    if (word.text === '') throw queryError(at + 1, 'a word is missing before =');
    terms.push({ word: { text: word.text, at: at + 1 }, values: values.pieces });
    at = values.end;
  }
  return terms;
}

function nextWord(query: string, from: number): number {
  let at = from;
  while (/\s/.test(query[at] ?? '')) at += 1;
  return at;
}

function readValues(query: string, from: number): { pieces: Piece[]; end: number } {
  const pieces: Piece[] = [];
  for (let at = from; ; ) {
    const { text, end } = readPiece(query, at, signs.and);
    if (text === '' && query[at] !== signs.quote) throw queryError(at + 1, 'a value is missing here');
    pieces.push({ text, at: at + 1 });
    if (query[end] !== signs.and) return { pieces, end };
    at = end + 1;
  }
}

/** Up to a blank or the sign, whichever comes first outside quotes. */
function readPiece(query: string, from: number, until: string): { text: string; end: number } {
  let text = '';
  let open: number | undefined;
  let at = from;
  for (; at < query.length; at += 1) {
    const letter = query[at] ?? '';
    if (letter === signs.quote) open = open === undefined ? at : undefined;
    else if (open === undefined && (letter === until || /\s/.test(letter))) break;
    else text += letter;
  }
  if (open !== undefined) throw queryError(open + 1, 'the closing quote of this text is missing');
  return { text, end: at };
}
