import { describe, expect, it, test } from 'vitest';
import { judgeCredentials } from '../../cli/doctor/checks/credentials.ts';
import { judgeForwarders } from '../../cli/doctor/checks/forwarders.ts';
import { judgeHome } from '../../cli/doctor/checks/home.ts';
import { judgeKeys, namedKeys, type SeenKey } from '../../cli/doctor/checks/keys.ts';
import { type Asked, judgeChanges, judgeReads } from '../../cli/doctor/checks/permissions.ts';
import { judgePolicy } from '../../cli/doctor/checks/policy.ts';
import { judgePublicAccess } from '../../cli/doctor/checks/public-access.ts';
import { judgeBin } from '../../cli/doctor/checks/recycle-bin.ts';
import { judgeRegions } from '../../cli/doctor/checks/regions.ts';
import { judgeStack, judgeStackBefore } from '../../cli/doctor/checks/stack.ts';
import { judgeSwitch } from '../../cli/doctor/checks/switch.ts';
import { judgeProduct, judgeRecords, versionOutput, versionTag } from '../../cli/doctor/checks/versions.ts';
import type { Seen } from '../../cli/doctor/seen.ts';
import { schemaVersion } from '../../shared/actions/item.ts';
import type { BinRule } from '../../shared/model/bin.ts';
import { type KeyAccess, keyOperations } from '../../shared/model/storage.ts';
import type { PublicBlock } from '../../shared/ports/account-settings.ts';
import type { EventRule } from '../../shared/ports/event-rules.ts';
import type { Permission } from '../../shared/ports/permissions.ts';
import type { Stack } from '../../shared/ports/stacks.ts';
import { denied, everywhere, policyOf, seen, silent, statuses } from './make.ts';

const identity = { account: '111122223333', arn: 'arn:aws:sts::111122223333:assumed-role/admin/me' };
const stackOf = (more: Partial<Stack> = {}): Stack => ({
  name: 'ami-steward-prod',
  status: 'CREATE_COMPLETE',
  outputs: {},
  tags: {},
  ...more,
});

describe('credentials', () => {
  it('are told with their source', () => {
    expect(judgeCredentials(seen({ identity, source: 'a profile' }))).toEqual({
      status: 'ok',
      says: `${identity.arn}, from a profile`,
    });
  });

  it('that are missing, of another account or without an answer fail, each with what to do', () => {
    for (const finding of [judgeCredentials('none'), judgeCredentials(silent)]) {
      expect(finding.status).toBe('failed');
      expect(finding.next).toContain('without an account: ami-steward doctor --local');
    }
    expect(judgeCredentials(seen({ identity }), '999900001111')).toMatchObject({
      status: 'failed',
      says: 'they belong to 111122223333, not to 999900001111',
    });
  });
});

test('A home Region is named with its source, and missing it fails', () => {
  expect(judgeHome({ region: 'eu-west-1', by: 'AWS_REGION' })).toEqual({
    status: 'ok',
    says: 'eu-west-1, by AWS_REGION',
  });
  expect(judgeHome(undefined).status).toBe('failed');
});

test('A policy file with errors fails, and one that is not there is no answer', () => {
  expect(judgePolicy({ found: 'broken', file: 'p.yml', problems: 2 })).toMatchObject({
    status: 'failed',
    says: 'p.yml has 2 errors',
    next: ['ami-steward validate p.yml'],
  });
  expect(judgePolicy({ found: 'absent', file: 'policy.yml' })).toMatchObject({
    status: 'unchecked',
    because: 'no-policy',
  });
});

describe('regions', () => {
  const about = { regions: ['eu-west-1', 'us-east-1'], policy: policyOf() } as never;

  it('pass when the account may use all of them', () => {
    expect(statuses(judgeRegions(seen(['us-east-1', 'eu-west-1', 'sa-east-1']), about))).toEqual(['ok']);
  });

  it('fail when one is not switched on, and are unknown when EC2 does not say', () => {
    expect(judgeRegions(seen(['us-east-1']), about)).toMatchObject([
      { status: 'failed', next: ['aws account enable-region --region-name eu-west-1'] },
    ]);
    expect(judgeRegions(denied, about)).toMatchObject([{ status: 'unchecked', because: 'denied' }]);
  });
});

