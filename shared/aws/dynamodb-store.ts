import {
  BatchGetCommand,
  type DynamoDBDocumentClient,
  GetCommand,
  PutCommand,
  paginateQuery,
} from '@aws-sdk/lib-dynamodb';
import { isPortError, PortError } from '../model/errors.ts';
import type { Region } from '../model/ids.ts';
import type { Expect, IndexName, Item, ItemKey, NewItem, PutResult, Store } from '../ports/store.ts';
import { chunks } from './batches.ts';
import { fromRow, keyAttribute, type Row, sortAttribute, toRow } from './dynamodb-rows.ts';
import { type Retry, repeat } from './retry.ts';
import { DescribeTableCommand } from './table-identity.ts';

/** BatchGetItem takes at most 100 keys. */
const keysPerCall = 100;

/** The store on one DynamoDB table of the home Region, see `tableDefinition`. */
export class DynamoDbStore implements Store {
  readonly #client: DynamoDBDocumentClient;
  readonly #table: string;
  readonly #home: Region;
  readonly #retry: Retry;

  constructor(client: DynamoDBDocumentClient, table: { name: string; home: Region }, retry: Retry) {
    this.#client = client;
    this.#table = table.name;
    this.#home = table.home;
    this.#retry = retry;
  }

  /** DynamoDB restores to new tables only, and gives each one an id that none had before. */
  async identity(): Promise<string> {
    const { Table } = await this.#client.send(new DescribeTableCommand({ TableName: this.#table }));
    if (Table?.TableId !== undefined) return Table.TableId;
    const at = { operation: 'DescribeTable', region: this.#home, code: 'UnexpectedAnswer' };
    throw new PortError('unexpected', at, `no id of table ${this.#table}`);
  }

  async get<T>(key: ItemKey): Promise<Item<T> | undefined> {
    const row = await this.#row(key);
    return row === undefined ? undefined : fromRow<T>(row);
  }

  async getMany<T>(keys: readonly ItemKey[]): Promise<Item<T>[]> {
    const distinct = [...new Map(keys.map(({ pk, sk }) => [JSON.stringify([pk, sk]), { pk, sk }])).values()];
    const items: Item<T>[] = [];
    for (const batch of chunks(distinct, keysPerCall))
      items.push(...(await this.#batch(batch)).map((row) => fromRow<T>(row)));
    return items;
  }

  async put<T>(item: NewItem<T>, expect: Expect): Promise<PutResult<T>> {
    const rev = expect === 'absent' ? 1 : expect + 1;
    const row = toRow(item, rev, this.#writeId());
    try {
      await this.#client.send(new PutCommand({ TableName: this.#table, Item: row, ...condition(expect) }));
      return { written: true, rev };
    } catch (error) {
      if (!isPortError(error, 'conflict')) throw error;
      return this.#afterRefusal(row);
    }
  }

  list<T>(pk: string, prefix = ''): Promise<Item<T>[]> {
    const within = prefix === '' ? '' : ' AND begins_with(sk, :prefix)';
    return this.#query<T>({
      ConsistentRead: true,
      KeyConditionExpression: `pk = :pk${within}`,
      ExpressionAttributeValues: { ':pk': pk, ...(prefix === '' ? {} : { ':prefix': prefix }) },
    });
  }

  query<T>(index: IndexName, key: string, upTo?: string): Promise<Item<T>[]> {
    const until = upTo === undefined ? '' : ' AND #sort <= :upTo';
    return this.#query<T>({
      IndexName: index,
      KeyConditionExpression: `#key = :key${until}`,
      ExpressionAttributeNames: {
        '#key': keyAttribute(index),
        ...(upTo === undefined ? {} : { '#sort': sortAttribute(index) }),
      },
      ExpressionAttributeValues: { ':key': key, ...(upTo === undefined ? {} : { ':upTo': upTo }) },
    });
  }

  /** Our own write may be what stands in the way: its first answer was lost, and the call was sent again. */
  async #afterRefusal<T>(row: Row): Promise<PutResult<T>> {
    const current = await this.#row({ pk: row.pk, sk: row.sk });
    if (current?.write === row.write) return { written: true, rev: row.rev };
    return { written: false, current: current === undefined ? undefined : fromRow<T>(current) };
  }

  async #row({ pk, sk }: ItemKey): Promise<Row | undefined> {
    const answer = await this.#client.send(
      new GetCommand({ TableName: this.#table, Key: { pk, sk }, ConsistentRead: true }),
    );
    return answer.Item as Row | undefined;
  }

  /** DynamoDB may answer a part only, when busy or above 16 MB, and names the keys that it left out. */
  async #batch(keys: readonly ItemKey[]): Promise<Row[]> {
    const rows: Row[] = [];
    let pending: readonly ItemKey[] = keys;
    const attempt = async () => {
      const request = { [this.#table]: { Keys: [...pending], ConsistentRead: true } };
      const answer = await this.#client.send(new BatchGetCommand({ RequestItems: request }));
      rows.push(...((answer.Responses?.[this.#table] ?? []) as Row[]));
      pending = (answer.UnprocessedKeys?.[this.#table]?.Keys ?? []) as ItemKey[];
      return pending.length;
    };
    const left = await repeat(attempt, (unread) => unread > 0, this.#retry);
    if (left === 0) return rows;
    const at = { operation: 'BatchGetItem', region: this.#home, code: 'UnprocessedKeys' };
    throw new PortError('throttled', at, `${left} keys were left unread`);
  }

  async #query<T>(input: Omit<Parameters<typeof paginateQuery>[1], 'TableName'>): Promise<Item<T>[]> {
    const items: Item<T>[] = [];
    for await (const page of paginateQuery({ client: this.#client }, { TableName: this.#table, ...input }))
      items.push(...((page.Items ?? []) as Row[]).map((row) => fromRow<T>(row)));
    return items;
  }

  #writeId(): string {
    return [this.#retry.random(), this.#retry.random()].map((part) => part.toString(36).slice(2)).join('');
  }
}

const condition = (expect: Expect) =>
  expect === 'absent'
    ? { ConditionExpression: 'attribute_not_exists(pk)' }
    : { ConditionExpression: 'rev = :rev', ExpressionAttributeValues: { ':rev': expect } };
