import { describe, expect, it } from 'vitest';
import { judgeStackKey } from '../../cli/doctor/checks/stack-key.ts';
import { allows, type Needed, neededStatements } from '../../cli/doctor/key-services.ts';
import type { KeyAccess } from '../../shared/model/storage.ts';
import { denied, seen, statuses } from './make.ts';

const account = '111122223333';
const arn = `arn:aws:kms:eu-west-1:${account}:key/0a1b2c3d`;
const about = { home: 'eu-west-1', identity: { account, arn: `arn:aws:sts::${account}:assumed-role/admin/me` } };
const needed = neededStatements({ home: 'eu-west-1', account });
const policyOf = (...Statement: object[]): string => JSON.stringify({ Version: '2012-10-17', Statement });
const access = (policy: string, more: Partial<KeyAccess> = {}): KeyAccess => ({
  arn,
  manager: 'customer',
  enabled: true,
  policy,
  grants: [],
  ...more,
});
const judged = (policy: string, more: Partial<KeyAccess> = {}) =>
  judgeStackKey({ key: arn, access: seen(access(policy, more)) }, about);
const named = (sid: string): Needed => needed.find(({ Sid }) => Sid === sid) as Needed;
const without = (sid: string): object[] => needed.filter(({ Sid }) => Sid !== sid);

describe('the key of the stack', () => {
  it('passes with the statements that the docs show', () => {
    expect(judged(policyOf(...needed))).toEqual([{ status: 'ok', says: `${arn} lets in all that use it` }]);
  });

  it.each(needed)('fails without $Sid, and shows the statement', (lost) => {
    expect(judged(policyOf(...without(lost.Sid)))).toEqual([
      { status: 'failed', says: `${arn} lacks ${lost.Sid}`, next: [`add to its policy: ${JSON.stringify(lost)}`] },
    ]);
  });

  it('is none where nobody named one', () => {
    expect(statuses(judgeStackKey({ access: seen(undefined) }, about))).toEqual(['ok']);
  });

  it('fails when it is not there, switched off, or one that AWS manages', () => {
    expect(statuses(judgeStackKey({ key: arn, access: seen(undefined) }, about))).toEqual(['failed']);
    expect(judged(policyOf(...needed), { enabled: false })).toMatchObject([
      { status: 'failed', next: [`aws kms enable-key --key-id ${arn} --region eu-west-1`] },
    ]);
    expect(statuses(judged(policyOf(...needed), { manager: 'aws' }))).toEqual(['failed']);
  });

  it('that cannot be read is unchecked', () => {
    expect(judgeStackKey({ key: arn, access: denied }, about)).toMatchObject([
      { status: 'unchecked', because: 'denied' },
    ]);
  });

  it('is a warning where a condition or a denial is not understood', () => {
    const mfa = { Bool: { 'aws:MultiFactorAuthPresent': 'true' } };
    const events = { ...named('EventsIntoTheQueue'), Condition: mfa };
    expect(judged(policyOf(...without('EventsIntoTheQueue'), events))).toMatchObject([
      { status: 'warning', says: expect.stringMatching(/EventsIntoTheQueue$/) },
    ]);
    const deny = { Effect: 'Deny', Principal: '*', Action: 'kms:Decrypt', Resource: '*' };
    expect(statuses(judged(policyOf(...needed, deny)))).toEqual(['warning']);
  });
});

describe('a key policy', () => {
  const events = named('EventsIntoTheQueue');
  const logs = named('LogsOfTheFunctions');
  const allow = (Action: unknown, more: object = {}) =>
    allows(policyOf({ Effect: 'Allow', Principal: events.Principal, Resource: '*', Action, ...more }), events);

  it('may name more than is needed, and spell it as IAM allows', () => {
    expect(allow('kms:*')).toBe('yes');
    expect(allow(['KMS:decrypt', 'kms:GenerateDataKey*'])).toBe('yes');
    expect(allow('kms:*', { Principal: '*' })).toBe('yes');
    expect(allow('kms:*', { Principal: { Service: ['sns.amazonaws.com', 'events.amazonaws.com'] } })).toBe('yes');
  });

  it('that allows one of two calls, or another service, allows not enough', () => {
    expect(allow('kms:Decrypt')).toBe('no');
    expect(allow('kms:*', { Principal: { Service: 'sns.amazonaws.com' } })).toBe('no');
    expect(allow('kms:*', { Principal: { AWS: 'events.amazonaws.com' } })).toBe('no');
  });

  it('names the account by its number as well', () => {
    const root = named('RolesOfThisAccount');
    expect(allows(policyOf({ ...root, Principal: { AWS: account } }), root)).toBe('yes');
    expect(allows(policyOf({ ...root, Principal: { AWS: '999900001111' } }), root)).toBe('no');
  });

  it('for logs may say which groups, and has to mean ours', () => {
    const of = (pattern: string) => {
      const Condition = { ArnLike: { 'kms:EncryptionContext:aws:logs:arn': pattern } };
      return allows(policyOf({ ...logs, Condition }), logs);
    };
    expect(of(`arn:aws:logs:eu-west-1:${account}:*`)).toBe('yes');
    expect(of(`arn:aws:logs:eu-west-1:${account}:log-group:/aws/lambda/ami-steward-prod-*`)).toBe('yes');
    expect(of(`arn:aws:logs:us-east-1:${account}:*`)).toBe('no');
    expect(of('arn:aws:logs:eu-west-1:999900001111:*')).toBe('no');
  });

  it('that is no JSON, or excludes instead of naming, is not understood', () => {
    expect(allows('no policy', events)).toBe('unknown');
    const unlike = { Effect: 'Allow', NotPrincipal: { AWS: '*' }, Action: 'kms:*', Resource: '*' };
    expect(allows(policyOf(unlike), events)).toBe('unknown');
  });
});
