import type { NormalizedSchema } from '@smithy/core/schema';
import { AwsError } from '../kernel/service.ts';
import { readScalar } from './scalar.ts';
import { membersBy, membersOf } from './schema.ts';
import type { WireRequest } from './types.ts';

/** `A.1.B=x` as a tree, so that what no schema member claims is found while walking. */
interface Node {
  value?: string;
  readonly parts: Map<string, Node>;
}

const envelope = new Set(['Action', 'Version']);

export function formOf(request: WireRequest): URLSearchParams {
  const question = request.path.indexOf('?');
  const query = question < 0 ? '' : request.path.slice(question + 1);
  return new URLSearchParams(
    request.body === '' || query === '' ? `${query}${request.body}` : `${query}&${request.body}`,
  );
}

function treeOf(form: URLSearchParams): Node {
  const root: Node = { parts: new Map() };
  for (const [name, value] of form) {
    if (envelope.has(name) || name.startsWith('X-Amz-')) continue;
    let node = root;
    for (const step of name.split('.')) {
      const next = node.parts.get(step) ?? { parts: new Map() };
      node.parts.set(step, next);
      node = next;
    }
    node.value = value;
  }
  return root;
}

const queryNames = new WeakMap<object, Map<string, NormalizedSchema>>();

function queryName(name: string, member: NormalizedSchema): string {
  const traits = member.getMergedTraits();
  const plain = traits.xmlName ?? name;
  return traits.ec2QueryName === undefined
    ? plain.charAt(0).toUpperCase() + plain.slice(1)
    : String(traits.ec2QueryName);
}

const unread = (path: string): AwsError => new AwsError('UnknownParameter', `The parameter ${path} is not recognized`);
const invalid = (path: string, value: string): AwsError =>
  new AwsError('InvalidParameterValue', `Value (${value}) for parameter ${path} is invalid.`);

const join = (path: string, step: string): string => (path === '' ? step : `${path}.${step}`);

function readStruct(schema: NormalizedSchema, node: Node, path: string): Record<string, unknown> {
  if (node.value !== undefined && path !== '') throw invalid(path, node.value);
  const byQueryName = membersBy(schema, queryNames, queryName);
  const result: Record<string, unknown> = {};
  for (const [step, part] of node.parts) {
    // Services other than EC2 take a name as the model has it, small letter included.
    const member = byQueryName.get(step) ?? membersOf(schema).get(step);
    if (!member) throw unread(join(path, step));
    result[member.getMemberName()] = readNode(member, part, join(path, step));
  }
  return result;
}

function readList(schema: NormalizedSchema, node: Node, path: string): unknown[] {
  if (node.value !== undefined) throw invalid(path, node.value);
  const numbered = [...node.parts].map(([step, part]) => {
    if (!/^[1-9]\d{0,5}$/.test(step)) throw unread(join(path, step));
    return { index: Number(step), part };
  });
  numbered.sort((a, b) => a.index - b.index);
  return numbered.map(({ index, part }) => readNode(schema.getValueSchema(), part, join(path, String(index))));
}

/** `Name.entry.1.key=...&Name.entry.1.value=...`, under the names that the model gives to both. */
function readMap(schema: NormalizedSchema, node: Node, path: string): Record<string, unknown> {
  const sides = [schema.getKeySchema(), schema.getValueSchema()] as const;
  const [keyName, valueName] = sides.map((side, i) => String(side.getMergedTraits().xmlName ?? ['key', 'value'][i]));
  const entries = [...(node.parts.get('entry')?.parts ?? [])].map(([step, part]) => {
    const key = part.parts.get(keyName ?? '')?.value;
    const value = part.parts.get(valueName ?? '');
    if (key === undefined || !value || part.parts.size !== 2) throw unread(join(path, `entry.${step}`));
    return [key, readNode(schema.getValueSchema(), value, join(path, key))] as const;
  });
  const [stranger] = [...node.parts.keys()].filter((step) => step !== 'entry');
  if (stranger !== undefined) throw unread(join(path, stranger));
  return Object.fromEntries(entries);
}

function readNode(schema: NormalizedSchema, node: Node, path: string): unknown {
  if (schema.isStructSchema()) return readStruct(schema, node, path);
  if (schema.isMapSchema()) return readMap(schema, node, path);
  if (schema.isListSchema()) return readList(schema, node.parts.get('member') ?? node, path);
  const [deeper] = node.parts.keys();
  if (deeper !== undefined) throw unread(join(path, deeper));
  const value = readScalar(schema, node.value);
  if (value === undefined) throw invalid(path, node.value ?? '');
  return value;
}

/**
 * The input of an EC2 query request in the SDK's shape. Names are the trait `ec2QueryName`, else the XML or member
 * name with a capital; lists are `Name.1`, `Name.2`.
 * @throws AwsError `UnknownParameter`, `InvalidParameterValue`: nothing is ignored
 */
export function readQuery(input: NormalizedSchema, request: WireRequest): Record<string, unknown> {
  const root = treeOf(formOf(request));
  const [first] = root.parts.keys();
  if (!input.isStructSchema() || membersOf(input).size === 0) {
    if (first !== undefined) throw unread(first);
    return {};
  }
  return readStruct(input, root, '');
}