describe('permissions', () => {
  const regions = ['eu-west-1', 'us-east-1'];
  const about = { regions };
  const asked = (answer: (action: string, region: string) => Seen<Permission>): Asked[] =>
    ['ec2:A', 'ec2:B'].flatMap((action) =>
      regions.map((region) => ({ action, region, answer: answer(action, region) })),
    );

  it('pass when every single one is allowed', () => {
    for (const judge of [judgeReads, judgeChanges])
      expect(
        judge(
          asked(() => seen('allowed')),
          about,
        ),
      ).toMatchObject([{ status: 'ok', says: expect.stringMatching(/^all 2 in 2 Regions/) }]);
  });

  const oneDenied = asked((action, region) =>
    seen(action === 'ec2:B' && region === 'us-east-1' ? 'denied' : 'allowed'),
  );

  it('to read fail when one is denied; to act they are a warning, since functions have roles of their own', () => {
    expect(judgeReads(oneDenied, about)).toMatchObject([
      { status: 'failed', says: expect.stringContaining('denied: ec2:B (us-east-1).') },
    ]);
    expect(statuses(judgeChanges(oneDenied, about))).toEqual(['warning']);
  });

  it('that nobody answered about are no yes', () => {
    const undecided = asked((action) => seen(action === 'ec2:A' ? { undecided: 'InvalidAMIID.NotFound' } : 'allowed'));
    expect(judgeChanges(undecided, about)).toEqual([
      {
        status: 'unchecked',
        because: 'no-answer',
        says: 'ec2:A (eu-west-1, us-east-1): the answer was InvalidAMIID.NotFound',
      },
    ]);
    const blind = asked((_, region) => (region === 'us-east-1' ? silent : seen('allowed')));
    expect(judgeReads(blind, about)).toMatchObject([{ status: 'unchecked', because: 'unreadable' }]);
  });
});

describe('public access', () => {
  const block = (state: PublicBlock['state'], managedBy: PublicBlock['managedBy'] = 'account') =>
    seen({ state, managedBy });
  const judge = (what: 'images' | 'snapshots', looks: Parameters<typeof judgePublicAccess>[1], ...policy: string[]) =>
    judgePublicAccess(what, looks, { policy: policyOf(...policy) });
  const toEveryone = ['share: { public: true, acknowledgePublic: golden }'];

  it('is ok where it is blocked and a warning where it is open, with one command for all such Regions', () => {
    const looks = [
      ...everywhere(block('unblocked'), 'eu-west-1', 'us-east-1'),
      ...everywhere(block('block-new-sharing'), 'us-west-2'),
    ];
    expect(judge('images', looks)).toEqual([
      {
        status: 'warning',
        says: 'anybody with the permission to share could make images public in eu-west-1, us-east-1',
        next: [
          'for region in eu-west-1 us-east-1; do aws ec2 enable-image-block-public-access --image-block-public-access-state block-new-sharing --region $region; done',
        ],
      },
      { status: 'ok', says: 'blocked (block-new-sharing) in us-west-2' },
    ]);
    expect(judge('snapshots', everywhere(block('unblocked'), 'eu-west-1'))).toMatchObject([
      {
        status: 'warning',
        next: ['aws ec2 enable-snapshot-block-public-access --state block-all-sharing --region eu-west-1'],
      },
    ]);
  });

  it('names an organization whose policy blocks', () => {
    expect(judge('snapshots', everywhere(block('block-all-sharing', 'declarative-policy'), 'eu-west-1'))).toEqual([
      { status: 'ok', says: 'blocked (block-all-sharing), by a policy of the organization in eu-west-1' },
    ]);
  });

  it('must be open for images that a policy shares with everyone', () => {
    expect(statuses(judge('images', everywhere(block('block-new-sharing'), 'us-east-1'), ...toEveryone))).toEqual([
      'failed',
    ]);
    expect(statuses(judge('images', everywhere(block('unblocked'), 'us-east-1'), ...toEveryone))).toEqual(['ok']);
    expect(statuses(judge('snapshots', everywhere(block('block-all-sharing'), 'us-east-1'), ...toEveryone))).toEqual([
      'ok',
    ]);
  });

  it('is unknown where it could not be read, and only there', () => {
    expect(
      judge('images', [...everywhere(denied, 'eu-west-1'), ...everywhere(block('block-new-sharing'), 'us-east-1')]),
    ).toMatchObject([
      { status: 'ok', says: expect.stringMatching(/us-east-1$/) },
      { status: 'unchecked', because: 'denied', says: expect.stringContaining('eu-west-1') },
    ]);
  });
});

