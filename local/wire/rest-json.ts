import type { NormalizedSchema } from '@smithy/core/schema';
import { AwsError } from '../kernel/service.ts';
import { parseBody, readJson, writeJson } from './json.ts';
import { asOperation } from './schema.ts';
import type { Protocol, WireRequest, WireResponse } from './types.ts';

interface Route {
  readonly name: string;
  readonly method: string;
  readonly path: RegExp;
}

/** `/rules/{Identifier}` as a pattern with a named group per label. */
const patternOf = (path: string): RegExp => new RegExp(`^${path.replace(/\{(\w+)\}/g, '(?<$1>[^/]+)')}/?$`);

function routeOf(schema: unknown): Route[] {
  const operation = asOperation(schema);
  if (!operation) return [];
  const { http } = (schema as readonly { http: readonly [string, string, number] }[])[3] ?? {};
  return http ? [{ name: operation.name, method: http[0], path: patternOf(http[1]) }] : [];
}

const pathOf = (request: WireRequest): string => request.path.split('?', 1)[0] ?? '';

function labelsOf(route: Route, request: WireRequest): Record<string, string> {
  const groups = route.path.exec(pathOf(request))?.groups ?? {};
  return Object.fromEntries(Object.entries(groups).map(([name, value]) => [name, decodeURIComponent(value)]));
}

const reply = (status: number, requestId: string, body: unknown, more: Record<string, string> = {}): WireResponse => ({
  status,
  headers: { 'content-type': 'application/json', 'x-amzn-requestid': requestId, ...more },
  body: JSON.stringify(body),
});

/** Method and path name the operation, parts of the path are parameters, the rest is a JSON body. */
export function restJson(schemas: Readonly<Record<string, unknown>>): Protocol {
  const routes = Object.values(schemas).flatMap(routeOf);
  const find = (request: WireRequest): Route | undefined =>
    routes.find(({ method, path }) => method === request.method && path.test(pathOf(request)));
  return {
    carriesEmptyLists: true,
    action: (request) => find(request)?.name,
    read: (input: NormalizedSchema, request) => {
      const route = find(request);
      const labels = route ? labelsOf(route, request) : {};
      return { ...(readJson(input, parseBody(request)) as object), ...labels };
    },
    write: ({ output }, value, requestId) => reply(200, requestId, writeJson(output, value ?? {})),
    fail: (error, requestId) =>
      reply(error.status, requestId, { Message: error.message }, { 'x-amzn-errortype': error.code }),
    unknown: (name) => new AwsError('UnknownOperationException', `The operation ${name} is not known to this service.`),
  };
}
