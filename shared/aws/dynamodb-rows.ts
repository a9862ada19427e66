import type { CreateTableCommandInput } from '@aws-sdk/client-dynamodb';
import type { IndexName, Item, NewItem } from '../ports/store.ts';

/** An item as the table holds it: the ports' fields, index attributes beside them, and who wrote it last. */
export interface Row {
  readonly pk: string;
  readonly sk: string;
  readonly schema: number;
  readonly rev: number;
  readonly data: unknown;
  /** Names one `put`, so that a repeated call recognises its own effect. */
  readonly write: string;
  readonly [indexAttribute: string]: unknown;
}

export const indexNames: readonly IndexName[] = ['lineage', 'children', 'family', 'due'];

export const keyAttribute = (index: IndexName): string => `${index}Key`;
export const sortAttribute = (index: IndexName): string => `${index}Sort`;

export function toRow(item: NewItem, rev: number, write: string): Row {
  const indexed = indexNames.flatMap((name) => {
    const at = item.index?.[name];
    return at === undefined ? [] : [[keyAttribute(name), at.key] as const, [sortAttribute(name), at.sort] as const];
  });
  return {
    pk: item.pk,
    sk: item.sk,
    schema: item.schema,
    rev,
    data: plainJson(item.data),
    write,
    ...Object.fromEntries(indexed),
  };
}

export function fromRow<T>(row: Row): Item<T> {
  const indexed = indexNames.flatMap((name) => {
    const key = row[keyAttribute(name)];
    const sort = row[sortAttribute(name)];
    return typeof key === 'string' && typeof sort === 'string' ? [[name, { key, sort }] as const] : [];
  });
  return {
    pk: row.pk,
    sk: row.sk,
    schema: row.schema,
    rev: row.rev,
    data: row.data as T,
    ...(indexed.length === 0 ? {} : { index: Object.fromEntries(indexed) }),
  };
}

/** What JSON keeps of a value: no `undefined`, no class instances. */
const plainJson = (data: unknown): unknown => (data === undefined ? undefined : JSON.parse(JSON.stringify(data)));

/** The table and its sparse indexes, which hold an item only if it carries their two attributes. */
export function tableDefinition(name: string): CreateTableCommandInput {
  const pair = (hash: string, range: string) => [
    { AttributeName: hash, KeyType: 'HASH' as const },
    { AttributeName: range, KeyType: 'RANGE' as const },
  ];
  const attributes = ['pk', 'sk', ...indexNames.flatMap((index) => [keyAttribute(index), sortAttribute(index)])];
  return {
    TableName: name,
    BillingMode: 'PAY_PER_REQUEST',
    AttributeDefinitions: attributes.map((attribute) => ({ AttributeName: attribute, AttributeType: 'S' as const })),
    KeySchema: pair('pk', 'sk'),
    GlobalSecondaryIndexes: indexNames.map((index) => ({
      IndexName: index,
      KeySchema: pair(keyAttribute(index), sortAttribute(index)),
      Projection: { ProjectionType: 'ALL' as const },
    })),
  };
}
