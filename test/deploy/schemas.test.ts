import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import type { LifecycleEntry } from '../../events/lifecycle/entry.ts';
import { lifecycleTypes } from '../../shared/model/lifecycle-event.ts';
import { ofType, root, template } from './packaged.ts';

const stack = template();
const schemas = ofType(stack, 'AWS::EventSchemas::Schema').map(([, { Properties }]) => Properties);
const folder = join(root, 'events/lifecycle/samples');
const samples = readdirSync(folder).map((file) => ({
  file,
  entry: JSON.parse(readFileSync(join(folder, file), 'utf8')) as LifecycleEntry,
}));

/** The most that the registry takes. */
const largest = 100_000;

interface OpenApi {
  readonly openapi: string;
  readonly components: { readonly schemas: Readonly<Record<string, object>> };
}

const contentOf = (type: string): OpenApi => {
  const found = schemas.find(({ Description }) => Description === type);
  return JSON.parse(String(found?.Content)) as OpenApi;
};

/** What a bus makes of an entry. */
const delivered = (entry: LifecycleEntry) => ({
  ...entry,
  version: '0',
  id: '5c1f0a52-7b1e-4c7e-9b53-0d2f6a8e4101',
  account: '111122223333',
  region: 'us-east-1',
  time: '2026-01-05T09:00:00Z',
});

/** The document read as any consumer would read it: its envelope, with the detail that this refers to. */
function fits(type: string, event: object): boolean {
  const { schemas: parts } = contentOf(type).components;
  const text = JSON.stringify({ ...parts.AWSEvent, definitions: parts });
  const whole = JSON.parse(text.replaceAll('#/components/schemas/', '#/definitions/'));
  return z.fromJSONSchema(whole, { defaultTarget: 'draft-7' }).safeParse(event).success;
}

describe('the schemas in the registry', () => {
  it('are one for each event, in the registry of the stack, and only where there is one', () => {
    expect(schemas.map(({ Description }) => Description).sort()).toEqual([...lifecycleTypes].sort());
    const names = schemas.map(({ SchemaName }) => SchemaName);
    expect(names).toContain('ami-steward@AMICopied');
    expect(new Set(names).size).toBe(lifecycleTypes.length);
    for (const one of schemas) {
      expect(one).toMatchObject({
        RegistryName: { 'Fn::GetAtt': ['EventRegistry', 'RegistryName'] },
        Type: 'OpenApi3',
      });
      expect(String(one.Content).length).toBeLessThan(largest);
    }
    for (const [, one] of ofType(stack, 'AWS::EventSchemas::Schema'))
      expect(one).toMatchObject({ Condition: 'Schemas' });
  });

  it('keep to the words of OpenAPI 3.0', () => {
    for (const type of lifecycleTypes) {
      const content = contentOf(type);
      expect(content.openapi).toBe('3.0.0');
      expect(JSON.stringify(content)).not.toMatch(/"(?:\$schema|\$defs|const|prefixItems|examples)":|"type":\[/);
    }
  });

  it.each(samples)('take $file as it arrives from the bus', ({ entry }) => {
    expect(fits(entry['detail-type'], delivered(entry))).toBe(true);
  });

  it.each(samples)(
    'refuse $file without its image or account, of another source, or of another version',
    ({ entry }) => {
      const type = entry['detail-type'];
      const event = delivered(entry);
      const { metadata, data } = entry.detail;
      const { accountId: _, ...rest } = data;
      expect(fits(type, { ...event, source: 'aws.ec2' })).toBe(false);
      expect(fits(type, { ...event, detail: { metadata, data: rest } })).toBe(false);
      expect(fits(type, { ...event, detail: { metadata: { ...metadata, version: '2' }, data } })).toBe(false);
      expect(fits(type, { ...event, id: undefined })).toBe(false);
    },
  );
});
