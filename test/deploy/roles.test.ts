import { describe, expect, it } from 'vitest';
import type { Role } from '../../shared/actions/action.ts';
import { actions } from '../../shared/actions/index.ts';
import type { ActionKind } from '../../shared/model/plan.ts';
import { keyOperations } from '../../shared/model/storage.ts';
import { actionsOf, allowed, ofType, type Statement, statementsOf, template } from './packaged.ts';

const roleOf: Readonly<Record<Exclude<Role, 'restore'>, string>> = {
  'on-image-event': 'OnImageEventRole',
  retire: 'RetireRole',
  reap: 'ReapRole',
};
const roles = [...Object.values(roleOf), 'SweepRole'];
/** They have a boundary of their own: what they may do no function ever may. */
const ofStackSet = ['ForwardersAdministrationRole', 'ForwardersExecutionRole'];
const isRead = (action: string): boolean => /^ec2:(?:Describe|Get|List)/.test(action);

const holderOf: Readonly<Record<ActionKind, Role>> = {
  'copy-image': 'on-image-event',
  'mark-image': 'on-image-event',
  'share-image': 'on-image-event',
  'publish-image': 'on-image-event',
  'share-snapshots': 'on-image-event',
  'grant-key': 'on-image-event',
  'deprecate-image': 'retire',
  'give-notice': 'retire',
  'request-usage-report': 'retire',
  'disable-image': 'retire',
  'approve-removal': 'retire',
  'clean-up-copy': 'reap',
  'deregister-image': 'reap',
  'enable-image': 'retire',
  'cancel-deprecation': 'retire',
  'return-shares': 'on-image-event',
  'recover-image': 'restore',
};

/** Which role the table of actions gives each permission to. Cleaning up a failed copy is the work of two; a person restores. */
const needs: readonly (readonly [role: Exclude<Role, 'restore'>, permission: string])[] = Object.values(
  actions,
).flatMap(({ kind, permissions }) => {
  const holder = holderOf[kind];
  if (holder === 'restore') return [];
  if (kind === 'clean-up-copy')
    return permissions.map((one) => [one === 'ec2:CreateTags' ? 'retire' : 'reap', one] as const);
  return permissions.map((one) => [holder, one] as const);
});

const stack = template();
const pattern = /:ec2:\*:(?::(?:image|snapshot)|\$\{AWS::AccountId\}:(?:launch-template|image-usage-report))\/\*/;

const allowing = (role: string, action: string): Statement[] =>
  statementsOf(stack, role).filter((one) => one.Effect === 'Allow' && actionsOf(one).includes(action));

