import { reap } from '../../shared/engine/take.ts';
import { causeOf, deployed, lambda, type Surroundings, tell } from '../middleware.ts';

/** On schedule: deregisters what is approved and still unused. */
export const createHandler = (surroundings: Surroundings) =>
  lambda('reap', surroundings, async (event: unknown): Promise<void> => {
    tell(surroundings, 'reap', await reap(await surroundings.engine(), causeOf(event)));
  });

export const handler = createHandler(deployed());
