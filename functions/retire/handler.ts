import { retire } from '../../shared/engine/take.ts';
import { causeOf, deployed, lambda, type Surroundings, tell } from '../middleware.ts';

/** On schedule: deprecates, disables and approves for removal. */
export const createHandler = (surroundings: Surroundings) =>
  lambda('retire', surroundings, async (event: unknown): Promise<void> => {
    tell(surroundings, 'retire', await retire(await surroundings.engine(), causeOf(event)));
  });

export const handler = createHandler(deployed());
