import { styleText } from 'node:util';
import type { Io } from './command.ts';

/** One line of output. Its style covers the whole line, so that the text itself never carries escapes. */
export type Line = string | { readonly text: string; readonly style: Style };
export type Style = keyof typeof styles;

const styles = { head: 'bold', add: 'green', change: 'yellow', remove: 'red', kept: 'cyan', quiet: 'dim' } as const;

/**
 * Names and tags may hold anything: control characters, line ends, marks that turn the direction of writing. Every
 * line passes here on its way out, so none of them reaches a terminal.
 */
export const visible = (text: string): string => text.replaceAll(hidden, escaped);

const hidden = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Co}\p{Cs}]/gu;

const escaped = (character: string): string => {
  const code = character.codePointAt(0) ?? 0;
  if (code > 0xffff) return `\\u{${code.toString(16)}}`;
  return code < 0x100 ? `\\x${code.toString(16).padStart(2, '0')}` : `\\u${code.toString(16).padStart(4, '0')}`;
};

/** JSON on a terminal: what `JSON.stringify` leaves as it is, and a terminal may obey, is escaped as JSON allows. */
export const visibleJson = (value: unknown): string =>
  JSON.stringify(value, null, 2).replaceAll(/[^\n]/gu, (character) =>
    character.search(hidden) < 0 ? character : unicodeEscapes(character),
  );

const unicodeEscapes = (character: string): string =>
  Array.from(
    { length: character.length },
    (_, i) => `\\u${character.charCodeAt(i).toString(16).padStart(4, '0')}`,
  ).join('');

/** Colours belong on a terminal, unless somebody asked for none. */
export const wantsColor = (io: Io, noColor: boolean): boolean => io.isTerminal && !noColor && !io.env.NO_COLOR;

export function write(stream: Io['stdout'], lines: readonly Line[], color: boolean): void {
  if (lines.length === 0) return;
  stream.write(`${lines.map((line) => rendered(line, color)).join('\n')}\n`);
}

function rendered(line: Line, color: boolean): string {
  if (typeof line === 'string') return visible(line);
  const text = visible(line.text);
  return color && text !== '' ? styleText(styles[line.style], text, { validateStream: false }) : text;
}
