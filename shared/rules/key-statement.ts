import { accountOf, type Principal } from '../model/policy.ts';
import { keyOperations } from '../model/storage.ts';

/**
 * What a key policy lacks so that these sharees can launch the images: statements to add to it, in KMS's own form.
 * @param key its ARN, which says in which part of AWS the accounts are
 */
export function missingStatements(principals: readonly Principal[], key = ''): object[] {
  const partition = /^arn:([a-z-]+):/.exec(key)?.[1] ?? 'aws';
  const accounts = principals.flatMap((principal) => accountOf(principal) ?? []);
  return [
    ...(accounts.length > 0
      ? [statement({ AWS: accounts.map((account) => `arn:${partition}:iam::${account}:root`) }, undefined)]
      : []),
    ...principals.flatMap((principal) => {
      const condition = conditionFor(principal);
      return condition ? [statement({ AWS: '*' }, condition)] : [];
    }),
  ];
}

const statement = (principal: object, condition: object | undefined): object => ({
  Sid: 'LetShareesLaunchImages',
  Effect: 'Allow',
  Principal: principal,
  Action: keyOperations.map((operation) => `kms:${operation}`),
  Resource: '*',
  ...(condition && { Condition: condition }),
});

/** An organization by its id; a unit by every path that leads through it. */
function conditionFor(principal: Principal): object | undefined {
  const [, organization, unit] = /\/(o-[a-z0-9]+)(?:\/(ou-[a-z0-9-]+))?$/.exec(principal) ?? [];
  if (organization === undefined) return undefined;
  if (unit === undefined) return { StringEquals: { 'aws:PrincipalOrgID': organization } };
  return { 'ForAnyValue:StringLike': { 'aws:PrincipalOrgPaths': `${organization}/*/${unit}/*` } };
}
