import { deploy, type LocalOptions, type LocalStack } from '../../cli/worlds/local.ts';
import type { EmbeddedAws } from '../../local/world.ts';
import type { CompiledPolicy } from '../../shared/model/policy.ts';
import { note } from './decisions.ts';
import { rolesFor } from './roles.ts';

/** The product in an embedded AWS, each function in its role of serverless.yml; what a role refuses fails the test. */
export function deployWithRoles(
  aws: EmbeddedAws,
  policy: CompiledPolicy,
  options: Pick<LocalOptions, 'idleEvery'> = {},
): Promise<LocalStack> {
  aws.principals.watch = note;
  return deploy(aws, policy, { ...options, roles: rolesFor(policy, aws) });
}