describe('keys', () => {
  const arn = 'arn:aws:kms:eu-west-1:111122223333:key/k';
  const account = '222233334444';
  const allowing = (Principal: object) =>
    JSON.stringify({ Statement: [{ Effect: 'Allow', Principal, Action: 'kms:*', Resource: '*' }] });
  const access = (more: Partial<KeyAccess> = {}): KeyAccess => ({
    arn,
    manager: 'customer',
    enabled: true,
    policy: allowing({ AWS: `arn:aws:iam::${account}:root` }),
    grants: [],
    ...more,
  });
  const seenKey = (found: Seen<KeyAccess | undefined>, more: Partial<SeenKey> = {}): SeenKey => ({
    region: 'eu-west-1',
    key: 'alias/golden',
    sharees: [`account:${account}`],
    granted: [],
    access: found,
    ...more,
  });
  const shut = access({ policy: allowing({ AWS: 'arn:aws:iam::111122223333:root' }) });

  it('are those of the policy, each once per Region with all who launch under it', () => {
    const policy = policyOf(
      'copy: { to: [{ region: eu-west-1, kmsKey: alias/golden }], since: all }',
      'share: { accounts: ["222233334444"] }',
    );
    expect(namedKeys(policy)).toEqual([
      { region: 'eu-west-1', key: 'alias/golden', sharees: ['account:222233334444'], granted: [] },
    ]);
    expect(statuses(judgeKeys([]))).toEqual(['ok']);
  });

  it.each([
    ['open to the sharee', access(), 'ok'],
    ['not there', undefined, 'failed'],
    ['switched off', access({ enabled: false }), 'failed'],
    ['of AWS', access({ manager: 'aws' }), 'failed'],
    ['closed to the sharee', shut, 'failed'],
    ['with a policy that nobody here can read', access({ policy: 'no JSON' }), 'warning'],
  ] as const)('%s are judged so', (_, found, status) => {
    expect(statuses(judgeKeys([seenKey(seen(found))]))).toEqual([status]);
  });

  it('that are closed are told with the statement that their policy lacks', () => {
    const [finding] = judgeKeys([seenKey(seen(shut))]);
    expect(finding?.says).toBe(`alias/golden cannot be used by account:${account} in eu-west-1`);
    const statement = JSON.parse((finding?.next?.[0] ?? '').replace('add to its policy: ', ''));
    expect(statement.Action).toEqual(keyOperations.map((operation) => `kms:${operation}`));
  });

  it('are open enough to whom we grant them ourselves', () => {
    expect(statuses(judgeKeys([seenKey(seen(shut), { granted: [`account:${account}`] })]))).toEqual(['ok']);
  });

  it('of AWS are fine where nobody is shared with, and unread ones are unknown', () => {
    expect(statuses(judgeKeys([seenKey(seen(access({ manager: 'aws' })), { sharees: [] })]))).toEqual(['ok']);
    expect(judgeKeys([seenKey(denied)])).toMatchObject([{ status: 'unchecked', because: 'denied' }]);
  });
});

