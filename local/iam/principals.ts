import type { AccountId } from '../../shared/model/ids.ts';
import { Principal, type RoleDefinition, type Watch } from './principal.ts';

/** Who has which access key. Policies are configuration, like rules of a bus, so they are not saved with the world. */
export class Principals {
  readonly #byKey = new Map<string, Principal>();
  /** For tests that watch what is asked and what comes of it. */
  watch: Watch = () => undefined;

  /** From now on calls with this access key are held to the policies. */
  attach(accessKey: string, definition: RoleDefinition): Principal {
    const principal = new Principal(definition, (...decided) => this.watch(...decided));
    this.#byKey.set(accessKey, principal);
    return principal;
  }

  /** The role of this name, of whoever has its keys. */
  named(account: AccountId, name: string): Principal | undefined {
    return [...this.#byKey.values()].find((one) => one.account === account && one.name === name);
  }

  /** Whoever nobody has attached policies to may do everything. */
  find(accessKey: string): Principal | undefined {
    return this.#byKey.get(accessKey);
  }
}
