import { retire } from '../../shared/engine/take.ts';
import { deployed, lambda, logRun, type Surroundings } from '../middleware.ts';

/** On schedule: deprecates, disables and approves for removal. */
export const createHandler = (surroundings: Surroundings) =>
  lambda('retire', surroundings, async (): Promise<void> => {
    logRun(surroundings.log, 'retire', await retire(await surroundings.engine()));
  });

export const handler = createHandler(deployed());
