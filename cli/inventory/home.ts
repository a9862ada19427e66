import { InputError } from '../../shared/model/errors.ts';
import type { Region } from '../../shared/model/ids.ts';
import type { CompiledPolicy } from '../../shared/model/policy.ts';

/**
 * The Region that policies mean which name none. Files do not say which it is, and a wrong one would plan for other
 * images: what does not follow from the policies or the only folder has to be given.
 *
 * @throws InputError when a policy depends on it and it does not follow
 */
export function homeRegionOf(
  given: Region | undefined,
  { policies }: CompiledPolicy,
  folders: readonly Region[],
  dir: string,
): Region {
  if (given !== undefined) return given;
  const named = [...new Set(policies.flatMap(({ select }) => select.regions))].sort();
  const open = policies.find(({ select }) => select.regions.length === 0);
  const candidates = named.length > 0 ? named : folders;
  const [first] = candidates;
  if (first !== undefined && (candidates.length === 1 || open === undefined)) return first;
  throw new InputError(
    `policy ${open?.name ?? ''} means the home Region, which may be any of ${candidates.join(', ')}`,
    dir,
    'give --region',
  );
}
