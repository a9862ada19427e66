import * as z from 'zod';
import { lifecycleSchema } from '../events/lifecycle/schema.ts';
import { eventSource, type LifecycleType, lifecycleTypes } from '../shared/model/lifecycle-event.ts';

type Json = Readonly<Record<string, unknown>>;

/** A schema as the registry of EventBridge keeps it. */
export interface EventSchema {
  /** As EventBridge itself names what it discovers: `ami-steward@AMICopied`. */
  readonly name: string;
  readonly type: LifecycleType;
  /** OpenAPI 3.0. */
  readonly content: Json;
}

/** Published schemas, from the very source that the samples are checked with. */
export const eventSchemas = (): EventSchema[] =>
  lifecycleTypes.map((type) => {
    const title = type.replaceAll(' ', '');
    return { name: `${eventSource}@${title}`, type, content: document(type, title) };
  });

/** In the form of EventBridge's own schemas, which code generators know: the envelope, and the detail by its name. */
function document(type: LifecycleType, title: string): Json {
  const { $schema: _, ...entry } = z.toJSONSchema(lifecycleSchema(type), { target: 'openapi-3.0' }) as Json;
  const { detail, ...said } = entry.properties as Json;
  const text = { type: 'string' };
  const added = { id: text, version: text, account: text, region: text, time: { type: 'string', format: 'date-time' } };
  const properties = { ...added, ...said, detail: { $ref: `#/components/schemas/${title}` } };
  const envelope = {
    type: 'object',
    required: Object.keys(properties),
    'x-amazon-events-detail-type': type,
    'x-amazon-events-source': eventSource,
    properties,
  };
  return {
    openapi: '3.0.0',
    info: { version: '1.0.0', title },
    paths: {},
    components: { schemas: { AWSEvent: envelope, [title]: detail } },
  };
}
