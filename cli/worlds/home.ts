import { InputError } from '../../shared/model/errors.ts';
import type { Region } from '../../shared/model/ids.ts';
import type { WorldRequest } from './open.ts';

export interface NamedHome {
  readonly region: Region;
  /** What named it. */
  readonly by: string;
}

/** The home Region on AWS, as the person or the environment names it. */
export function namedHome({ region, env }: Pick<WorldRequest, 'region' | 'env'>): NamedHome | undefined {
  if (region !== undefined) return { region, by: '--region' };
  for (const by of ['AWS_REGION', 'AWS_DEFAULT_REGION']) {
    const named = env[by];
    if (named) return { region: named, by };
  }
  return undefined;
}

/** @throws InputError when nothing names it */
export function homeRegion(request: WorldRequest): Region {
  const named = namedHome(request);
  if (named) return named.region;
  throw new InputError(
    'no home Region: set AWS_REGION or give --region',
    'AWS',
    'name it, or look elsewhere with --local or --inventory DIR',
  );
}
