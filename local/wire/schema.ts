import { NormalizedSchema } from '@smithy/core/schema';
import { frozen } from '../kernel/frozen.ts';
import type { OperationSchema, ServiceName } from './types.ts';

type Exports = Readonly<Record<string, unknown>>;

/** Loaded on first use, since a client's schemas take longer to load than a whole simulation of a week. */
const clients: Record<ServiceName, () => Promise<Exports>> = {
  ec2: () => import('@aws-sdk/client-ec2'),
  ssm: () => import('@aws-sdk/client-ssm'),
  sts: () => import('@aws-sdk/client-sts'),
  events: () => import('@aws-sdk/client-eventbridge'),
  sqs: () => import('@aws-sdk/client-sqs'),
  kms: () => import('@aws-sdk/client-kms'),
  sns: () => import('@aws-sdk/client-sns'),
  autoscaling: () => import('@aws-sdk/client-auto-scaling'),
  rbin: () => import('./rbin-schemas.ts'),
  iam: () => import('@aws-sdk/client-iam'),
  servicequotas: () => import('@aws-sdk/client-service-quotas'),
};

/** The number with which the SDK marks an operation among its schemas. */
const operationKind = 9;

/** Reads the SDK's six-element tuple: kind, namespace, name, traits, input, output. */
export function asOperation(schema: unknown): OperationSchema | undefined {
  if (!Array.isArray(schema) || schema[0] !== operationKind) return undefined;
  return { name: String(schema[2]), input: NormalizedSchema.of(schema[4]), output: NormalizedSchema.of(schema[5]) };
}

/** @returns the schema, or `undefined` when AWS has no such operation. */
export async function operationSchema(service: ServiceName, action: string): Promise<OperationSchema | undefined> {
  return asOperation((await clients[service]())[`${action}$`]);
}

/** The code that an error had in the service's older query protocol, which some clients still show. */
export async function queryErrorCode(service: ServiceName, code: string): Promise<string | undefined> {
  const schema = (await clients[service]())[`${code}$`];
  if (!Array.isArray(schema)) return undefined;
  const trait: unknown = (NormalizedSchema.of(schema as never).getMergedTraits() as Exports).awsQueryError;
  return Array.isArray(trait) ? String(trait[0]) : undefined;
}

const memberMaps = new WeakMap<object, Map<string, NormalizedSchema>>();

/** The members of a structure under the names that `nameOf` gives them on the wire. */
export function membersBy(
  schema: NormalizedSchema,
  cache: WeakMap<object, Map<string, NormalizedSchema>>,
  nameOf: (name: string, member: NormalizedSchema) => string,
): Map<string, NormalizedSchema> {
  const key = schema.getSchema();
  const known = typeof key === 'object' && key !== null ? cache.get(key) : undefined;
  if (known) return known;
  const members = new Map<string, NormalizedSchema>();
  for (const [name, member] of schema.structIterator()) members.set(nameOf(name, member), member);
  if (typeof key === 'object' && key !== null) cache.set(key, members);
  return members;
}

export const membersOf = (schema: NormalizedSchema): Map<string, NormalizedSchema> =>
  membersBy(schema, memberMaps, (name) => name);

interface Shape {
  readonly item?: NormalizedSchema;
  readonly members?: ReadonlyMap<string, NormalizedSchema>;
}

const shapes = new WeakMap<NormalizedSchema, Shape>();

/** What a schema says about the parts of a value; the SDK would work it out anew each time. */
function shapeOf(schema: NormalizedSchema): Shape {
  const known = shapes.get(schema);
  if (known) return known;
  const shape = {
    ...(schema.isListSchema() && { item: schema.getValueSchema() }),
    ...(schema.isStructSchema() && { members: membersOf(schema) }),
  };
  shapes.set(schema, shape);
  return shape;
}

/** One member of a structure; a member that AWS's model lacks is a mistake of ours and must not pass unseen. */
export function memberOf(schema: NormalizedSchema, name: string): NormalizedSchema {
  const member = membersOf(schema).get(name);
  if (!member) throw new Error(`${schema.getName() ?? 'structure'} has no member ${name}`);
  return member;
}

/**
 * A deep copy of what would arrive at the other end of a wire: no `undefined`, no shared objects, and, for EC2's
 * query protocol, which cannot express them, no empty lists.
 */
export function asSent(schema: NormalizedSchema, value: unknown, emptyLists: 'kept' | 'dropped'): unknown {
  if (value === null || (typeof value !== 'object' && typeof value !== 'function')) return value;
  if (emptyLists === 'kept' && Object.isFrozen(value)) return lastingCopy(schema, value);
  return freshCopy(schema, value, emptyLists);
}

/** By what they were made of: what is frozen will not change, so its copy is made once, and frozen too. */
const lastingCopies = new WeakMap<object, unknown>();

function lastingCopy(schema: NormalizedSchema, value: object): unknown {
  const copy = lastingCopies.get(value) ?? frozen(freshCopy(schema, value, 'kept'));
  lastingCopies.set(value, copy);
  return copy;
}

function freshCopy(schema: NormalizedSchema, value: object, emptyLists: 'kept' | 'dropped'): unknown {
  if (value instanceof Date) return new Date(value);
  const { item = schema, members } = shapeOf(schema);
  if (Array.isArray(value)) return partsSent(item, value, emptyLists);
  if (!members) return structuredClone(value);
  const sent: Record<string, unknown> = {};
  const given = value as Readonly<Record<string, unknown>>;
  for (const name of Object.keys(given)) {
    const part = given[name];
    if (part == null || (emptyLists === 'dropped' && Array.isArray(part) && part.length === 0)) continue;
    sent[name] = asSent(members.get(name) ?? memberOf(schema, name), part, emptyLists);
  }
  return sent;
}

function partsSent(item: NormalizedSchema, parts: readonly unknown[], emptyLists: 'kept' | 'dropped'): unknown[] {
  const sent: unknown[] = [];
  for (const part of parts) if (part != null) sent.push(asSent(item, part, emptyLists));
  return sent;
}
