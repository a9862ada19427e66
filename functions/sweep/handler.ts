import { sweep } from '../../shared/engine/sweep.ts';
import { sweepMeasures } from '../measures.ts';
import { causeOf, deployed, lambda, type Surroundings, tell } from '../middleware.ts';

/** On schedule: finds lineages that need work in every Region and queues them. */
export const createHandler = (surroundings: Surroundings) =>
  lambda('sweep', surroundings, async (event: unknown): Promise<void> => {
    const engine = await surroundings.engine();
    const report = await sweep(engine, causeOf(event));
    tell(surroundings, 'sweep', report, sweepMeasures(report, engine.clock.now()));
  });

export const handler = createHandler(deployed());
