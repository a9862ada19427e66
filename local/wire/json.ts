import type { NormalizedSchema } from '@smithy/core/schema';
import { AwsError } from '../kernel/service.ts';
import { readScalar, scalarText } from './scalar.ts';
import { memberOf, membersOf } from './schema.ts';
import type { Protocol, WireRequest, WireResponse } from './types.ts';

const refuse = (path: string, problem: string): AwsError =>
  new AwsError('SerializationException', `${path === '' ? 'The request' : path} ${problem}`);

type Fields = Readonly<Record<string, unknown>>;

function fieldsOf(value: unknown, path: string): [string, unknown][] {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw refuse(path, 'must be an object');
  return Object.entries(value as Fields).filter(([, part]) => part !== null);
}

function readList(schema: NormalizedSchema, value: unknown, path: string): unknown[] {
  if (!Array.isArray(value)) throw refuse(path, 'must be a list');
  return value.map((part, index) => readJson(schema.getValueSchema(), part, `${path}[${index}]`));
}

function readStruct(schema: NormalizedSchema, value: unknown, path: string): unknown {
  const read = fieldsOf(value, path).map(([name, part]) => {
    const at = path === '' ? name : `${path}.${name}`;
    const member = membersOf(schema).get(name);
    if (!member) throw refuse(at, 'is not a parameter of this operation');
    return [name, readJson(member, part, at)];
  });
  return Object.fromEntries(read);
}

/** A JSON value in the SDK's shape: times as Date, blobs as bytes. Nothing is ignored. */
export function readJson(schema: NormalizedSchema, value: unknown, path = ''): unknown {
  if (schema.isDocumentSchema()) return value;
  if (schema.isStructSchema()) return readStruct(schema, value, path);
  if (schema.isListSchema()) return readList(schema, value, path);
  if (schema.isMapSchema()) {
    const entries = fieldsOf(value, path);
    return Object.fromEntries(
      entries.map(([key, part]) => [key, readJson(schema.getValueSchema(), part, `${path}.${key}`)]),
    );
  }
  const scalar = readScalar(schema, value);
  if (scalar === undefined) throw refuse(path, 'has the wrong type');
  return scalar;
}

/** The reverse: times as seconds, blobs as base64, absent members left out. */
export function writeJson(schema: NormalizedSchema, value: unknown): unknown {
  if (value instanceof Date) return value.getTime() / 1000;
  if (value instanceof Uint8Array) return scalarText(value);
  if (Array.isArray(value)) return value.map((part) => writeJson(schema.getValueSchema(), part));
  if (typeof value !== 'object' || value === null || schema.isDocumentSchema()) return value;
  const schemaOf = (name: string): NormalizedSchema =>
    schema.isMapSchema() ? schema.getValueSchema() : memberOf(schema, name);
  const parts = Object.entries(value).filter(([, part]) => part != null);
  return Object.fromEntries(parts.map(([name, part]) => [name, writeJson(schemaOf(name), part)]));
}

export function parseBody(request: WireRequest): unknown {
  try {
    return JSON.parse(request.body === '' ? '{}' : request.body);
  } catch (cause) {
    throw refuse('', `is not JSON: ${String(cause)}`);
  }
}

/** SSM and EventBridge speak version 1.1, SQS 1.0: the operation is in `X-Amz-Target`, errors in `__type`. */
export const jsonProtocol = (version: '1.0' | '1.1'): Protocol => {
  const reply = (
    status: number,
    requestId: string,
    body: unknown,
    more: Record<string, string> = {},
  ): WireResponse => ({
    status,
    headers: { 'content-type': `application/x-amz-json-${version}`, 'x-amzn-requestid': requestId, ...more },
    body: JSON.stringify(body),
  });
  return {
    carriesEmptyLists: true,
    action: (request) => request.headers['x-amz-target']?.split('.').at(-1),
    read: (input, request) => (input.isStructSchema() ? readJson(input, parseBody(request)) : {}),
    write: (operation, output, requestId) =>
      reply(200, requestId, operation.output.isStructSchema() ? writeJson(operation.output, output ?? {}) : {}),
    fail: (error, requestId, queryError) => {
      const origin = error.status < 500 ? 'Sender' : 'Receiver';
      const more: Record<string, string> = queryError ? { 'x-amzn-query-error': `${queryError};${origin}` } : {};
      return reply(error.status, requestId, { __type: error.code, message: error.message }, more);
    },
    unknown: (name) => new AwsError('UnknownOperationException', `The operation ${name} is not known to this service.`),
  };
};
