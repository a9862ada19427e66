import { reap } from '../../shared/engine/take.ts';
import { deployed, lambda, logRun, type Surroundings } from '../middleware.ts';

/** On schedule: deregisters what is approved and still unused. */
export const createHandler = (surroundings: Surroundings) =>
  lambda('reap', surroundings, async (): Promise<void> => {
    logRun(surroundings.log, 'reap', await reap(await surroundings.engine()));
  });

export const handler = createHandler(deployed());
