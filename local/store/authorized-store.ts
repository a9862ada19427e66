import { PortError } from '../../shared/model/errors.ts';
import type { AccountId, Region } from '../../shared/model/ids.ts';
import type { Expect, IndexName, Item, ItemKey, NewItem, PutResult, Store } from '../../shared/ports/store.ts';
import { demand } from '../iam/authorize.ts';
import type { Principal } from '../iam/principal.ts';
import { AwsError } from '../kernel/service.ts';

export interface StorePlace {
  readonly account: AccountId;
  readonly region: Region;
  readonly table: string;
}

export const tableArn = ({ account, region, table }: StorePlace): string =>
  `arn:aws:dynamodb:${region}:${account}:table/${table}`;

/** A store that asks IAM what DynamoDB would ask, for the same actions as our adapter calls. */
export class AuthorizedStore implements Store {
  readonly #store: Store;
  readonly #place: StorePlace;
  readonly #principal: () => Principal | undefined;

  constructor(store: Store, place: StorePlace, principal: () => Principal | undefined) {
    this.#store = store;
    this.#place = place;
    this.#principal = principal;
  }

  async identity(): Promise<string> {
    this.#demand('DescribeTable', []);
    return this.#store.identity();
  }

  async get<T>(key: ItemKey): Promise<Item<T> | undefined> {
    this.#demand('GetItem', [key.pk]);
    return this.#store.get<T>(key);
  }

  async getMany<T>(keys: readonly ItemKey[]): Promise<Item<T>[]> {
    if (keys.length > 0) this.#demand('BatchGetItem', [...new Set(keys.map(({ pk }) => pk))]);
    return this.#store.getMany<T>(keys);
  }

  async put<T>(item: NewItem<T>, expect: Expect): Promise<PutResult<T>> {
    this.#demand('PutItem', [item.pk]);
    return this.#store.put<T>(item, expect);
  }

  async list<T>(pk: string, prefix?: string): Promise<Item<T>[]> {
    this.#demand('Query', [pk]);
    return this.#store.list<T>(pk, prefix);
  }

  async query<T>(index: IndexName, key: string, upTo?: string): Promise<Item<T>[]> {
    this.#demand('Query', [key], index);
    return this.#store.query<T>(index, key, upTo);
  }

  #demand(operation: string, leadingKeys: readonly string[], index?: IndexName): void {
    const principal = this.#principal();
    if (!principal) return;
    const { region } = this.#place;
    const table = tableArn(this.#place);
    const [type, resource] = index === undefined ? ['table', table] : ['index', `${table}/index/${index}`];
    const values = { 'dynamodb:LeadingKeys': leadingKeys };
    try {
      demand('dynamodb', principal, [{ action: `dynamodb:${operation}`, type, resource, region, values }]);
    } catch (error) {
      if (!(error instanceof AwsError)) throw error;
      throw new PortError('denied', { operation, region, code: error.code }, error.message, error);
    }
  }
}
