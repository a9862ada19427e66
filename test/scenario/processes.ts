import { AsyncLocalStorage } from 'node:async_hooks';
import type { LocalStack } from '../../cli/worlds/local.ts';
import { storeIn } from '../../cli/worlds/local.ts';
import { CrashError, type Window } from '../../local/faults.ts';
import { AwsError } from '../../local/kernel/service.ts';
import { EmbeddedStore } from '../../local/store/embedded-store.ts';
import type { EmbeddedAws } from '../../local/world.ts';
import { Ledger } from '../../shared/actions/ledger.ts';
import { toPortError } from '../../shared/aws/errors.ts';
import { withRetry } from '../../shared/aws/retry.ts';
import { DisturbedStore } from '../simulation/store.ts';

/**
 * Makes functions mortal and the store a service like any other: its calls (`store.put` and so on) meet the world's
 * faults and are retried as those of DynamoDB are, and once a fault has crashed a run, nothing that the run goes on to do reaches anything.
 */
export function mortal(stack: LocalStack): LocalStack {
  const { aws, engine } = stack;
  const running = new AsyncLocalStorage<{ dead: boolean }>();
  const alive = <T>(operation: string, perform: () => T): T => {
    const run = running.getStore();
    if (run?.dead) throw new CrashError(operation, 'before');
    try {
      return perform();
    } catch (error) {
      if (run && error instanceof CrashError) run.dead = true;
      throw error;
    }
  };
  aws.interceptor = ({ operation }, perform) => alive(operation, perform);
  aws.runtime.around = async (name, perform) => {
    const run = { dead: false };
    const value = await running.run(run, perform);
    if (run.dead) throw new CrashError(name, 'after');
    return value;
  };
  const store = storeIn(aws, new EmbeddedStore(aws.state, aws.homeRegion));
  const retry = { clock: aws.timeline, random: () => aws.random.next() };
  const disturbed = new DisturbedStore(store, (operation, _mutating, perform) => {
    const at = { operation, region: aws.homeRegion };
    const once = async () => {
      const site = { ...at, service: 'dynamodb', now: aws.timeline.now() };
      try {
        return await (alive(operation, () => aws.faults.around(site, undefined, perform)) as ReturnType<
          typeof perform
        >);
      } catch (error) {
        throw error instanceof AwsError
          ? toPortError(Object.assign(error, { $fault: 'server' }), { ...at, home: at.region })
          : error;
      }
    };
    return withRetry(once, true, retry);
  });
  Object.assign(engine, { ledger: new Ledger(disturbed) });
  return stack;
}

/** No call of the store is answered. */
export const storeDown = (aws: EmbeddedAws, { from = 0, until = Number.POSITIVE_INFINITY }: Window): void =>
  aws.faults.addCallRule({
    match: ({ service, now }) => service === 'dynamodb' && now >= from && now < until,
    effect: { kind: 'error', error: () => new AwsError('ServiceUnavailable', 'The table does not answer.', 503) },
  });
