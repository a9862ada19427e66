import { CreateTableCommand } from '@aws-sdk/client-dynamodb';
import type { Pluggable } from '@smithy/types';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { State } from '../../local/kernel/state.ts';
import { EmbeddedStore } from '../../local/store/embedded-store.ts';
import { type ClientOptions, documentClients, dynamoDbClients } from '../../shared/aws/clients.ts';
import { tableDefinition } from '../../shared/aws/dynamodb-rows.ts';
import { DynamoDbStore } from '../../shared/aws/dynamodb-store.ts';
import { type DynamoDbServer, dynoxideMissing, startDynoxide } from './dynoxide.ts';
import { storeContract } from './store.contract.ts';
import { Stub } from './stub.ts';
import { testOptions } from './support.ts';

describe('the embedded store', () => {
  storeContract(async () => new EmbeddedStore(new State(), 'eu-central-1'));
});

if (dynoxideMissing !== undefined)
  console.warn(`The DynamoDB half of the store contract does not run: ${dynoxideMissing}`);

describe.runIf(dynoxideMissing === undefined)('the store on DynamoDB', () => {
  let server: DynamoDbServer;
  let tables = 0;
  beforeAll(async () => {
    server = await startDynoxide();
  });
  afterAll(async () => {
    await server.stop();
  });

  const fresh = async (more: Partial<ClientOptions> = {}) => {
    const options = testOptions({ endpoint: server.endpoint, ...more });
    const name = `steward-${++tables}`;
    await dynamoDbClients(testOptions({ endpoint: server.endpoint }))().send(
      new CreateTableCommand(tableDefinition(name)),
    );
    return new DynamoDbStore(documentClients(options)(), { name, home: options.home }, options.retry);
  };

  storeContract(fresh);

  it('F12 knows its own write again when the answer was lost and the call repeated', async () => {
    const calls: string[] = [];
    const store = await fresh({ plugin: () => losingFirst('PutItem', calls) });
    expect(await store.put({ pk: 'image#a', sk: 'x', schema: 1, data: 1 }, 'absent')).toEqual({
      written: true,
      rev: 1,
    });
    expect(calls).toEqual(['PutItem', 'PutItem', 'GetItem']);
  });

  it('F68 tells a table from every other', async () => {
    const [one, other] = [await fresh(), await fresh()];
    expect(await one.identity()).toBe(await one.identity());
    expect(await other.identity()).not.toBe(await one.identity());
  });

  it('does not take an equal write of somebody else for its own', async () => {
    const store = await fresh();
    const item = { pk: 'image#a', sk: 'x', schema: 1, data: 1 };
    await store.put(item, 'absent');
    expect(await store.put(item, 'absent')).toEqual({ written: false, current: { ...item, rev: 1 } });
  });
});

it('a table without an id of its own counts as unread, since nobody could tell it from an older one', async () => {
  const { options } = new Stub({ DescribeTable: () => ({ Table: { TableName: 't' } }) });
  const store = new DynamoDbStore(documentClients(options)(), { name: 't', home: options.home }, options.retry);
  await expect(store.identity()).rejects.toMatchObject({ kind: 'unexpected' });
});

describe('a busy table', () => {
  const keys = Array.from({ length: 4 }, (_, n) => ({ pk: 'image#a', sk: `k${n}` }));
  const rows = (wanted: unknown) =>
    (wanted as object[]).map((key) => ({ ...key, schema: 1, rev: 1, data: 0, write: 'w' }));
  const setUp = (halfFor: number) => {
    const stub = new Stub({
      BatchGetItem: (input, nth) => {
        const { t } = input.RequestItems as { t: { Keys: object[] } };
        const cut = nth < halfFor ? Math.ceil(t.Keys.length / 2) : t.Keys.length;
        const left = t.Keys.slice(cut);
        return {
          Responses: { t: rows(t.Keys.slice(0, cut)) },
          UnprocessedKeys: left.length === 0 ? {} : { t: { Keys: left } },
        };
      },
    });
    const { options } = stub;
    return {
      stub,
      store: new DynamoDbStore(documentClients(options)(), { name: 't', home: options.home }, options.retry),
    };
  };

  it('is asked again for the keys that it left unread', async () => {
    const { stub, store } = setUp(2);
    expect((await store.getMany(keys)).map(({ sk }) => sk)).toEqual(['k0', 'k1', 'k2', 'k3']);
    expect(stub.clock.waits).toHaveLength(2);
  });

  it('fails the read when keys stay unread', async () => {
    const stub = new Stub({ BatchGetItem: (input) => ({ UnprocessedKeys: input.RequestItems }) });
    const { options } = stub;
    const store = new DynamoDbStore(documentClients(options)(), { name: 't', home: options.home }, options.retry);
    await expect(store.getMany(keys)).rejects.toMatchObject({ kind: 'throttled', code: 'UnprocessedKeys' });
  });
});

/** The first call of the operation has its effect, but its answer never arrives. */
function losingFirst(operation: string, calls: string[]): Pluggable<object, object> {
  return {
    applyToStack: (stack) =>
      stack.add(
        (next, context) => async (args) => {
          const name = (context.commandName ?? '').replace(/Command$/, '');
          calls.push(name);
          const output = await next(args);
          if (name === operation && calls.filter((call) => call === name).length === 1)
            throw Object.assign(new Error('socket hang up'), { name: 'TimeoutError', code: 'ECONNRESET' });
          return output;
        },
        { step: 'initialize', priority: 'low', name: 'losingFirst' },
      ),
  };
}
