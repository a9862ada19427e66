import { at, type Finding, type Source } from './source.ts';
import { children, dotted, isFunction, isNode, type Node, nodes, visit } from './syntax.ts';

/**
 * An error that turns into nothing looks like evidence of nothing. Tests may swallow what they provoke; the embedded
 * AWS answers requests and gathers no evidence, so a text that it cannot parse may be no value there.
 */
export function checkSilence(file: Source): Finding[] {
  if (file.path.startsWith('test/')) return [];
  const clauses = nodes(file.program, 'CatchClause').flatMap(({ body }) => (isNode(body) ? [body] : []));
  const handlers = nodes(file.program, 'CallExpression').flatMap(catchHandler);
  return [...clauses, ...handlers].flatMap((body) => silence(file, body));
}

/** The body of the function given to `.catch(…)`. */
function catchHandler(call: Node): Node[] {
  const callee = call.callee as Node;
  if (callee.type !== 'MemberExpression' || dotted(callee.property) !== 'catch') return [];
  const [handler] = call.arguments as Node[];
  return handler && isFunction(handler) && isNode(handler.body) ? [handler.body] : [];
}

function silence(file: Source, body: Node): Finding[] {
  if (body.type !== 'BlockStatement') return isNothing(body) ? [at(file, body, 'answers an error with nothing')] : [];
  if ((body.body as Node[]).length === 0) return [at(file, body, 'swallows an error')];
  const returned = own(body).filter(({ type }) => type === 'ReturnStatement');
  const rethrows = own(body).some(({ type }) => type === 'ThrowStatement');
  // One kind of error may well mean "there is none"; the others must go on.
  if (rethrows || file.path.startsWith('local/')) return [];
  return returned
    .filter(({ argument }) => !isNode(argument) || isNothing(argument))
    .map((node) => at(file, node, 'answers an error with nothing'));
}

/** Nodes of the body itself, not of functions inside it. */
function own(body: Node): Node[] {
  const found: Node[] = [];
  for (const child of children(body))
    visit(child, (node) => {
      if (isFunction(node)) return false;
      found.push(node);
      return true;
    });
  return found;
}

function isNothing(node: Node): boolean {
  if (isNode(node.expression)) return isNothing(node.expression); // in parentheses, or `as` a type
  if (node.type === 'ArrayExpression') return (node.elements as unknown[]).length === 0;
  if (node.type === 'ObjectExpression') return (node.properties as unknown[]).length === 0;
  if (node.type === 'Literal') return node.value === null || node.value === '';
  if (node.type === 'NewExpression') return ['Map', 'Set'].includes(dotted(node.callee) ?? '');
  return dotted(node) === 'undefined' || (node.type === 'UnaryExpression' && node.operator === 'void');
}