describe('the roles', () => {
  it('are one for each function, and no shared one', () => {
    const used = ofType(stack, 'AWS::Lambda::Function').map(([, { Properties }]) => Properties.Role);
    expect(new Set(used.map((role) => JSON.stringify(role))).size).toBe(used.length);
    expect(
      ofType(stack, 'AWS::IAM::Role')
        .map(([id]) => id)
        .sort(),
    ).toEqual([...roles, 'SchedulerRole', 'ForwarderRole', ...ofStackSet].sort());
  });

  it('all stay inside the boundary', () => {
    for (const [id, { Properties }] of ofType(stack, 'AWS::IAM::Role'))
      expect(Properties.PermissionsBoundary).toEqual({
        Ref: ofStackSet.includes(id) ? 'ForwardersBoundary' : 'Boundary',
      });
  });

  it('are allowed nothing that the boundary leaves out', () => {
    const document = stack.Boundary?.Properties.PolicyDocument as { Statement: Statement[] } | undefined;
    const bounds = (document?.Statement ?? []).flatMap((one) => (one.Effect === 'Allow' ? actionsOf(one) : []));
    const within = (action: string) =>
      bounds.some((bound) => (bound.endsWith('*') ? action.startsWith(bound.slice(0, -1)) : action === bound));
    for (const role of roles) expect(allowed(stack, role).filter((action) => !within(action))).toEqual([]);
  });

  it.each([
    'ec2:DescribeInstances',
    'ec2:DescribeLaunchTemplates',
    'ec2:DescribeLaunchTemplateVersions',
    'autoscaling:DescribeLaunchConfigurations',
    'autoscaling:DescribeAutoScalingGroups',
    'ec2:DescribeSpotInstanceRequests',
    'ec2:DescribeSpotFleetRequests',
    'ec2:DescribeFleets',
  ])('let retire and reap look for use with %s', (action) => {
    for (const role of ['RetireRole', 'ReapRole']) expect(allowed(stack, role)).toContain(action);
  });

  it.each(needs)('let %s call %s, as its actions say', (role, permission) => {
    expect(allowed(stack, roleOf[role])).toContain(permission);
  });

  it.each(Object.entries(roleOf))('let %s change nothing in EC2 that no action of it needs', (role, id) => {
    const needed = needs.filter(([holder]) => holder === role).map(([, permission]) => permission);
    const extra = allowed(stack, id).filter((one) => one.startsWith('ec2:') && !isRead(one) && !needed.includes(one));
    expect(extra).toEqual([]);
  });

  it('let sweep change nothing in EC2 at all', () => {
    expect(allowed(stack, 'SweepRole').filter((one) => one.startsWith('ec2:') && !isRead(one))).toEqual([]);
  });

  it('demand an ARN pattern and a condition for every change in EC2', () => {
    for (const role of roles)
      for (const one of statementsOf(stack, role)) {
        const changes = one.Effect === 'Allow' && actionsOf(one).some((a) => a.startsWith('ec2:') && !isRead(a));
        if (!changes) continue;
        expect(JSON.stringify(one.Resource), JSON.stringify(one)).toMatch(pattern);
        // DeleteTags knows no owner: the mark, which only our own images carry, stands for it.
        const owned = /ec2:Owner|RequestTag|CreateAction|ResourceTag\/ami-steward:publish/;
        const marked = /ResourceTag\/ami-steward:managed/;
        const onlyTags = actionsOf(one).every((action) => action === 'ec2:DeleteTags');
        expect(JSON.stringify(one.Condition), JSON.stringify(one)).toMatch(onlyTags ? marked : owned);
      }
  });

  it('let on-image-event grant what launching takes to whole accounts other than ours, and nothing else', () => {
    const [own, forEc2, ...more] = allowing('OnImageEventRole', 'kms:CreateGrant');
    expect(more).toEqual([]);
    expect(own?.Condition).toMatchObject({
      'ForAllValues:StringEquals': { 'kms:GrantOperations': [...keyOperations] },
      StringLike: { 'kms:GranteePrincipal': 'arn:*:iam::*:root' },
      StringNotLike: {
        'kms:GranteePrincipal': { 'Fn::Sub': expect.stringMatching(/^arn:\*:iam::\$\{AWS::AccountId\}:\*$/) },
      },
    });
    expect(forEc2?.Condition).toMatchObject({ Bool: { 'kms:GrantIsForAWSResource': 'true' } });
    for (const role of roles.filter((one) => one !== 'OnImageEventRole'))
      expect(allowed(stack, role)).not.toContain('kms:CreateGrant');
  });

  it('let retire and reap read what the Recycle Bin keeps, and nobody change its rules', () => {
    const reads = ['ec2:DescribeSnapshots', 'ec2:ListImagesInRecycleBin', 'rbin:GetRule', 'rbin:ListRules'];
    for (const role of ['RetireRole', 'ReapRole']) expect(allowed(stack, role)).toEqual(expect.arrayContaining(reads));
    for (const role of roles)
      expect(allowed(stack, role).filter((one) => one.startsWith('rbin:') && !reads.includes(one))).toEqual([]);
    const [, boundary] = ofType(stack, 'AWS::IAM::ManagedPolicy')[0] ?? [];
    expect(JSON.stringify(boundary)).toMatch(/"rbin:DeleteRule","rbin:UnlockRule","rbin:UpdateRule"/);
  });

  it('use no wildcard in what they allow', () => {
    for (const role of roles) expect(allowed(stack, role).filter((action) => action.includes('*'))).toEqual([]);
  });

  it('let each write its own rows of the table only', () => {
    const keysOf = (role: string): unknown =>
      allowing(role, 'dynamodb:PutItem').map(({ Condition }) => Condition?.['ForAllValues:StringLike']);
    expect(keysOf('OnImageEventRole')).toEqual([{ 'dynamodb:LeadingKeys': ['image#*', 'pointers', 'set-aside'] }]);
    expect(keysOf('SweepRole')).toEqual([
      { 'dynamodb:LeadingKeys': ['image#*', 'control#store', 'control#freeze', 'control#run#sweep'] },
    ]);
    expect(keysOf('RetireRole')).toEqual([{ 'dynamodb:LeadingKeys': ['image#*', 'control#run#retire'] }]);
    expect(keysOf('ReapRole')).toEqual([{ 'dynamodb:LeadingKeys': ['image#*', 'control#run#reap'] }]);
  });

  it('pair ForAllValues with Null, since ForAllValues alone is true of no value', () => {
    for (const role of roles)
      for (const { Condition = {} } of statementsOf(stack, role))
        for (const key of Object.keys(
          Condition['ForAllValues:StringLike'] ?? Condition['ForAllValues:StringEquals'] ?? {},
        ))
          expect(Condition.Null).toEqual({ [key]: 'false' });
  });
});

