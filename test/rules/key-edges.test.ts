import { describe, expect, test } from 'vitest';
import { keyOf } from '../../shared/model/image.ts';
import { keyOperations } from '../../shared/model/storage.ts';
import { day } from '../../shared/model/time.ts';
import { begunToday, hasWantedCopies, isSourceRegion } from '../../shared/rules/copies.ts';
import { type MayUse, mayUse } from '../../shared/rules/key-policy.ts';
import { missingStatements } from '../../shared/rules/key-statement.ts';
import { type Effective, merge } from '../../shared/rules/merge.ts';
import { worldOf } from '../../shared/rules/world.ts';
import {
  abroad,
  compiled,
  copyOf,
  copyTo,
  far,
  home,
  image,
  intent,
  intents,
  inventory,
  now,
  policy,
  records,
} from './make.ts';

const account = '222233334444';
const sharee = `account:${account}`;
const root = `arn:aws:iam::${account}:root`;
const organization = 'organization:arn:aws:organizations::111122223333:organization/o-a1b2c3d4e5';
const unit = 'unit:arn:aws:organizations::111122223333:ou/o-a1b2c3d4e5/ou-ab12-cdef3456';

const use = { Effect: 'Allow', Principal: { AWS: root }, Action: keyOperations.map((one) => `kms:${one}`) };
const everyone = { ...use, Principal: '*' };
const when = (key: string, value: unknown, operator = 'StringEquals') => ({
  Condition: { [operator]: { [key]: value } },
});
const grant = (operations: readonly string[], grantee = root) => ({ id: 'g', grantee, operations });

const answer = (principal: string, policy: unknown, grants: ReturnType<typeof grant>[] = []): MayUse =>
  mayUse(principal, {
    arn: 'arn:aws:kms:us-east-1:111122223333:key/k',
    manager: 'customer',
    enabled: true,
    policy: typeof policy === 'string' ? policy : JSON.stringify({ Statement: policy }),
    grants,
  });

