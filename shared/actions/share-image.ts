import { isPortError, isRetryable } from '../model/errors.ts';
import { imageRef } from '../model/ids.ts';
import type { ActionOf } from '../model/plan.ts';
import type { Principal } from '../model/policy.ts';
import { type ActionDefinition, blocked, done, historyOf, type Workbench, waiting } from './action.ts';

/** What we give is written down first: only what we are known to have given may ever be taken back. */
export const shareImage: ActionDefinition<'share-image'> = {
  kind: 'share-image',
  permissions: ['ec2:ModifyImageAttribute', 'ec2:DescribeImageAttribute'],
  destructive: false,
  role: () => 'on-image-event',
  apply: async (action, bench) => {
    await note(action, action.add, true, bench);
    try {
      await bench.images.share(imageRef(action.image), { add: action.add, remove: action.remove });
    } catch (error) {
      if (isPortError(error) && (isRetryable(error) || error.kind === 'not-found'))
        return waiting(error.message, error);
      if (isPortError(error)) return blocked(error.message, error);
      throw error;
    }
    await note(action, action.remove, false, bench);
    await historyOf(action, bench, 'after', { added: action.add, removed: action.remove });
    return done({ added: action.add, removed: action.remove });
  },
};

async function note(
  action: ActionOf<'share-image'>,
  principals: readonly Principal[],
  given: boolean,
  bench: Workbench,
): Promise<void> {
  for (const principal of principals)
    await bench.ledger.saveGrant(action.image, { principal, given, at: bench.clock.now(), policy: action.policy });
}
