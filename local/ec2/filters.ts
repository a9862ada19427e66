import type { Filter, Tag } from '@aws-sdk/client-ec2';
import { AwsError } from '../kernel/service.ts';
import type { TagMap } from './rows.ts';

/** What a filter of this name compares with; several values match when one of them does. */
export type FilterFields<T> = Readonly<Record<string, (row: T) => readonly (string | number | boolean | undefined)[]>>;

const maxValues = 200;

/** EC2's wildcards: `*` any text, `?` one character, `\` takes the meaning away. Case counts. */
export function wildcard(pattern: string): RegExp {
  const body = pattern.replace(/\\[*?\\]|[\\^$.*+?()[\]{}|]/g, (token) => {
    if (token === '*') return '[^]*';
    if (token === '?') return '[^]';
    return token.length === 2 ? `\\${token[1]}` : `\\${token}`;
  });
  return new RegExp(`^${body}$`);
}

function fieldOf<T>(name: string, fields: FilterFields<T>, tagsOf: (row: T) => TagMap) {
  if (name === 'tag-key') return (row: T) => Object.keys(tagsOf(row));
  if (name.startsWith('tag:')) return (row: T) => [tagsOf(row)[name.slice('tag:'.length)]];
  const field = Object.hasOwn(fields, name) ? fields[name] : undefined;
  if (!field) throw new AwsError('InvalidParameterValue', `The filter '${name}' is invalid`);
  return field;
}

/** Filters are joined by AND, values of one filter by OR. An unknown filter is `InvalidParameterValue`. */
export function filterBy<T>(
  filters: readonly Filter[] | undefined,
  fields: FilterFields<T>,
  tagsOf: (row: T) => TagMap,
): (row: T) => boolean {
  const count = (filters ?? []).reduce((sum, filter) => sum + (filter.Values?.length ?? 0), 0);
  if (count > maxValues)
    throw new AwsError('FilterLimitExceeded', `The maximum number of filter values is ${maxValues}`);
  const tests = (filters ?? []).map((filter) => {
    const field = fieldOf(filter.Name ?? '', fields, tagsOf);
    const patterns = (filter.Values ?? []).map(wildcard);
    if (patterns.length === 0)
      throw new AwsError('InvalidParameterValue', `The filter '${filter.Name}' must have at least one value`);
    return (row: T) =>
      field(row).some((value) => value !== undefined && patterns.some((pattern) => pattern.test(String(value))));
  });
  return (row) => tests.every((test) => test(row));
}

export const tagList = (tags: TagMap): Tag[] => Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));