describe('a key policy that is read to its edges', () => {
  test.each<[string, string, unknown, MayUse]>([
    ['a statement that is nothing', sharee, [use, null], 'unknown'],
    ['a statement that is a word', sharee, [use, 'x'], 'unknown'],
    ['a single statement', sharee, use, 'yes'],
    ['no statement at all', sharee, '{}', 'unknown'],
    ['a statement without principal', sharee, { Effect: 'Allow', Action: 'kms:*' }, 'no'],
    ['a principal in plain text', sharee, { ...use, Principal: root }, 'yes'],
    ['everyone among others', sharee, { ...use, Principal: { AWS: ['*'] } }, 'yes'],
    ['an action that is no text', sharee, { ...use, Action: [1] }, 'no'],
    ['actions but some', sharee, { Effect: 'Allow', Principal: { AWS: root }, NotAction: 'kms:Decrypt' }, 'unknown'],
    ['actions in other letters', sharee, { ...use, Action: 'KMS:*' }, 'yes'],
    ['an effect that nobody knows', sharee, { ...use, Effect: 'Perhaps' }, 'no'],
    ['the root of another partition', sharee, { ...use, Principal: { AWS: `arn:aws-cn:iam::${account}:root` } }, 'yes'],
    ['a user named root', sharee, { ...use, Principal: { AWS: `${root}/x` } }, 'unknown'],
    ['the root behind something else', sharee, { ...use, Principal: { AWS: `x${root}` } }, 'unknown'],
    ['a role of another account', sharee, { ...use, Principal: { AWS: 'arn:aws:iam::1:role/r' } }, 'no'],
    ['denied to a role of it', sharee, [use, { ...use, Effect: 'Deny', Principal: { AWS: `${root}x` } }], 'unknown'],
    ['denied to another', sharee, [use, { ...use, Effect: 'Deny', Principal: { AWS: 'arn:aws:iam::1:root' } }], 'yes'],
    [
      'denied to a role of it and allowed to nobody',
      sharee,
      [{ ...use, Effect: 'Deny', Principal: { AWS: `${root}x` } }],
      'no',
    ],
    ['allowed beside what nobody understands', sharee, [use, { ...use, Condition: null }], 'yes'],
    ['a principal that is gone, to an organization', organization, { ...use, Principal: { AWS: 'AIDAEXAMPLE' } }, 'no'],
    ['denied and allowed to nobody', sharee, [{ ...use, Effect: 'Deny' }], 'no'],
  ])('%s', (_name, principal, policy, expected) => expect(answer(principal, policy)).toBe(expected));

  test.each<[string, string, object, MayUse]>([
    ['that is nothing', sharee, { Condition: null }, 'unknown'],
    ['that is a word', sharee, { Condition: 'x' }, 'unknown'],
    ['that is a number', sharee, { Condition: 5 }, 'unknown'],
    ['that is empty', sharee, { Condition: {} }, 'yes'],
    ['with an operator and no tests', sharee, { Condition: { StringEquals: null } }, 'yes'],
    ['that negates', sharee, when('kms:CallerAccount', '1', 'StringNotEquals'), 'unknown'],
    ['on a key in other letters', sharee, when('KMS:CALLERACCOUNT', account), 'yes'],
    ['on the account of the principal', sharee, when('aws:PrincipalAccount', account), 'yes'],
    ['on another account', sharee, when('aws:PrincipalAccount', '1'), 'no'],
    ['on accounts by a pattern', sharee, when('aws:PrincipalAccount', '2*', 'StringLike'), 'unknown'],
    ['on accounts by a shorter pattern', sharee, when('aws:PrincipalAccount', '22223333444?', 'StringLike'), 'unknown'],
    ['on accounts, one of them', sharee, when('aws:PrincipalAccount', ['1', account]), 'yes'],
    ['on accounts, none or a pattern', sharee, when('aws:PrincipalAccount', ['1', '3*']), 'unknown'],
    ['on the account of an organization', organization, when('aws:PrincipalAccount', account), 'unknown'],
    ['on an organization by a pattern', organization, when('aws:PrincipalOrgID', 'o-*', 'StringLike'), 'unknown'],
    [
      'on EC2 among services',
      sharee,
      when('kms:ViaService', ['s3.us-east-1.amazonaws.com', 'ec2.us-east-1.amazonaws.com']),
      'yes',
    ],
    ['on services by a pattern', sharee, when('kms:ViaService', '*.us-east-1.amazonaws.com', 'StringLike'), 'unknown'],
    ['on the resources of AWS', sharee, when('kms:GrantIsForAWSResource', 'true', 'Bool'), 'yes'],
    ['on the resources of AWS, as a truth', sharee, when('kms:GrantIsForAWSResource', true, 'Bool'), 'yes'],
    ['on others than the resources of AWS', sharee, when('kms:GrantIsForAWSResource', 'false', 'Bool'), 'no'],
    ['on the path of an account', sharee, when('aws:PrincipalOrgPaths', 'o-a1b2c3d4e5/*'), 'unknown'],
    ['on every path', unit, when('aws:PrincipalOrgPaths', '*'), 'unknown'],
    ['on all of its organization', unit, when('aws:PrincipalOrgPaths', 'o-a1b2c3d4e5/*'), 'yes'],
    ['on all of an organization', organization, when('aws:PrincipalOrgPaths', 'o-a1b2c3d4e5/*'), 'yes'],
    ['on a part of an organization', organization, when('aws:PrincipalOrgPaths', 'o-a1b2c3d4e5/r-1/*'), 'unknown'],
    ['on a unit named undefined', organization, when('aws:PrincipalOrgPaths', 'o-a1b2c3d4e5/undefined/'), 'unknown'],
    ['on an organization that begins alike', organization, when('aws:PrincipalOrgPaths', 'o-a1b2c3d4e5f/*'), 'no'],
    [
      'on a unit that begins alike',
      unit,
      when('aws:PrincipalOrgPaths', 'o-a1b2c3d4e5/r-1/ou-ab12-cdef34567/*'),
      'unknown',
    ],
    [
      'on one that it does not meet beside one that it does',
      sharee,
      { Condition: { Bool: { 'kms:GrantIsForAWSResource': 'false' }, StringEquals: { 'kms:CallerAccount': account } } },
      'no',
    ],
  ])('with a condition %s', (_name, principal, condition, expected) => {
    expect(answer(principal, { ...everyone, ...condition })).toBe(expected);
  });

  test('by grants of which each lets do a part', () => {
    const [first = '', ...others] = keyOperations;
    expect(answer(sharee, [], [grant([first]), grant(others)])).toBe('yes');
    expect(answer(sharee, [{ ...use, Action: `kms:${first}` }], [grant(others)])).toBe('yes');
    expect(answer(sharee, [], [grant(keyOperations, 'arn:aws:iam::1:root')])).toBe('no');
    expect(answer(sharee, [], [grant(keyOperations, `arn:aws:iam::${account}:role/r`)])).toBe('unknown');
    expect(answer(organization, [], [grant(keyOperations)])).toBe('no');
  });

  test('a denial counts more than a grant', () => {
    expect(answer(sharee, [{ ...use, Effect: 'Deny' }], [grant(keyOperations)])).toBe('no');
  });
});

describe('the statements that a key policy lacks', () => {
  const action = keyOperations.map((one) => `kms:${one}`);
  const common = { Sid: 'LetShareesLaunchImages', Effect: 'Allow', Action: action, Resource: '*' };

  test('are one for all accounts, and one for each organization and unit', () => {
    expect(missingStatements([sharee, 'account:333344445555', organization, unit])).toEqual([
      { ...common, Principal: { AWS: [root, 'arn:aws:iam::333344445555:root'] } },
      {
        ...common,
        Principal: { AWS: '*' },
        Condition: { StringEquals: { 'aws:PrincipalOrgID': 'o-a1b2c3d4e5' } },
      },
      {
        ...common,
        Principal: { AWS: '*' },
        Condition: { 'ForAnyValue:StringLike': { 'aws:PrincipalOrgPaths': 'o-a1b2c3d4e5/*/ou-ab12-cdef3456/*' } },
      },
    ]);
  });

  test.each([
    ['nobody', []],
    ['everyone, whom no key serves', ['everyone']],
    ['what only begins like an organization', [`${organization}/x/y`]],
  ])('are none for %s', (_name, principals) => expect(missingStatements(principals)).toEqual([]));

  test('name no account where there is none', () => {
    expect(missingStatements([organization])).toHaveLength(1);
    expect('Condition' in (missingStatements([sharee])[0] ?? {})).toBe(false);
  });
});

