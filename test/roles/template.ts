import { readFileSync } from 'node:fs';
import { parse } from 'yaml';

/** A resource of CloudFormation, its intrinsic functions as they are written in JSON. */
export interface Resource {
  readonly Type: string;
  readonly Properties: Record<string, unknown>;
}

export type Resources = Record<string, Resource>;

const tag = (name: string, read: (value: never) => unknown) => ({
  tag: `!${name}`,
  resolve: (value: string) => read(value as never),
});

/** The short forms that serverless.yml uses. Any other one makes the parser complain. */
const customTags = [
  tag('Ref', (name: string) => ({ Ref: name })),
  tag('Sub', (text: string) => ({ 'Fn::Sub': text })),
  tag('GetAtt', (path: string) => ({ 'Fn::GetAtt': path.split('.') })),
  // Of conditions on whole resources, no role depends on one.
  ...['And', 'Equals', 'Not'].map((name) => ({ tag: `!${name}`, collection: 'seq' as const })),
];

interface RegionMarks {
  readonly policy: string;
  readonly forwarding: string;
  readonly stackSets: string;
}

interface Service {
  readonly service: string;
  readonly provider: { readonly stage: string };
  readonly params: { readonly default: Readonly<Record<string, string>> };
  readonly custom: { readonly steward: { readonly publishedParameters: string; readonly regions: RegionMarks } };
  readonly resources: { readonly Resources: Resources };
}

/** What follows `${self:`, step by step. */
const at = (file: unknown, path: string): unknown =>
  path.split('.').reduce((value: unknown, step) => (value as Record<string, unknown> | undefined)?.[step], file);

function fill(text: string, file: Service): string {
  const filled = text
    .replaceAll(/\$\{sls:stage\}/g, file.provider.stage)
    .replaceAll(/\$\{param:(\w+)\}/g, (_all, name: string) => String(file.params.default[name]))
    .replaceAll(/\$\{self:([\w.]+)\}/g, (_all, path: string) => String(at(file, path)));
  return filled === text ? text : fill(filled, file);
}

function filled(value: unknown, file: Service): unknown {
  if (typeof value === 'string') return fill(value, file);
  if (Array.isArray(value)) return value.map((one) => filled(one, file));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, filled(one, file)]));
}

const read = parse(readFileSync('serverless.yml', 'utf8'), { customTags, merge: true, strict: true }) as Service;

/** What stands where the plugin puts in the published parameters. */
export const publishedMark = read.custom.steward.publishedParameters;

/** What stands where it puts in Regions. */
export const regionMarks = read.custom.steward.regions;

/** The resources of serverless.yml as they are before the plugin finishes them; a fresh copy each time. */
export const resources = (): Resources => filled(read.resources.Resources, read) as Resources;
