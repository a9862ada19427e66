import type { WireRequest, WireResponse } from '../../../local/wire/types.ts';

/** One attribute in DynamoDB's own form; keys are texts. */
type Attribute = Readonly<Record<string, unknown>>;
type Row = Readonly<Record<string, Attribute>>;

interface KeyPart {
  readonly AttributeName: string;
  readonly KeyType: 'HASH' | 'RANGE';
}

interface Definition {
  readonly KeySchema: readonly KeyPart[];
  readonly GlobalSecondaryIndexes?: readonly { readonly IndexName: string; readonly KeySchema: readonly KeyPart[] }[];
}

interface Conditional {
  readonly ExpressionAttributeNames?: Readonly<Record<string, string>>;
  readonly ExpressionAttributeValues?: Row;
}

class Refusal extends Error {}

const refuse = (code: string, message: string): never => {
  throw Object.assign(new Refusal(message), { name: code });
};

const nameOf = (part: string, { ExpressionAttributeNames: names = {} }: Conditional): string => names[part] ?? part;

const textOf = (attribute: Attribute | undefined): string | undefined =>
  attribute === undefined ? undefined : String(Object.values(attribute)[0]);

/** The few forms of a condition that the store uses, joined by AND. */
function holds(row: Row | undefined, expression: string, given: Conditional): boolean {
  const { ExpressionAttributeValues: values = {} } = given;
  return expression.split(' AND ').every((part) => {
    const absent = /^attribute_not_exists\((\S+)\)$/.exec(part);
    if (absent) return row?.[nameOf(absent[1] ?? '', given)] === undefined;
    const [, starts, first, sign, second] = /^(?:(begins_with)\()?([\w#]+)(?: (=|<=) |, )(:\w+)\)?$/.exec(part) ?? [];
    if (!first || !second) throw new Error(`a condition that is not built: ${part}`);
    const [has, wanted] = [textOf(row?.[nameOf(first, given)]), textOf(values[second]) ?? ''];
    if (has === undefined) return false;
    if (starts) return has.startsWith(wanted);
    return sign === '<=' ? has <= wanted : has === wanted;
  });
}

/** As much of DynamoDB's API as the product calls, in its own wire format: JSON 1.0, one table after the other. */
export class TableApi {
  readonly #tables = new Map<string, { readonly definition: Definition; readonly rows: Map<string, Row> }>();

  async handle(request: WireRequest): Promise<WireResponse> {
    const operation = request.headers['x-amz-target']?.split('.').at(-1) ?? '';
    const headers = { 'content-type': 'application/x-amz-json-1.0' };
    try {
      return {
        status: 200,
        headers,
        body: JSON.stringify(this.#perform(operation, JSON.parse(request.body) as never)),
      };
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      const body = { __type: `com.amazonaws.dynamodb.v20120810#${error.name}`, message: error.message };
      return { status: 400, headers, body: JSON.stringify(body) };
    }
  }

  #perform(operation: string, input: never): unknown {
    if (operation === 'CreateTable') return this.#create(input);
    if (operation === 'DescribeTable') return this.#describe(input);
    if (operation === 'GetItem') return this.#get(input);
    if (operation === 'BatchGetItem') return this.#getMany(input);
    if (operation === 'PutItem') return this.#put(input);
    if (operation === 'Query') return this.#query(input);
    throw new Error(`${operation} is not built`);
  }

  #table(name: string) {
    return this.#tables.get(name) ?? refuse('ResourceNotFoundException', 'Requested resource not found');
  }

  #create(input: Definition & { TableName: string }): unknown {
    this.#tables.set(input.TableName, { definition: input, rows: new Map() });
    return { TableDescription: { TableName: input.TableName, TableStatus: 'ACTIVE' } };
  }

  #describe({ TableName }: { TableName: string }): unknown {
    this.#table(TableName);
    return { Table: { TableName, TableStatus: 'ACTIVE', TableId: `id-of-${TableName}` } };
  }

  #get({ TableName, Key }: { TableName: string; Key: Row }): unknown {
    const Item = this.#table(TableName).rows.get(keyOf(Key));
    return Item === undefined ? {} : { Item };
  }

  #getMany({ RequestItems }: { RequestItems: Record<string, { Keys: readonly Row[] }> }): unknown {
    const found = Object.entries(RequestItems).map(([name, { Keys }]) => {
      const { rows } = this.#table(name);
      return [name, Keys.flatMap((key) => rows.get(keyOf(key)) ?? [])];
    });
    return { Responses: Object.fromEntries(found), UnprocessedKeys: {} };
  }

  #put(input: Conditional & { TableName: string; Item: Row; ConditionExpression?: string }): unknown {
    const { rows } = this.#table(input.TableName);
    const { Item, ConditionExpression: condition } = input;
    if (condition !== undefined && !holds(rows.get(keyOf(Item)), condition, input))
      refuse('ConditionalCheckFailedException', 'The conditional request failed');
    rows.set(keyOf(Item), Item);
    return {};
  }

  #query(input: Conditional & { TableName: string; IndexName?: string; KeyConditionExpression: string }): unknown {
    const { definition, rows } = this.#table(input.TableName);
    const index = definition.GlobalSecondaryIndexes?.find(({ IndexName }) => IndexName === input.IndexName);
    if (input.IndexName !== undefined && !index) refuse('ValidationException', `no index ${input.IndexName}`);
    const schema = (index ?? definition).KeySchema;
    const sort = schema.find(({ KeyType }) => KeyType === 'RANGE')?.AttributeName ?? '';
    const indexed = (row: Row): boolean => schema.every(({ AttributeName }) => row[AttributeName] !== undefined);
    const Items = [...rows.values()]
      .filter((row) => indexed(row) && holds(row, input.KeyConditionExpression, input))
      .sort((a, b) => Buffer.compare(Buffer.from(textOf(a[sort]) ?? ''), Buffer.from(textOf(b[sort]) ?? '')));
    return { Items, Count: Items.length, ScannedCount: Items.length };
  }
}

const keyOf = ({ pk, sk }: Row): string => JSON.stringify([textOf(pk), textOf(sk)]);
