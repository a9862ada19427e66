import { AwsError, type Call } from '../kernel/service.ts';
import { type Parameter, parametersOf } from './parameters.ts';
import { described, shown } from './ssm-views.ts';

interface PageInput {
  readonly MaxResults?: number;
  readonly NextToken?: string;
}

interface Page<T> {
  readonly items: T[];
  readonly NextToken?: string;
}

/** The token is the position of the next item, in a form that invites nobody to count with it. */
export function page<T>(all: readonly T[], input: PageInput, most: number): Page<T> {
  const size = input.MaxResults ?? most;
  if (size < 1 || size > most) throw new AwsError('ValidationException', `MaxResults must be between 1 and ${most}.`);
  const token = input.NextToken ? /^at:(\d+)$/.exec(Buffer.from(input.NextToken, 'base64url').toString()) : undefined;
  if (token === null) throw new AwsError('InvalidNextToken', 'The specified token is not valid.');
  const start = Number(token?.[1] ?? 0);
  const end = start + size;
  const items = all.slice(start, end);
  return end < all.length ? { items, NextToken: Buffer.from(`at:${end}`).toString('base64url') } : { items };
}

interface Filter {
  readonly Key?: string;
  readonly Option?: string;
  readonly Values?: readonly string[];
}

const below = (name: string, path: string, recursive: boolean): boolean => {
  const prefix = path.endsWith('/') ? path : `${path}/`;
  return name.startsWith(prefix) && (recursive || !name.slice(prefix.length).includes('/'));
};

const texts: Record<string, (parameter: Parameter) => string> = {
  Name: (parameter) => parameter.name,
  Type: (parameter) => parameter.type,
  Tier: (parameter) => parameter.tier,
  DataType: (parameter) => parameter.dataType,
};

const comparisons: Record<string, (text: string, value: string) => boolean> = {
  Equals: (text, value) => text === value,
  BeginsWith: (text, value) => text.startsWith(value),
  Contains: (text, value) => text.includes(value),
};

function testOf({ Key = '', Option, Values = [] }: Filter): (parameter: Parameter) => boolean {
  if (Key === 'Path') return ({ name }) => Values.some((path) => below(name, path, Option === 'Recursive'));
  const textOf = texts[Key];
  const compare = comparisons[Option ?? 'Equals'];
  if (!textOf) throw new AwsError('InvalidFilterKey', `The filter key ${Key} is not built.`);
  if (!compare) throw new AwsError('InvalidFilterOption', `The filter option ${Option} is not valid.`);
  return (parameter) => Values.some((value) => compare(textOf(parameter), value));
}

const matching = (call: Call, filters: readonly Filter[]): Parameter[] => {
  const tests = filters.map(testOf);
  return parametersOf(call).filter((parameter) => tests.every((test) => test(parameter)));
};

interface ListInput extends PageInput {
  readonly ParameterFilters?: readonly Filter[];
}

export function describeParameters(input: ListInput & { Filters?: unknown; Shared?: boolean }, call: Call): unknown {
  if (input.Filters || input.Shared) throw new AwsError('ValidationException', 'Filters and Shared are not built.');
  const { items, ...more } = page(matching(call, input.ParameterFilters ?? []), input, 50);
  return { Parameters: items.map(described), ...more };
}

export function getParametersByPath(input: ListInput & { Path?: string; Recursive?: boolean }, call: Call): unknown {
  const path = input.Path ?? '';
  if (!path.startsWith('/')) throw new AwsError('ValidationException', 'The parameter path begins with a slash.');
  const found = matching(call, input.ParameterFilters ?? []).filter(({ name }) =>
    below(name, path, input.Recursive === true),
  );
  const { items, ...more } = page(found, input, 10);
  return { Parameters: items.map((parameter) => shown(call, parameter)), ...more };
}
