import type { NormalizedSchema } from '@smithy/core/schema';
import { operationSchema } from '../../local/wire/schema.ts';
import type { OperationSchema, ServiceName } from '../../local/wire/types.ts';
import type { Fields, RawAnswer } from './case.ts';
import { type Element, parseXml } from './xml.ts';

export async function schemaOf(service: ServiceName, operation: string): Promise<OperationSchema> {
  const schema = await operationSchema(service, operation);
  if (!schema) throw new Error(`AWS has no ${service} ${operation}`);
  return schema;
}

/** The SDK writes the members that must be there first, and says how many they are. */
function requiredOf(schema: NormalizedSchema): string[] {
  const [, , , , names, , count = 0] = schema.getSchema() as unknown as [0, 0, 0, 0, string[], 0, number?];
  return names.slice(0, count);
}

function structProblems(schema: NormalizedSchema, value: object, path: string): string[] {
  const members = new Map(schema.structIterator());
  const given = Object.entries(value).filter(([, part]) => part !== undefined);
  const missing = requiredOf(schema).filter((name) => !given.some(([known]) => known === name));
  return [
    ...missing.map((name) => `${path}.${name} is missing`),
    ...given.flatMap(([name, part]) => {
      const member = members.get(name);
      return member ? schemaProblems(member, part, `${path}.${name}`) : [`${path}.${name} is not in the model`];
    }),
  ];
}

const scalarTypes: readonly [(schema: NormalizedSchema) => boolean, (value: unknown) => boolean][] = [
  [(schema) => schema.isBooleanSchema(), (value) => typeof value === 'boolean'],
  [(schema) => schema.isNumericSchema(), (value) => typeof value === 'number' && Number.isFinite(value)],
  [(schema) => schema.isTimestampSchema(), (value) => value instanceof Date && !Number.isNaN(value.getTime())],
  [(schema) => schema.isBlobSchema(), (value) => value instanceof Uint8Array],
];

/** Where a value is not what AWS's model says. */
export function schemaProblems(schema: NormalizedSchema, value: unknown, path: string): string[] {
  if (schema.isListSchema()) {
    if (!Array.isArray(value)) return [`${path} is no list`];
    return value.flatMap((part, index) => schemaProblems(schema.getValueSchema(), part, `${path}.${index}`));
  }
  if (schema.isStructSchema() || schema.isMapSchema()) {
    if (typeof value !== 'object' || value === null) return [`${path} is no object`];
    if (schema.isStructSchema()) return structProblems(schema, value, path);
    return Object.entries(value).flatMap(([key, part]) =>
      schemaProblems(schema.getValueSchema(), part, `${path}.${key}`),
    );
  }
  const fits = scalarTypes.find(([is]) => is(schema))?.[1] ?? ((given: unknown) => typeof given === 'string');
  return fits(value) ? [] : [`${path} is ${String(value)}, which the model does not allow`];
}

const xmlNameOf = (member: NormalizedSchema, name: string): string => String(member.getMemberTraits().xmlName ?? name);

function unreadInXml(schema: NormalizedSchema, { children }: Element, path: string): string[] {
  if (schema.isListSchema()) {
    const item = schema.getValueSchema();
    const name = String(item.getMergedTraits().xmlName ?? 'member');
    return children.flatMap((child) =>
      child.name === name ? unreadInXml(item, child, path) : [`${path}.${child.name}`],
    );
  }
  if (!schema.isStructSchema()) return schema.isMapSchema() ? [] : children.map((child) => `${path}.${child.name}`);
  const members = new Map([...schema.structIterator()].map(([name, member]) => [xmlNameOf(member, name), member]));
  return children.flatMap((child) => {
    const member = members.get(child.name);
    return member ? unreadInXml(member, child, `${path}.${child.name}`) : [`${path}.${child.name}`];
  });
}

function unreadInJson(schema: NormalizedSchema, value: unknown, path: string): string[] {
  if (Array.isArray(value)) return value.flatMap((part) => unreadInJson(schema.getValueSchema(), part, path));
  if (!schema.isStructSchema() || typeof value !== 'object' || value === null) return [];
  const members = new Map(schema.structIterator());
  return Object.entries(value).flatMap(([name, part]) => {
    const member = members.get(name);
    return member ? unreadInJson(member, part, `${path}.${name}`) : [`${path}.${name}`];
  });
}

const envelope = new Set(['requestId', 'ResponseMetadata']);

/** Of a query protocol: either the result lies one level deeper, or the request id lies beside it. */
function resultOf(root: Element, operation: string): Element {
  const result = root.children.find(({ name }) => name === `${operation}Result`);
  return result ?? { ...root, children: root.children.filter(({ name }) => !envelope.has(name)) };
}

/** What came over the wire and no client can see, since AWS's model lacks it. */
export function unreadIn({ name, output }: OperationSchema, { body, contentType }: RawAnswer): string[] {
  if (body === '') return [];
  if (contentType.includes('json') || body.startsWith('{')) return unreadInJson(output, JSON.parse(body), 'answer');
  const result = resultOf(parseXml(body), name);
  return output.isUnitSchema()
    ? result.children.map((child) => child.name).filter((one) => one !== 'return')
    : unreadInXml(output, result, 'answer');
}

/** Plain JSON in the SDK's own types. */
export function revived(schema: NormalizedSchema, value: unknown): unknown {
  if (Array.isArray(value)) return value.map((part) => revived(schema.getValueSchema(), part));
  if (schema.isTimestampSchema()) return new Date(typeof value === 'number' ? value * 1000 : String(value));
  if (typeof value !== 'object' || value === null) return value;
  const parts = Object.entries(value).filter(([, part]) => part !== null);
  if (schema.isMapSchema())
    return Object.fromEntries(parts.map(([key, part]) => [key, revived(schema.getValueSchema(), part)]));
  const members = new Map(schema.isStructSchema() ? schema.structIterator() : []);
  return Object.fromEntries(
    parts.flatMap(([name, part]) => {
      const member = members.get(name);
      return member ? [[name, revived(member, part)]] : [[name, part]];
    }),
  ) satisfies Fields;
}
