import { describe, expect, test } from 'vitest';
import { keyOperations } from '../../shared/model/storage.ts';
import { type MayUse, mayUse } from '../../shared/rules/key-policy.ts';
import { missingStatements } from '../../shared/rules/key-statement.ts';

const account = '222233334444';
const sharee = `account:${account}`;
const root = `arn:aws:iam::${account}:root`;
const organization = 'organization:arn:aws:organizations::111122223333:organization/o-a1b2c3d4e5';
const unit = 'unit:arn:aws:organizations::111122223333:ou/o-a1b2c3d4e5/ou-ab12-cdef3456';

const use = { Effect: 'Allow', Principal: { AWS: root }, Action: keyOperations.map((one) => `kms:${one}`) };
const everyone = { ...use, Principal: '*' };
const owner = { Effect: 'Allow', Principal: { AWS: 'arn:aws:iam::111122223333:root' }, Action: 'kms:*' };
const when = (operator: string, key: string, value: unknown) => ({ Condition: { [operator]: { [key]: value } } });

const access = (policy: unknown, grants: { grantee: string; operations: readonly string[] }[] = []) => ({
  arn: 'arn:aws:kms:us-east-1:111122223333:key/k',
  manager: 'customer' as const,
  enabled: true,
  policy: typeof policy === 'string' ? policy : JSON.stringify({ Statement: policy }),
  grants: grants.map((grant, i) => ({ id: String(i), ...grant })),
});

describe('who may use a key', () => {
  test.each<[string, string, unknown, MayUse]>([
    ['the owner alone', sharee, [owner], 'no'],
    ['the account by its root', sharee, [owner, use], 'yes'],
    ['the account by its number', sharee, { ...use, Principal: { AWS: account } }, 'yes'],
    ['the account in a list', sharee, { ...use, Principal: { AWS: ['arn:aws:iam::1:root', root] } }, 'yes'],
    ['one role of the account', sharee, { ...use, Principal: { AWS: `arn:aws:iam::${account}:role/r` } }, 'unknown'],
    ['a service', sharee, { ...use, Principal: { Service: 'ec2.amazonaws.com' } }, 'no'],
    ['all of KMS', sharee, { ...use, Action: 'kms:*' }, 'yes'],
    ['wildcards', sharee, { ...use, Action: ['kms:Decrypt', 'kms:De*Key', 'kms:*Grant', 'kms:G*', 'kms:Re*'] }, 'yes'],
    ['one operation lacking', sharee, { ...use, Action: use.Action.slice(1) }, 'no'],
    [
      'operations over two statements',
      sharee,
      [
        { ...use, Action: 'kms:CreateGrant', ...when('Bool', 'kms:GrantIsForAWSResource', 'true') },
        { ...use, Action: use.Action.slice(1) },
      ],
      'yes',
    ],
    ['through EC2', sharee, { ...use, ...when('StringLike', 'kms:ViaService', 'ec2.*.amazonaws.com') }, 'yes'],
    [
      'through S3 only',
      sharee,
      { ...use, ...when('StringLike', 'kms:ViaService', 's3.eu-west-1.amazonaws.com') },
      'no',
    ],
    ['a condition nobody can judge', sharee, { ...use, ...when('StringLike', 'aws:PrincipalTag/x', 'y') }, 'unknown'],
    ['everyone', sharee, everyone, 'yes'],
    ['everyone of this account', sharee, { ...everyone, ...when('StringEquals', 'kms:CallerAccount', account) }, 'yes'],
    ['everyone of another', sharee, { ...everyone, ...when('StringEquals', 'kms:CallerAccount', '1') }, 'no'],
    [
      'an account, by an organization',
      sharee,
      { ...everyone, ...when('StringEquals', 'aws:PrincipalOrgID', 'o-a1b2c3d4e5') },
      'unknown',
    ],
    ['denied', sharee, [use, { ...use, Effect: 'Deny', Action: 'kms:Decrypt' }], 'no'],
    [
      'denied, perhaps',
      sharee,
      [use, { ...everyone, Effect: 'Deny', ...when('StringNotEquals', 'aws:PrincipalOrgID', 'o-x') }],
      'unknown',
    ],
    ['everyone but some', sharee, { Effect: 'Allow', NotPrincipal: { AWS: 'x' }, Action: 'kms:*' }, 'unknown'],
    ['no policy that can be read', sharee, '{', 'unknown'],
    [
      'an organization',
      organization,
      { ...everyone, ...when('StringEquals', 'aws:PrincipalOrgID', 'o-a1b2c3d4e5') },
      'yes',
    ],
    ['another organization', organization, { ...everyone, ...when('StringEquals', 'aws:PrincipalOrgID', 'o-b') }, 'no'],
    ['an organization, by an account', organization, use, 'no'],
    [
      'a unit, by its organization',
      unit,
      { ...everyone, ...when('StringEquals', 'aws:PrincipalOrgID', 'o-a1b2c3d4e5') },
      'yes',
    ],
    [
      'a unit, by its path',
      unit,
      { ...everyone, ...when('ForAnyValue:StringLike', 'aws:PrincipalOrgPaths', 'o-a1b2c3d4e5/*/ou-ab12-cdef3456/*') },
      'yes',
    ],
    [
      'a unit, perhaps below another',
      unit,
      { ...everyone, ...when('ForAnyValue:StringLike', 'aws:PrincipalOrgPaths', 'o-a1b2c3d4e5/r-1/ou-x/*') },
      'unknown',
    ],
    [
      'a unit of another organization',
      unit,
      { ...everyone, ...when('ForAnyValue:StringLike', 'aws:PrincipalOrgPaths', 'o-b/*') },
      'no',
    ],
  ])('%s', (_name, principal, policy, expected) => {
    expect(mayUse(principal, access(policy))).toBe(expected);
  });

  test.each<[string, readonly string[], MayUse]>([
    ['for all that launching takes', keyOperations, 'yes'],
    ['for less', keyOperations.slice(1), 'no'],
  ])('by a grant %s', (_name, operations, expected) => {
    expect(mayUse(sharee, access([owner], [{ grantee: root, operations }]))).toBe(expected);
  });

  test('the statements that were missing let everyone in who was asked for', () => {
    const all = [sharee, organization, unit];
    const policy = [owner, ...missingStatements(all)];
    expect(all.map((principal) => mayUse(principal, access([owner])))).toEqual(['no', 'no', 'no']);
    expect(all.map((principal) => mayUse(principal, access(policy)))).toEqual(['yes', 'yes', 'yes']);
    expect(mayUse('account:999999999999', access([owner, ...missingStatements([sharee])]))).toBe('no');
  });
});
