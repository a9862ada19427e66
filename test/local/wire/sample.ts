import type { NormalizedSchema } from '@smithy/core/schema';

const textFor = (path: string): string =>
  path.endsWith('QueueUrl') ? 'https://sqs.us-east-1.amazonaws.com/1/q' : `${path} "é" <a&b> 1+1=2%`;

/**
 * A value with every member of the schema, down to a depth, so that no member goes untested; a structure of nothing but
 * structures goes deeper, since the query protocols cannot carry an empty one. `EndpointId` sends PutEvents to a global
 * endpoint with another kind of signature, which is not built.
 */
export function sample(schema: NormalizedSchema, path: string, depth = 0): unknown {
  if (schema.isListSchema()) {
    return [1, 2].map((index) => sample(schema.getValueSchema(), `${path}.${index}`, depth));
  }
  if (schema.isMapSchema()) return { key: sample(schema.getValueSchema(), path, depth + 1) };
  if (schema.isStructSchema()) {
    const all = [...schema.structIterator()].filter(([name]) => name !== 'EndpointId');
    const shallow = all.filter(([, member]) => depth < 4 || !member.isStructSchema());
    const members = shallow.length > 0 ? shallow : all;
    const chosen = schema.isUnionSchema() ? members.slice(0, 1) : members;
    return Object.fromEntries(chosen.map(([name, member]) => [name, sample(member, `${path}.${name}`, depth + 1)]));
  }
  if (schema.isBooleanSchema()) return path.length % 2 === 0;
  if (schema.isNumericSchema()) return path.length;
  if (schema.isTimestampSchema()) return new Date(Date.parse('2026-01-05T09:00:00Z') + 1000 * path.length);
  if (schema.isBlobSchema()) return new Uint8Array([0, 255, 7]);
  return textFor(path);
}
