import { sweep } from '../../shared/engine/sweep.ts';
import { deployed, lambda, logRun, type Surroundings } from '../middleware.ts';

/** On schedule: finds lineages that need work in every Region and queues them. */
export const createHandler = (surroundings: Surroundings) =>
  lambda('sweep', surroundings, async (): Promise<void> => {
    logRun(surroundings.log, 'sweep', await sweep(await surroundings.engine()));
  });

export const handler = createHandler(deployed());
