import { at, type Finding, type Source } from './source.ts';
import { nodes } from './syntax.ts';

/** What a package exports, as far as it has been loaded. */
export type Exports = Readonly<Record<string, readonly string[]>>;

/** One page is not everything: where the SDK offers a paginator, the bare command is not to be used. */
export function checkPaging(file: Source, exports: Exports): Finding[] {
  if (!file.path.startsWith('shared/aws/')) return [];
  return file.imports
    .filter(({ typeOnly }) => !typeOnly)
    .flatMap(({ from, names }) => names.filter((name) => exports[from]?.includes(paginatorOf(name))))
    .map((name) => `${file.path} uses ${name}, which reads one page; use ${paginatorOf(name)}`);
}

const paginatorOf = (command: string): string => `paginate${command.replace(/Command$/, '')}`;

const laxTypes: Readonly<Record<string, string>> = {
  TSAnyKeyword: 'says any',
  TSNonNullExpression: 'asserts non-null with !',
};

export const checkTypes = (file: Source): Finding[] =>
  nodes(file.program, ...Object.keys(laxTypes)).map((node) => at(file, node, laxTypes[node.type] ?? ''));

export const checkSyntax = (file: Source): Finding[] => file.errors.map((error) => `${file.path} ${error}`);
