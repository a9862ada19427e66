import { policyJsonSchema } from '../../shared/model/policy-schema.ts';
import type { Path } from './finding.ts';

/** The parts of JSON Schema that the policy's schema is made of. */
export interface SchemaNode {
  readonly type?: string;
  readonly description?: string;
  readonly default?: unknown;
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly pattern?: string;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly properties?: Readonly<Record<string, SchemaNode>>;
  readonly required?: readonly string[];
  readonly items?: SchemaNode;
  readonly additionalProperties?: SchemaNode | boolean;
  readonly anyOf?: readonly SchemaNode[];
}

export const schemaRoot: SchemaNode = policyJsonSchema();

/** The schema of a place, or `undefined` where the schema knows nothing. Of alternatives, the one that has the key. */
export function schemaAt(path: Path, from: SchemaNode = schemaRoot): SchemaNode | undefined {
  const [part, ...rest] = path;
  if (part === undefined) return from;
  for (const option of [from, ...(from.anyOf ?? [])]) {
    const next = child(option, part);
    if (next !== undefined) return schemaAt(rest, next);
  }
  return undefined;
}

function child(node: SchemaNode, part: string | number): SchemaNode | undefined {
  if (typeof part === 'number') return node.items;
  if (node.properties && Object.hasOwn(node.properties, part)) return node.properties[part];
  return typeof node.additionalProperties === 'object' ? node.additionalProperties : undefined;
}

export function keysAt(path: Path): string[] {
  const node = schemaAt(path);
  return [node, ...(node?.anyOf ?? [])].flatMap((option) => Object.keys(option?.properties ?? {}));
}
