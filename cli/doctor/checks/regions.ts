import type { Region } from '../../../shared/model/ids.ts';
import { type Finding, failed, ok } from '../finding.ts';
import { type About, check } from '../patient.ts';
import { look, type Seen, unseen } from '../seen.ts';

/** Home and the Regions of the policy, against those that the account may use. */
export const regions = check('regions', ({ ports }) => look(() => ports.regions.optedIn()), judgeRegions);

export function judgeRegions(seen: Seen<readonly Region[]>, { regions: wanted, policy }: About): Finding[] {
  if (!seen.seen) return [unseen(seen, 'which Regions the account may use')];
  const missing = wanted.filter((region) => !seen.value.includes(region));
  if (missing.length > 0)
    return [
      failed(
        `the account may not use ${missing.join(', ')}, which the policy names`,
        ...missing.map((region) => `aws account enable-region --region-name ${region}`),
      ),
    ];
  const what = policy ? `all ${wanted.length} that the policy needs` : 'the home Region (no policy names others)';
  return [ok(`${what}: ${wanted.join(', ')}; the account may use ${seen.value.length}`)];
}
