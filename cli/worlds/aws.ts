import { compose } from '../../functions/compose.ts';
import { systemClock } from '../../functions/system-clock.ts';
import { State } from '../../local/kernel/state.ts';
import { lockForWriting, Storage } from '../../local/storage.ts';
import { EmbeddedStore } from '../../local/store/embedded-store.ts';
import { AwsAccount } from '../../shared/aws/account.ts';
import { documentClients, ec2Clients, stsClients } from '../../shared/aws/clients.ts';
import { DynamoDbStore } from '../../shared/aws/dynamodb-store.ts';
import { ec2Findings } from '../../shared/aws/image-findings.ts';
import type { Retry } from '../../shared/aws/retry.ts';
import { observe } from '../../shared/engine/observe.ts';
import { InputError } from '../../shared/model/errors.ts';
import type { AccountId, Region } from '../../shared/model/ids.ts';
import type { Bus, Queue } from '../../shared/ports/messaging.ts';
import type { Expect, NewItem, PutResult, Store } from '../../shared/ports/store.ts';
import type { LoadedPolicy } from '../policy-file.ts';
import { homeRegion } from './home.ts';
import type { WorldRequest } from './open.ts';
import { directStoreFile, hasState, lockWait } from './state-file.ts';
import type { World } from './world.ts';

const patient: Retry = { clock: systemClock, random: Math.random };

/** AWS with the caller's own rights and no stack of ours: records lie in a local file, nothing goes to a queue or bus. */
export async function openAwsWorld(request: WorldRequest, loaded: LoadedPolicy): Promise<World> {
  const home = homeRegion(request);
  const account = await accountAt(home);
  if (request.account !== undefined && request.account !== account)
    throw new InputError(`these credentials belong to ${account}`, `--account ${request.account}`);
  const { store, close } = openStore(request, home, account);
  const { policy } = loaded;
  const engine = await compose({ policy, homeRegion: home, account, store, queue: noQueue, bus: noBus })();
  return {
    kind: 'aws',
    account,
    ...loaded,
    ...(request.table !== undefined && { deployed: true as const }),
    now: () => systemClock.now(),
    look: (look) => observe(engine, look),
    engine,
    findings: ec2Findings(ec2Clients({ home, retry: patient })),
    close: async () => close(),
  };
}

function accountAt(home: Region): Promise<AccountId> {
  const options = { home, retry: patient };
  return new AwsAccount({ sts: stsClients(options)(), ec2: ec2Clients(options)() }, home).id();
}

interface Records {
  readonly state: State;
  readonly save: () => void;
  readonly close: () => void;
}

/** Every write is on disk before it counts, as it is with a table: a crash in between leaves its trace. */
class DurableStore extends EmbeddedStore {
  readonly #save: () => void;

  constructor({ state, save }: Records, home: Region) {
    super(state, home);
    this.#save = save;
  }

  override async put<T>(item: NewItem<T>, expect: Expect): Promise<PutResult<T>> {
    const result = await super.put(item, expect);
    this.#save();
    return result;
  }
}

/** The stack's own table where it is named, otherwise a file beside the policy. */
function openStore(request: WorldRequest, home: Region, account: AccountId): { store: Store; close: () => void } {
  const { table } = request;
  if (table !== undefined) {
    const client = documentClients({ home, retry: patient })();
    return { store: new DynamoDbStore(client, { name: table, home }, patient), close: () => client.destroy() };
  }
  const records = openRecords(directStoreFile(request.cwd, account), request);
  return { store: new DurableStore(records, home), close: records.close };
}

/** Who only looks leaves no file behind and waits for nobody. */
function openRecords(file: string, { write, onWait }: WorldRequest): Records {
  const state = new State();
  const lock = write ? lockForWriting(file, { waitMs: lockWait, onWait }) : undefined;
  const storage = write || hasState(file) ? new Storage(file) : undefined;
  storage?.loadInto(state);
  return {
    state,
    save: () => storage?.save(state.takeChanges()),
    close: () => {
      storage?.close();
      lock?.release();
    },
  };
}

const noBus: Bus = { emit: async () => undefined };
const noQueue: Queue = {
  send: async () => {
    throw new Error('there is no queue without a deployed stack');
  },
};
