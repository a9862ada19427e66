import { AsyncLocalStorage } from 'node:async_hooks';
import type { Region } from '../shared/model/ids.ts';
import type { Principal } from './iam/principal.ts';
import { AwsError } from './kernel/service.ts';

/** What Lambda calls in the name of a function that a queue feeds. */
const queueReads = ['sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:GetQueueAttributes'];

/** The roles of functions: whoever calls out of a running function calls as its role. */
export class ExecutionRoles {
  readonly #roles = new Map<string, Principal>();
  readonly #acting = new AsyncLocalStorage<Principal | undefined>();

  /** A function that never got a role may do everything. */
  set(name: string, role: Principal): void {
    this.#roles.set(name, role);
  }

  /** The role of the function that this code runs in; none outside of one, or where it has none. */
  acting(): Principal | undefined {
    return this.#acting.getStore();
  }

  run<T>(name: string, run: () => T): T {
    return this.#acting.run(this.#roles.get(name), run);
  }

  /** @throws AwsError as Lambda does for a mapping that it could never serve */
  checkMayRead(name: string, queue: string, region: Region): void {
    const role = this.#roles.get(name);
    const refused = queueReads.find(
      (action) => !(role?.may({ action, type: 'queue', resource: queue, region }) ?? true),
    );
    if (refused === undefined) return;
    throw new AwsError('InvalidParameterValueException', `The role of ${name} may not ${refused} on ${queue}`);
  }
}
