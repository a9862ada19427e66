import { pathToFileURL } from 'node:url';
import { inProcessHandler } from '../../../local/in-process.ts';
import { AwsError } from '../../../local/kernel/service.ts';
import { protocolOf } from '../../../local/wire/index.ts';
import { jsonProtocol } from '../../../local/wire/json.ts';
import { asOperation } from '../../../local/wire/schema.ts';
import type { OperationSchema, ServiceName, WireRequest, WireResponse } from '../../../local/wire/types.ts';
import { sample } from '../../local/wire/sample.ts';

/**
 * `node requests.ts BUNDLE`: makes every call that the bundle has, once answered and once refused, and prints what went
 * out and what came of it. Time and chance stand still, so that two bundles can be compared.
 */

type Exports = Readonly<Record<string, unknown>>;

interface Client {
  send(command: unknown): Promise<object>;
}

/** What was sent, and what the caller made of the answer. */
export interface Exchange {
  readonly operation: string;
  readonly request: WireRequest;
  readonly read: unknown;
}

Date.now = () => Date.UTC(2026, 0, 5, 9);
Object.defineProperty(crypto, 'randomUUID', { value: () => '00000000-0000-4000-8000-000000000000' });

const inputsOf: Readonly<Record<string, object>> = {
  GetCommand: { TableName: 'table', Key: { pk: 'a', sk: 'b' }, ConsistentRead: true },
  BatchGetCommand: { RequestItems: { table: { Keys: [{ pk: 'a', sk: 'b' }], ConsistentRead: true } } },
  PutCommand: {
    TableName: 'table',
    Item: {
      pk: 'ä "',
      n: 1.5,
      no: false,
      nothing: null,
      list: [1, { deep: ['x', {}] }],
      bytes: new Uint8Array([0, 255]),
    },
    ConditionExpression: 'rev = :rev',
    ExpressionAttributeValues: { ':rev': 3 },
  },
  paginateQuery: {
    TableName: 'table',
    IndexName: 'due',
    KeyConditionExpression: '#key = :key',
    ExpressionAttributeNames: { '#key': 'dueKey' },
    ExpressionAttributeValues: { ':key': 'alive' },
  },
};

/** Schemas are the SDK's own, not the bundle's, in which something may be missing. */
const schemasOf = (from: string): Promise<Exports> =>
  from.startsWith('@') ? import(from) : import('../../../local/wire/rbin-schemas.ts');

async function operationIn(from: string, name: string): Promise<OperationSchema> {
  const schema = asOperation((await schemasOf(from))[`${name.replace(/^paginate|Command$/g, '')}$`]);
  if (!schema) throw new Error(`${from} has no ${name}`);
  return schema;
}

async function inputOf(from: string, name: string): Promise<object> {
  if (from === '@aws-sdk/lib-dynamodb') return inputsOf[name] ?? Promise.reject(new Error(`no input for ${name}`));
  const { name: operation, input } = await operationIn(from, name);
  return input.isStructSchema() ? (sample(input, operation) as object) : {};
}

const seen: WireRequest[] = [];
let refusing = false;

/** Answers with every member that AWS models, or refuses. */
const answering =
  (from: string) =>
  async (request: WireRequest): Promise<WireResponse> => {
    seen.push(request);
    const service = /\/([^/]+)\/aws4_request/.exec(request.headers.authorization ?? '')?.[1] ?? '';
    const protocol = service === 'dynamodb' ? jsonProtocol('1.0') : protocolOf(service as ServiceName);
    if (refusing)
      return protocol.fail(new AwsError('ResourceNotFoundException', 'there is <none> of "it"'), 'id', undefined);
    const operation = await operationIn(from, protocol.action(request) ?? '');
    return protocol.write(
      operation,
      operation.output.isStructSchema() ? sample(operation.output, operation.name) : {},
      'id',
    );
  };

/** The first page, where there are several. */
async function made(client: Client, what: unknown, name: string, input: object): Promise<unknown> {
  if (name.endsWith('Command')) return client.send(new (what as new (given: object) => unknown)(input));
  const pages = (what as (config: object, given: object) => AsyncIterable<unknown>)({ client }, input);
  for await (const page of pages) return page;
  return undefined;
}

async function outcomeOf(call: Promise<unknown>): Promise<unknown> {
  try {
    return await call;
  } catch (error) {
    const { name, message, Code, $fault, $metadata } = error as Record<string, unknown>;
    return { name, message, Code, $fault, $metadata };
  }
}

async function exchangesOf(from: string, client: Client, exports: Exports): Promise<Exchange[]> {
  const exchanges: Exchange[] = [];
  for (const [name, what] of Object.entries(exports))
    for (refusing of /^paginate|Command$/.test(name) ? [false, true] : []) {
      const read = await outcomeOf(made(client, what, name, await inputOf(from, name)));
      const request = seen.pop();
      if (!request) throw new Error(`${name} sent nothing: ${JSON.stringify(read)}`);
      exchanges.push({ operation: `${from} ${name}${refusing ? ', refused' : ''}`, request, read });
    }
  return exchanges;
}

function clientOf(from: string, sdk: Readonly<Record<string, Exports>>): Client | undefined {
  const source = from === '@aws-sdk/lib-dynamodb' ? '@aws-sdk/client-dynamodb' : from;
  const [, Client] = Object.entries(sdk[source] ?? {}).find(([name]) => /Client$/.test(name)) ?? [];
  if (!Client) return undefined;
  const requestHandler = inProcessHandler(answering(source));
  const config = { region: 'us-east-1', maxAttempts: 1, md5: false, requestHandler };
  if (from.startsWith('.')) return (Client as (given: object) => Client)(config);
  const client = new (Client as new (given: object) => Client)(config);
  const documents = sdk[from]?.DynamoDBDocumentClient as { from(inner: Client): Client } | undefined;
  return documents ? documents.from(client) : client;
}

const { sdk } = (await import(pathToFileURL(process.argv[2] ?? '').href)) as { sdk: Record<string, Exports> };
const exchanges: Exchange[] = [];
for (const [from, exports] of Object.entries(sdk)) {
  const client = clientOf(from, sdk);
  if (client) exchanges.push(...(await exchangesOf(from, client, exports)));
}
console.log(JSON.stringify(exchanges));
