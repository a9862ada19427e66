import { counted } from '../../render/words.ts';
import { type Finding, failed, ok, unchecked } from '../finding.ts';
import type { PolicyFound } from '../patient.ts';

export function judgePolicy(policy: PolicyFound): Finding {
  switch (policy.found) {
    case 'loaded': {
      const { policies, hash } = policy.loaded.policy;
      const acting = policies.filter(({ mode }) => mode === 'apply').length;
      return ok(
        `${policy.loaded.policyFile} ${hash.slice(0, 7)}: ${counted(policies.length, 'policy', 'policies')}, ${acting} in mode apply`,
      );
    }
    case 'absent':
      return unchecked('no-policy', `there is no ${policy.file} here`, 'name one: --policy FILE');
    case 'broken':
      return failed(`${policy.file} has ${counted(policy.problems, 'error')}`, `ami-steward validate ${policy.file}`);
  }
}