describe('a copy in the source Region', () => {
  const key = (id: string, kind = 'key/') => `arn:aws:kms:us-east-1:111122223333:${kind}${id}`;
  const lineage = (kmsKeyIds: string[], encrypted = true) => {
    const rootImage = image(1, { encrypted, kmsKeyIds });
    const root = keyOf(rootImage);
    return {
      root,
      origin: 'known' as const,
      rootImage,
      members: [rootImage] as const,
      keys: [root] as const,
      places: [0],
    };
  };
  const wanted = (region: string, kmsKey?: string) => {
    const [copy] = merge(
      [policy({ copy: { ...copyTo(region), to: [{ region, ...(kmsKey && { kmsKey }) }] } })],
      now,
    ).copies;
    if (!copy) throw new Error('no copy');
    return copy;
  };

  test.each<[string, string[], string | undefined, boolean]>([
    ['without a key', [key('a1')], undefined, true],
    ['under the same key', [key('a1')], key('a1'), true],
    ['under the same key by its id', [key('a1')], 'a1', true],
    ['under another key', [key('a1')], key('b2'), false],
    ['under one key of several', [key('a1'), key('b2')], 'b2', true],
    ['under none of several', [key('a1'), key('b2')], 'c3', false],
    ['under an alias, beside keys by id', [key('a1')], 'alias/golden', true],
    ['under the same alias', [key('alias/golden', '')], 'alias/golden', true],
    ['under the same alias by its ARN', ['alias/golden'], key('alias/golden', ''), true],
    ['under another alias', [key('alias/golden', '')], 'alias/silver', false],
    ['under an alias with a path', [key('alias/team/golden', '')], 'alias/golden', false],
    ['under the same alias with a path', [key('alias/team/golden', '')], 'alias/team/golden', true],
    ['of a root whose key nobody names', [], key('a1'), true],
  ])('%s is not made: %s', (_name, keys, kmsKey, expected) => {
    expect(isSourceRegion(lineage(keys), wanted(home, kmsKey))).toBe(expected);
  });

  test('is made under a key, where the root has none', () => {
    expect(isSourceRegion(lineage([], false), wanted(home, key('a1')))).toBe(false);
    expect(isSourceRegion(lineage([], false), wanted(home))).toBe(true);
  });

  test('is not what another Region has', () => expect(isSourceRegion(lineage([]), wanted(abroad))).toBe(false));

  test('is no copy, once the root is gone', () => {
    const { rootImage: _gone, ...gone } = lineage([key('a1')]);
    expect(isSourceRegion(gone, wanted(home, key('b2')))).toBe(true);
  });
});

describe('a lineage has the copies that are wanted', () => {
  const one = image(1);
  const lineage = (...members: ReturnType<typeof image>[]) => {
    const root = keyOf(one);
    const keys = [root, ...members.map(keyOf)] as const;
    return { root, origin: 'known' as const, rootImage: one, members: [one, ...members] as const, keys, places: [] };
  };
  const effective = (more = {}): Effective => merge([policy({ copy: { ...copyTo(abroad, home), ...more } })], now);
  const there = copyOf(one, 2);

  test.each([
    ['with one in each Region, and none in its own', [there], {}, true],
    ['not without', [], {}, false],
    ['not with one elsewhere', [copyOf(one, 2, { region: far })], {}, false],
    ['not with one that is pending', [copyOf(one, 2, { state: 'pending' })], {}, false],
    ['with one that is, beside one that failed', [copyOf(one, 3, { state: 'failed' }), there], {}, true],
    ['without, where only later images are copied', [], { since: now + 1 }, true],
  ])('%s', (_name, members, more, expected) => {
    expect(hasWantedCopies(lineage(...members), effective(more))).toBe(expected);
  });

  test.each([
    ['a day less a moment ago', now - day + 1, 1],
    ['a day ago', now - day, undefined],
  ])('a copy that began %s counts for today: %s', (_name, since, count) => {
    const world = worldOf(
      inventory([one], { records: records({ intents: intents(intent(one, { since })) }) }),
      compiled(),
      now,
    );
    expect(begunToday([{ lineage: lineage(), effective: effective() }], world).get('golden')).toBe(count);
  });
});

test('the accounts of a statement are named in the partition of the key', () => {
  const statements = missingStatements(['account:222233334444'], 'arn:aws-cn:kms:cn-north-1:111122223333:key/k');
  expect(statements).toMatchObject([{ Principal: { AWS: ['arn:aws-cn:iam::222233334444:root'] } }]);
});
