import type { Region } from '../../shared/model/ids.ts';
import type { Instant } from '../../shared/model/time.ts';
import type { SavedFile } from './folder.ts';
import { findFault, type JsonPath, lineAndColumn, offsetAt } from './json.ts';
import type { Problem, Read } from './problem.ts';

/** One saved answer: an object as the AWS CLI prints it. */
export interface Document {
  readonly path: string;
  readonly region?: Region;
  readonly savedAt: Instant;
  /** A `null`, which `--query` writes for what is absent, is absent here too. */
  readonly data: Readonly<Record<string, unknown>>;
  /** `FILE:LINE:COLUMN` of a part of it, or of the nearest part above that exists. */
  place(path: JsonPath): string;
}

const again = 'run the AWS CLI command again with --output json and save all that it prints';

/** The files as objects; what is no JSON, or no answer of the AWS CLI, becomes a problem with its place. */
export function readDocuments(files: readonly SavedFile[]): Read<Document[]> {
  const read = files.map(readDocument);
  return {
    value: read.flatMap((one) => ('data' in one ? [one] : [])),
    problems: read.flatMap((one) => ('data' in one ? [] : [one])),
  };
}

function readDocument({ path, bytes, region, savedAt }: SavedFile): Document | Problem {
  const text = decode(bytes);
  if (text === undefined) return { where: path, what: 'it is neither UTF-8 nor UTF-16 text', next: again };
  if (text.trim() === '')
    return { where: path, what: 'the file is empty, so the command that wrote it failed', next: again };
  const data = parse(text);
  if (data instanceof Error) return notJson(path, text, data);
  if (data === null || typeof data !== 'object' || Array.isArray(data))
    return {
      where: place(path, text, 0),
      what: 'the answer is no object with named lists',
      next: `${again}, without --query`,
    };
  return {
    path,
    savedAt,
    ...(region !== undefined && { region }),
    data: data as Record<string, unknown>,
    place: (at) => place(path, text, offsetAt(text, at)),
  };
}

const place = (path: string, text: string, offset: number): string => `${path}:${lineAndColumn(text, offset)}`;

function notJson(path: string, text: string, error: Error): Problem {
  const fault = findFault(text);
  const what = fault === undefined ? error.message : `no JSON: here ${fault.expected} is expected`;
  return { where: place(path, text, fault?.offset ?? 0), what, next: again };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text, (_key, value: unknown) => (value === null ? undefined : value));
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error));
  }
}

/** UTF-8, or what Windows PowerShell writes with `>`: UTF-16 with its mark. The mark itself is no text. */
function decode(bytes: Uint8Array): string | undefined {
  const encoding = bytes[0] === 0xff && bytes[1] === 0xfe ? 'utf-16le' : 'utf-8';
  try {
    return new TextDecoder(encoding, { fatal: true }).decode(bytes);
  } catch (error) {
    if (error instanceof TypeError) return undefined;
    throw error;
  }
}
