import { readdirSync, readFileSync } from 'node:fs';
import { posix } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseSync } from 'vite';
import { isNode, type Node, textOf, visit } from './syntax.ts';

/** One file of the project, read and parsed. Paths are relative to the project folder, with `/`. */
export interface Source {
  readonly path: string;
  readonly text: string;
  readonly program: Node;
  readonly imports: readonly Import[];
  readonly errors: readonly string[];
}

export interface Import {
  /** As written. */
  readonly from: string;
  /** The file meant, when it is one of ours. */
  readonly file?: string;
  /** Gone after the types are stripped. */
  readonly typeOnly: boolean;
  /** Imported names; empty for `*` and for what an `import()` gives. */
  readonly names: readonly string[];
}

/** What is wrong, where: `shared/rules/x.ts:12 reads the clock`. */
export type Finding = string;

const root = fileURLToPath(new URL('../../', import.meta.url));
const folders = ['shared', 'functions', 'events', 'local', 'cli', 'console', 'scripts', 'test', 'bench'];
const isCode = (path: string): boolean => /\.(?:ts|mjs)$/.test(path) && !path.includes('.generated.');

export function projectFiles(): string[] {
  const entries = readdirSync(root, { withFileTypes: true }).filter((entry) => entry.isFile());
  const inside = folders.flatMap((folder) => filesBelow(folder));
  return [...entries.map(({ name }) => name), ...inside].sort();
}

function filesBelow(folder: string): string[] {
  const present = readdirSync(root).includes(folder.split('/')[0] ?? '');
  if (!present) return [];
  return readdirSync(root + folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile())
    .map((entry) => posix.join(entry.parentPath.slice(root.length).replaceAll('\\', '/'), entry.name));
}

export const readText = (path: string): string => readFileSync(root + path, 'utf8');

export const projectSources = (): Source[] =>
  projectFiles()
    .filter(isCode)
    .map((path) => source(path, readText(path)));

export function source(path: string, text: string): Source {
  const parsed = parseSync(path, text);
  const program = parsed.program as unknown as Node;
  return {
    path,
    text,
    program,
    imports: importsOf(program).map((found) => ({ ...found, ...fileOf(path, found.from) })),
    errors: parsed.errors.map(({ message }) => message),
  };
}

const fileOf = (path: string, from: string): Pick<Import, 'file'> =>
  from.startsWith('.') ? { file: posix.join(posix.dirname(path), from) } : {};

function importsOf(program: Node): Import[] {
  const imports: Import[] = [];
  visit(program, (node) => {
    const from = isNode(node.source) ? textOf(node.source) : undefined;
    if (from !== undefined) imports.push({ from, ...importedBy(node) });
  });
  return imports;
}

/** `import`, `export … from`, `import()` and `import('…').Type` all carry a `source`. */
function importedBy(node: Node): Pick<Import, 'typeOnly' | 'names'> {
  const specifiers = Array.isArray(node.specifiers) ? node.specifiers.filter(isNode) : [];
  const allTypes =
    specifiers.length > 0 && specifiers.every((one) => one.importKind === 'type' || one.exportKind === 'type');
  return {
    typeOnly: node.type === 'TSImportType' || node.importKind === 'type' || node.exportKind === 'type' || allTypes,
    names: specifiers.flatMap(({ imported }) =>
      isNode(imported) && typeof imported.name === 'string' ? [imported.name] : [],
    ),
  };
}

export const lineOf = (text: string, offset: number): number => text.slice(0, offset).split('\n').length;

export const at = (file: Source, node: Node, what: string): Finding =>
  `${file.path}:${lineOf(file.text, node.start)} ${what}`;