describe('the Recycle Bin', () => {
  const removing =
    'retain: { keepLast: 3, stages: { deprecate: { afterSuperseded: 14d }, disable: { afterDeprecated: 30d }, deregister: { afterDisabled: 30d } } }';
  const rule = (resource: BinRule['resource'], days: number, more: Partial<BinRule> = {}): BinRule => ({
    id: `${resource}-${days}`,
    resource,
    days,
    tags: [],
    excluded: [],
    available: true,
    ...more,
  });
  const judge = (rules: BinRule[], policy = policyOf(removing)) =>
    judgeBin(everywhere(seen(rules), 'us-east-1'), policy);

  it.each([
    ['both rules', [rule('image', 14), rule('snapshot', 14)], 'ok'],
    ['no rule', [], 'warning'],
    ['a rule for images alone', [rule('image', 14)], 'warning'],
    ['snapshots that go first', [rule('image', 14), rule('snapshot', 13)], 'warning'],
    ['a rule that has not begun', [rule('image', 14, { available: false }), rule('snapshot', 14)], 'warning'],
    ['rules by tag', [rule('image', 14, { tags: [{ key: 'a' }] }), rule('snapshot', 14)], 'warning'],
  ] as const)('with %s is judged so', (_, rules, status) => {
    expect(statuses(judge([...rules]))).toEqual([status]);
  });

  it('fails where a policy demands it', () => {
    const demanding = policyOf(removing.replace('keepLast: 3,', 'keepLast: 3, recycleBin: required,'));
    expect(statuses(judge([], demanding))).toEqual(['failed']);
    expect(statuses(judge([rule('image', 14)], demanding))).toEqual(['failed']);
  });

  it('does not matter where nothing is deregistered, and is unknown without a policy or an answer', () => {
    expect(statuses(judgeBin([], policyOf()))).toEqual(['ok']);
    expect(statuses(judgeBin([], undefined))).toEqual(['unchecked']);
    expect(statuses(judgeBin(everywhere(denied, 'us-east-1'), policyOf(removing)))).toEqual(['unchecked']);
  });
});

describe('events', () => {
  const home = 'us-east-1';
  const about = { home, identity, kind: 'aws' as const, stack: seen(stackOf()) };
  const pattern = '{"source":["aws.ec2"],"detail-type":["EC2 AMI State Change"]}';
  const rule = (more: Partial<EventRule> = {}): EventRule => ({
    name: 'r',
    enabled: true,
    pattern,
    targets: [`arn:aws:events:${home}:${identity.account}:event-bus/default`],
    ...more,
  });
  const pinned = (account: string) => JSON.stringify({ ...JSON.parse(pattern), account: [account] });
  const judge = (rules: EventRule[], region = 'eu-west-1') => judgeForwarders(everywhere(seen(rules), region), about);

  it.each([
    ['forwarded to the home bus', rule(), 'ok'],
    [
      'forwarded as the rules of a stack do, which are pinned to its account',
      rule({ pattern: pinned(identity.account) }),
      'ok',
    ],
    ['of another account', rule({ pattern: pinned('999900001111') }), 'warning'],
    ['forwarded by a rule that is off', rule({ enabled: false }), 'warning'],
    [
      'forwarded to the bus of another account',
      rule({ targets: [`arn:aws:events:${home}:999900001111:event-bus/default`] }),
      'warning',
    ],
    [
      'of other kinds',
      rule({ pattern: '{"source":["aws.ec2"],"detail-type":["EC2 Instance State-change Notification"]}' }),
      'warning',
    ],
    ['matched by no pattern at all', rule({ pattern: 'no JSON' }), 'warning'],
  ])('%s are judged so', (_, one, status) => {
    expect(statuses(judge([one]))).toEqual([status]);
  });

  it('at home go into a queue, and by a rule that is off are told how to go on', () => {
    const queue = [`arn:aws:sqs:${home}:${identity.account}:work`];
    expect(statuses(judge([rule({ targets: queue })], home))).toEqual(['ok']);
    expect(statuses(judge([rule()], home))).toEqual(['warning']);
    expect(judge([rule({ enabled: false })])[0]?.next).toEqual(['aws events enable-rule --name r --region eu-west-1']);
  });

  it('are not missed in other Regions of a partition without buses across them, only at home', () => {
    const china = { ...about, home: 'cn-north-1' };
    expect(statuses(judgeForwarders(everywhere(seen([]), 'cn-northwest-1'), china))).toEqual(['ok']);
    expect(statuses(judgeForwarders(everywhere(seen([]), 'cn-north-1'), china))).toEqual(['warning']);
  });

  it('are not missed where nothing is deployed, and unknown where the rules could not be read', () => {
    const without = { ...about, stack: seen(undefined) };
    expect(judgeForwarders(everywhere(seen([]), 'eu-west-1'), without)).toMatchObject([
      { status: 'unchecked', because: 'no-stack' },
    ]);
    expect(judgeForwarders(everywhere(denied, 'eu-west-1'), about)).toMatchObject([
      { status: 'unchecked', because: 'denied' },
    ]);
  });
});

