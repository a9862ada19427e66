/** A node of the syntax tree (ESTree with TypeScript), as far as the checks look at it. */
export interface Node {
  readonly type: string;
  readonly start: number;
  readonly end: number;
  readonly [part: string]: unknown;
}

export const isNode = (value: unknown): value is Node =>
  value !== null && typeof value === 'object' && typeof (value as Node).type === 'string';

export const children = (node: Node): Node[] => Object.values(node).flat().filter(isNode);

/** Calls `see` for the node and all below it; `false` keeps it from going deeper. */
export function visit(node: Node, see: (node: Node) => unknown): void {
  if (see(node) === false) return;
  for (const child of children(node)) visit(child, see);
}

export function nodes(node: Node, ...types: string[]): Node[] {
  const found: Node[] = [];
  visit(node, (one) => {
    if (types.includes(one.type)) found.push(one);
  });
  return found;
}

/** The text of a string literal. */
export const textOf = (node: Node): string | undefined => (typeof node.value === 'string' ? node.value : undefined);

const functionTypes = ['FunctionDeclaration', 'FunctionExpression', 'ArrowFunctionExpression'];
export const isFunction = (node: Node): boolean => functionTypes.includes(node.type);
export const functions = (program: Node): Node[] => nodes(program, ...functionTypes).filter(({ body }) => isNode(body));

/** `a.b.c` as text, or `undefined` for what is not a plain path of names. */
export function dotted(node: unknown): string | undefined {
  if (!isNode(node)) return undefined;
  if (node.type === 'Identifier') return node.name as string;
  if (node.type !== 'MemberExpression' || node.computed === true) return undefined;
  const object = dotted(node.object);
  const property = dotted(node.property);
  return object === undefined || property === undefined ? undefined : `${object}.${property}`;
}