describe('what others read for us', () => {
  const forReferences = (role: string): Statement[] =>
    statementsOf(stack, role).filter(({ Condition }) =>
      JSON.stringify(Condition ?? {}).includes('ec2-images.amazonaws.com'),
    );

  it('is what DescribeImageReferences looks at, for the two functions that take, and nothing that changes', () => {
    expect(roles.filter((role) => forReferences(role).length > 0)).toEqual(['RetireRole', 'ReapRole']);
    for (const role of ['RetireRole', 'ReapRole'])
      expect(forReferences(role).flatMap(actionsOf).sort()).toEqual([
        'ec2:DescribeInstances',
        'ec2:DescribeLaunchTemplateVersions',
        'ec2:DescribeLaunchTemplates',
        'imagebuilder:GetContainerRecipe',
        'imagebuilder:ListContainerRecipes',
        'imagebuilder:ListImageRecipes',
        'ssm:DescribeParameters',
        'ssm:GetParameters',
      ]);
  });

  it('are the recipes through EC2 alone', () => {
    for (const role of roles)
      for (const one of statementsOf(stack, role))
        if (actionsOf(one).some((action) => action.startsWith('imagebuilder:')))
          expect(one.Condition).toEqual({
            'ForAnyValue:StringEquals': { 'aws:CalledVia': 'ec2-images.amazonaws.com' },
          });
  });

  it('are usage reports, which retire alone asks for, of images of ours, and with our mark', () => {
    expect(roles.filter((role) => allowed(stack, role).includes('ec2:CreateImageUsageReport'))).toEqual(['RetireRole']);
    expect(allowing('RetireRole', 'ec2:CreateImageUsageReport').map(({ Condition }) => Condition)).toEqual([
      { StringEquals: { 'ec2:Owner': { Ref: 'AWS::AccountId' } } },
      { StringEquals: { 'aws:RequestTag/ami-steward:managed': 'true' } },
    ]);
  });
});

describe('the latch', () => {
  const takes = ['ec2:DeregisterImage', 'ec2:DeleteSnapshot'];
  const approved = 'aws:ResourceTag/ami-steward:reap';

  it('lets reap alone deregister, and only what is managed and approved', () => {
    for (const action of takes) {
      expect(roles.filter((role) => allowed(stack, role).includes(action))).toEqual(['ReapRole']);
      for (const { Condition } of allowing('ReapRole', action))
        expect(Condition?.StringEquals).toMatchObject({
          'ec2:Owner': { Ref: 'AWS::AccountId' },
          'aws:ResourceTag/ami-steward:managed': 'true',
          [approved]: 'approved',
        });
    }
  });

  it('keeps the approval from everyone but retire', () => {
    expect(roles.filter((role) => allowed(stack, role).includes('ec2:CreateTags'))).toEqual([
      'OnImageEventRole',
      'RetireRole',
    ]);
    const denied = statementsOf(stack, 'OnImageEventRole').find(
      (one) => one.Effect === 'Deny' && actionsOf(one).includes('ec2:CreateTags'),
    );
    expect(denied).toMatchObject({
      Action: ['ec2:CopyImage', 'ec2:CreateTags'],
      Resource: '*',
      Condition: { 'ForAnyValue:StringEquals': { 'aws:TagKeys': 'ami-steward:reap' } },
    });
  });

  it('lets retire set the approval and no other tag on an image or a snapshot', () => {
    const [onImages, onReports, ...more] = allowing('RetireRole', 'ec2:CreateTags');
    expect(more).toEqual([]);
    expect(onImages?.Condition).toMatchObject({
      StringEquals: { 'aws:RequestTag/ami-steward:reap': 'approved' },
      'ForAllValues:StringEquals': { 'aws:TagKeys': ['ami-steward:reap'] },
    });
    expect(onReports).toMatchObject({
      Resource: { 'Fn::Sub': expect.stringMatching(/:image-usage-report\/\*$/) },
      Condition: { StringEquals: { 'ec2:CreateAction': 'CreateImageUsageReport' } },
    });
  });
});
