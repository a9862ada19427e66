import { type LocalStack, storeIn } from '../../cli/worlds/local.ts';
import type { World } from '../../cli/worlds/world.ts';
import { compose } from '../../functions/compose.ts';
import { EmbeddedStore } from '../../local/store/embedded-store.ts';
import { observe } from '../../shared/engine/observe.ts';
import { type Result, shell } from '../cli/shell.ts';
import { operatorFor, operatorRole } from './roles.ts';

/** The command line of somebody who has become operator of a deployed stack, in a folder of theirs. */
export type Operator = (line: string | readonly string[]) => Promise<Result>;

/** What `--table` opens: the table of the stack, and neither a queue nor a bus of it. */
async function worldOf({ aws, engine: { policy } }: LocalStack): Promise<World> {
  const nowhere = () => Promise.reject(new Error('the command line has no queue'));
  const engine = await compose({
    policy,
    homeRegion: aws.homeRegion,
    account: aws.account,
    clients: {
      plugin: (region) => aws.directPlugin({ region }),
      credentials: { accessKeyId: aws.account, secretAccessKey: 'local' },
    },
    clock: aws.timeline,
    random: () => aws.random.next(),
    store: storeIn(aws, new EmbeddedStore(aws.state, aws.homeRegion)),
    queue: { send: nowhere },
    bus: { emit: async () => undefined },
  })();
  return {
    kind: 'aws',
    account: aws.account,
    policy,
    policyFile: 'policy.yml',
    lines: {},
    deployed: true,
    now: () => aws.timeline.now(),
    look: (look) => observe(engine, look),
    engine,
    close: async () => undefined,
  };
}

/** From now on whatever the command line calls is held to the role, as functions are to theirs. */
export async function operatorOf(stack: LocalStack, cwd: string): Promise<Operator> {
  const { aws, engine } = stack;
  aws.runtime.roles.set(operatorRole, aws.principals.attach(operatorRole, operatorFor(engine.policy, aws)));
  const world = await worldOf(stack);
  return (line) => aws.runtime.roles.run(operatorRole, () => shell(cwd, line, {}, async () => world));
}