describe('a stack', () => {
  const about = (stack: Seen<Stack | undefined>) => ({ stack, stackName: 'ami-steward-prod', home: 'us-east-1' });

  it.each([
    ['CREATE_COMPLETE', 'ok'],
    ['UPDATE_COMPLETE', 'ok'],
    ['UPDATE_ROLLBACK_COMPLETE', 'ok'],
    ['UPDATE_IN_PROGRESS', 'warning'],
    ['ROLLBACK_COMPLETE', 'failed'],
    ['UPDATE_ROLLBACK_FAILED', 'failed'],
    ['DELETE_FAILED', 'failed'],
    ['A_WORD_OF_TOMORROW', 'failed'],
  ])('in %s is judged so, before a deployment as after', (status, wanted) => {
    const here = about(seen(stackOf({ status })));
    expect([statuses(judgeStack(here)), statuses(judgeStackBefore(here))]).toEqual([[wanted], [wanted]]);
  });

  it('that is not there is what a first deployment wants, and otherwise nothing to look at', () => {
    expect(statuses(judgeStackBefore(about(seen(undefined))))).toEqual(['ok']);
    expect(judgeStack(about(seen(undefined)))).toMatchObject([{ status: 'unchecked', because: 'no-stack' }]);
  });

  it('that could not be read, or is not modelled, is unknown', () => {
    const unmodelled: Seen<never> = { seen: false, because: 'not-modelled', why: 'InvalidAction' };
    for (const judge of [judgeStack, judgeStackBefore]) {
      expect(judge(about(denied))).toMatchObject([{ status: 'unchecked', because: 'denied' }]);
      expect(judge(about(unmodelled))).toMatchObject([{ status: 'unchecked', because: 'not-modelled' }]);
    }
  });
});

describe('versions', () => {
  it('of the product are compared by what the stack says of itself', () => {
    const judge = (stack: Seen<Stack | undefined>) => statuses(judgeProduct('0.2.0', { stack }));
    expect(judge(seen(stackOf({ tags: { [versionTag]: '0.2.0' } })))).toEqual(['ok']);
    expect(judge(seen(stackOf({ outputs: { [versionOutput]: '0.1.0' } })))).toEqual(['warning']);
    expect(judge(seen(stackOf()))).toEqual(['unchecked']);
    expect(judge(seen(undefined))).toEqual(['unchecked']);
    expect(judge(denied)).toEqual(['unchecked']);
  });

  it('of the records fail when they are newer than ours', () => {
    const judge = (schema: Parameters<typeof judgeRecords>[0]) =>
      statuses(judgeRecords(schema, { kind: 'aws', table: 't' }));
    expect(judge(seen(schemaVersion))).toEqual(['ok']);
    expect(judge(seen(undefined))).toEqual(['ok']);
    expect(judge(seen(schemaVersion + 1))).toEqual(['failed']);
    expect(judge('no-table')).toEqual(['unchecked']);
    expect(judge(denied)).toEqual(['unchecked']);
  });
});

test('A stop switch that is on is a warning, and one that nobody can look at is unknown', () => {
  expect(statuses(judgeSwitch(seen({ scope: 'off', why: 'fine' })))).toEqual(['ok']);
  expect(statuses(judgeSwitch(seen(undefined)))).toEqual(['ok']);
  expect(judgeSwitch(seen({ scope: 'all', why: 'a fire' }))).toMatchObject([
    { status: 'warning', says: 'all: every change is stopped, because a fire' },
  ]);
  expect(statuses(judgeSwitch(seen({ scope: 'retire', why: 'it is missing' })))).toEqual(['warning']);
  expect(statuses([...judgeSwitch('no-table'), ...judgeSwitch(denied)])).toEqual(['unchecked', 'unchecked']);
});
