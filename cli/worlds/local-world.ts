import { seedDemo } from '../../local/demo/seed.ts';
import { lockForWriting } from '../../local/storage.ts';
import { observe } from '../../shared/engine/observe.ts';
import type { LoadedPolicy } from '../policy-file.ts';
import { type LocalStack, openStack } from './local.ts';
import type { WorldRequest } from './open.ts';
import { hasState, localStateFile, lockWait } from './state-file.ts';
import type { World } from './world.ts';

type Place = Pick<WorldRequest, 'cwd' | 'write' | 'onWait'>;

/**
 * The embedded AWS as `npm start` or an earlier command left it; without that, the demo world as it begins.
 * Who writes holds the lock until `close`, and only then is what changed saved.
 */
export async function openLocalWorld(loaded: LoadedPolicy, place: Place): Promise<World & { stack: LocalStack }> {
  const file = localStateFile(place.cwd);
  const lock = place.write ? lockForWriting(file, { waitMs: lockWait, onWait: place.onWait }) : undefined;
  const stack = await openStack({ policy: loaded.policy, ...((place.write || hasState(file)) && { file }) });
  const { aws, engine, findings } = stack;
  if (aws.state.table('images').size === 0) seedDemo(aws, { template: true });
  return {
    kind: 'local',
    account: aws.account,
    ...loaded,
    now: () => aws.timeline.now(),
    look: (look) => observe(engine, look),
    engine,
    findings,
    stack,
    close: async () => {
      if (place.write) aws.save();
      aws.close();
      lock?.release();
    },
  };
}
