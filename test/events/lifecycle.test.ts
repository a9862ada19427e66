import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { type LifecycleEntry, toEntry } from '../../events/lifecycle/entry.ts';
import { lifecycleSchema, lifecycleSchemas } from '../../events/lifecycle/schema.ts';
import { type LifecycleEvent, lifecycleTypes } from '../../shared/model/lifecycle-event.ts';

const folder = new URL('../../events/lifecycle/samples/', import.meta.url);
const samples = readdirSync(folder).map((file) => ({
  file,
  entry: JSON.parse(readFileSync(new URL(file, folder), 'utf8')) as LifecycleEntry,
}));

describe('the samples of our events', () => {
  it('cover every type, one file each, named after it', () => {
    const names = lifecycleTypes.map((type) => `${type.slice('AMI '.length).toLowerCase().replaceAll(' ', '-')}.json`);
    expect(samples.map(({ file }) => file).sort()).toEqual(names.sort());
    expect(samples.map(({ entry }) => entry['detail-type']).sort()).toEqual([...lifecycleTypes].sort());
  });

  it.each(samples)('$file fits its schema', ({ entry }) => {
    expect(lifecycleSchema(entry['detail-type']).safeParse(entry).error?.issues).toBeUndefined();
  });

  it.each(samples)('$file names in resources the image of its data', ({ entry }) => {
    const { region, imageId } = entry.detail.data;
    const arn = imageId === undefined ? [] : [`arn:aws:ec2:${region}::image/${imageId}`];
    expect(entry.resources).toEqual(arn);
  });

  it.each(samples)('$file refuses another source, a missing account and a broken time', ({ entry }) => {
    const fits = (value: unknown): boolean => lifecycleSchema(entry['detail-type']).safeParse(value).success;
    const { metadata, data } = entry.detail;
    expect(fits({ ...entry, source: 'aws.ec2' })).toBe(false);
    expect(fits({ ...entry, detail: { metadata, data: { ...data, accountId: undefined } } })).toBe(false);
    expect(fits({ ...entry, detail: { metadata: { ...metadata, timestamp: 'now' }, data } })).toBe(false);
  });
});

describe('an entry', () => {
  it('is the event in the shape of EventBridge, nothing lost', () => {
    const sample = samples.find(({ file }) => file === 'copied.json')?.entry;
    if (!sample) throw new Error('copied.json is missing');
    const event: LifecycleEvent = {
      type: sample['detail-type'],
      resources: sample.resources,
      metadata: sample.detail.metadata,
      data: sample.detail.data,
    };
    expect(toEntry(event)).toEqual(sample);
  });
});

describe('the schemas', () => {
  it('come out as JSON Schema for every type', () => {
    for (const type of lifecycleTypes) {
      const schema = lifecycleSchemas[type];
      expect(schema && z.toJSONSchema(schema).required).toContain('detail');
    }
  });
});
