import {
  type Document,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  type Node,
  type Pair,
  parseDocument,
  visit,
  type YAMLError,
} from 'yaml';
import { lastKey, type Path } from './finding.ts';
import type { RuleId } from './rule-table.ts';

export interface Place {
  readonly line: number;
  readonly column: number;
}

/** The policy file as data that still knows where each part of it is written. */
export interface Source {
  /** `undefined` when the text is no YAML, so that nothing can be said about its content. */
  readonly data: { readonly value: unknown } | undefined;
  readonly syntax: readonly { readonly place: Place; readonly message: string; readonly rule: RuleId }[];
  place(path: Path, at: 'key' | 'value'): Place;
  /** A value in the words of the file: texts in double quotes, numbers as they are written. */
  quote(path: Path): string;
  /** The path of every key and list entry, top down. */
  paths(): Path[];
}

interface Found {
  readonly key: Node | undefined;
  readonly value: Node | undefined;
  /** How many parts of the path exist. */
  readonly depth: number;
}

/** Reads YAML 1.2, hence JSON too. Never throws. */
export function parseSource(text: string): Source {
  const lines = new LineCounter();
  const doc = parseDocument(text, {
    lineCounter: lines,
    prettyErrors: false,
    stringKeys: true,
    resolveKnownTags: false,
    // `silent` would also drop the error about a second document.
    logLevel: 'error',
  });
  const place = (offset: number): Place => {
    const { line, col } = lines.linePos(offset);
    return { line: Math.max(1, line), column: Math.max(1, col) };
  };
  const syntax = [...doc.errors, ...doc.warnings].map((error) => ({
    place: place(error.pos[0]),
    ...syntaxProblem(error),
  }));
  const readable = doc.errors.every((error) => error.code === 'DUPLICATE_KEY') ? toData(doc) : undefined;
  return {
    data: readable?.ok ? { value: readable.value } : undefined,
    syntax:
      readable?.ok === false ? [...syntax, { place: place(0), message: readable.why, rule: 'schema/yaml' }] : syntax,
    place: (path, at) => place(offsetOf(find(doc, path), path, at)),
    quote: (path) => quote(find(doc, path).value, doc),
    paths: () => pathsBelow(doc.contents, []),
  };
}

function syntaxProblem(error: YAMLError): { message: string; rule: RuleId } {
  if (error.code === 'DUPLICATE_KEY')
    return { message: 'this key is here twice; remove one', rule: 'schema/duplicate-key' };
  return { message: error.message.replaceAll(/\s+/g, ' '), rule: 'schema/yaml' };
}

type Data = { ok: true; value: unknown } | { ok: false; why: string };

/** Aliases that point nowhere, or multiply without end, show only here. */
function toData(doc: Document.Parsed): Data {
  if (hasCircle(doc)) return { ok: false, why: 'an alias stands inside its own anchor' };
  try {
    return { ok: true, value: doc.toJS({ maxAliasCount: 100 }) };
  } catch (error) {
    return { ok: false, why: error instanceof Error ? error.message : String(error) };
  }
}

function hasCircle(doc: Document.Parsed): boolean {
  let circle = false;
  visit(doc, {
    Alias: (_key, alias, ancestors) => {
      const target = alias.resolve(doc);
      if (target !== undefined && ancestors.includes(target)) circle = true;
    },
  });
  return circle;
}

/** Follows the path as far as it exists; of keys that are there twice the last counts, as it does for the data. */
function find(doc: Document.Parsed, path: Path): Found {
  let found: Found = { key: undefined, value: resolve(doc.contents, doc), depth: 0 };
  for (const [depth, part] of path.entries()) {
    const next = step(found.value, part, doc);
    if (next === undefined) return found;
    found = { key: next.key, value: resolve(next.value, doc), depth: depth + 1 };
  }
  return found;
}

function step(node: Node | undefined, part: string | number, doc: Document.Parsed): Partial<Found> | undefined {
  if (isSeq<Node>(node)) {
    const value = typeof part === 'number' ? node.items[part] : undefined;
    return value && { key: undefined, value };
  }
  if (!isMap<Node, Node | null>(node)) return undefined;
  const pair = node.items.findLast((item) => keyText(item, doc) === String(part));
  return pair && { key: pair.key, value: pair.value ?? undefined };
}

function keyText(pair: Pair<Node, Node | null>, doc: Document.Parsed): string | undefined {
  const key = resolve(pair.key, doc);
  return isScalar(key) ? String(key.value) : undefined;
}

const resolve = (node: Node | null | undefined, doc: Document.Parsed): Node | undefined =>
  (isAlias(node) ? node.resolve(doc) : node) ?? undefined;

function offsetOf(found: Found, path: Path, at: 'key' | 'value'): number {
  const preferred = at === 'key' || found.depth < path.length ? (found.key ?? found.value) : (found.value ?? found.key);
  return preferred?.range?.[0] ?? found.key?.range?.[0] ?? 0;
}

function quote(node: Node | undefined, doc: Document.Parsed): string {
  const value = resolve(node, doc);
  if (isMap(value)) return 'a map';
  if (isSeq(value)) return 'a list';
  if (!isScalar(value) || value.value === null) return 'nothing';
  if (typeof value.value === 'string')
    return JSON.stringify(value.value.length > 80 ? `${value.value.slice(0, 80)}...` : value.value);
  return value.source ?? String(value.value);
}

function pathsBelow(node: Node | null | undefined, path: Path): Path[] {
  if (isMap<Node, Node | null>(node))
    return node.items.flatMap((pair) => {
      const here = [...path, isScalar(pair.key) ? String(pair.key.value) : ''];
      return [here, ...pathsBelow(pair.value, here)];
    });
  if (isSeq<Node>(node)) return node.items.flatMap((item, i) => [[...path, i], ...pathsBelow(item, [...path, i])]);
  return [];
}

/** `key: sentence`, where the sentence may name the value by `{value}`. */
export function sentenceAt(source: Source, path: Path, sentence: string): string {
  const key = lastKey(path);
  const text = sentence.replaceAll('{value}', () => source.quote(path));
  return key === undefined ? text : `${key}: ${text}`;
}
