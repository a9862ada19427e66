import type { KeyAccess } from '../../../shared/model/storage.ts';
import { type Finding, failed, ok, warning } from '../finding.ts';
import { allows, neededStatements } from '../key-services.ts';
import { type About, check, type Patient } from '../patient.ts';
import { look, type Seen, unseen } from '../seen.ts';
import { accessTo } from './keys.ts';

/** The key that the stack lies under: that it can be used, and lets in those who use it in their own name. */
export const stackKey = check('key of the stack', readKey, judgeStackKey);

export interface SeenStackKey {
  /** As it was named; absent: the stack lies under keys of AWS. */
  readonly key?: string;
  /** `undefined`: KMS knows no such key. */
  readonly access: Seen<KeyAccess | undefined>;
}

async function readKey({ home, stack, stackKey: named, ports }: Patient): Promise<SeenStackKey> {
  const key = named ?? (stack.seen ? stack.value?.outputs.KmsKeyArn : undefined);
  if (key === undefined) return { access: { seen: true, value: undefined } };
  return { key, access: await look(() => accessTo(ports.keys, { region: home, key })) };
}

export function judgeStackKey(
  { key, access }: SeenStackKey,
  { home, identity }: Pick<About, 'home' | 'identity'>,
): Finding[] {
  if (key === undefined) return [ok('none: table, queues, topic and logs lie under keys of AWS')];
  if (!access.seen) return [unseen(access, key)];
  const found = access.value;
  if (!found) return [failed(`${key} does not exist in ${home}`, 'name another: --param kmsKey=ARN')];
  if (!found.enabled)
    return [failed(`${key} is not enabled`, `aws kms enable-key --key-id ${found.arn} --region ${home}`)];
  if (found.manager === 'aws') return [failed(`${key} belongs to AWS, and its policy cannot let services in`)];
  const needed = neededStatements({ home, account: identity.account, partition: identity.arn.split(':')[1] ?? 'aws' });
  const answers = needed.map((one) => ({ one, answer: allows(found.policy, one) }));
  const missing = answers.flatMap(({ one, answer }) => (answer === 'no' ? [one] : []));
  const unsure = answers.flatMap(({ one, answer }) => (answer === 'unknown' ? [one.Sid] : []));
  return [
    ...missing.map((one) => failed(`${key} lacks ${one.Sid}`, `add to its policy: ${JSON.stringify(one)}`)),
    ...(unsure.length > 0 ? [warning(`${key}: nobody can tell from here about ${unsure.join(', ')}`)] : []),
    ...(missing.length + unsure.length === 0 ? [ok(`${key} lets in all that use it`)] : []),
  ];
}
