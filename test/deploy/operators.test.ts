import { describe, expect, inject, it } from 'vitest';
import { admitOperators } from '../../scripts/operators.mjs';
import { operatorRole } from '../roles/roles.ts';
import { actionsOf, allowed, given, type Statement, statementsOf, template, wholeTemplate } from './packaged.ts';

const stack = template(inject('given'));
const operator = stack[operatorRole];
const may = allowed(stack, operatorRole);
const allowing = (action: string): Statement[] =>
  statementsOf(stack, operatorRole).filter((one) => one.Effect === 'Allow' && actionsOf(one).includes(action));

describe('the role of operators', () => {
  it('is not there unless somebody is named, and is then told by the stack', () => {
    expect(template()).not.toHaveProperty(operatorRole);
    expect(JSON.stringify(wholeTemplate())).not.toContain('OperatorRole');
    expect(wholeTemplate(inject('given')).Outputs).toMatchObject({
      OperatorRoleArn: { Value: { 'Fn::GetAtt': [operatorRole, 'Arn'] } },
    });
  });

  it('is for those who were named, and for nobody else', () => {
    expect(operator?.Properties.AssumeRolePolicyDocument).toMatchObject({
      Statement: [{ Effect: 'Allow', Action: 'sts:AssumeRole', Principal: { AWS: given.operators.split(',') } }],
    });
  });

  it('stays inside the boundary, and is named by service, stage and home Region', () => {
    expect(operator?.Properties).toMatchObject({
      PermissionsBoundary: { Ref: 'Boundary' },
      RoleName: { 'Fn::Sub': `ami-steward-prod-operator-\${AWS::Region}` },
    });
  });

  it('takes nothing: it neither disables nor removes nor approves nor copies', () => {
    const changes = may.filter((action) => action.startsWith('ec2:') && !/^ec2:(?:Describe|Get|List)/.test(action));
    expect(changes.sort()).toEqual([
      'ec2:CreateLaunchTemplateVersion',
      'ec2:CreateTags',
      'ec2:DeleteTags',
      'ec2:DisableImageDeprecation',
      'ec2:EnableImage',
      'ec2:EnableImageDeprecation',
      'ec2:ModifyImageAttribute',
      'ec2:ModifyLaunchTemplate',
      'ec2:RestoreImageFromRecycleBin',
      'ec2:RestoreSnapshotFromRecycleBin',
    ]);
    const denied = statementsOf(stack, operatorRole).filter(({ Effect }) => Effect === 'Deny');
    expect(denied).toMatchObject([
      { Action: 'ec2:CreateTags', Condition: { 'ForAnyValue:StringEquals': { 'aws:TagKeys': 'ami-steward:reap' } } },
    ]);
    expect(allowing('ec2:DeleteTags')).toMatchObject([
      { Condition: { 'ForAllValues:StringEquals': { 'aws:TagKeys': ['ami-steward:reap'] } } },
    ]);
  });

  it('touches images of its own account alone', () => {
    for (const action of may.filter((one) =>
      /^ec2:(?:Restore|Create|Enable|Disable|Modify)[A-Za-z]*(?:Image|Snapshot|Tags)/.test(one),
    ))
      for (const { Condition } of allowing(action))
        expect(Condition?.StringEquals, action).toMatchObject({ 'ec2:Owner': { Ref: 'AWS::AccountId' } });
  });

  it('writes what people say of images, approvals, the switch and pointers, and no run of a function', () => {
    expect(allowing('dynamodb:PutItem').map(({ Condition }) => Condition?.['ForAllValues:StringLike'])).toEqual([
      { 'dynamodb:LeadingKeys': ['image#*', 'pointers', 'control#approved#*', 'control#freeze'] },
    ]);
  });

  it('sends nothing to queue or bus, and of the stack reads what doctor tells', () => {
    const others = may.filter((action) => !/^(?:ec2|dynamodb|kms|ssm|rbin|autoscaling|imagebuilder):/.test(action));
    expect(others.sort()).toEqual([
      'cloudformation:DescribeStacks',
      'events:ListRules',
      'events:ListTargetsByRule',
      'servicequotas:GetServiceQuota',
      'sqs:GetQueueAttributes',
    ]);
    expect(allowing('cloudformation:DescribeStacks')).toMatchObject([{ Resource: { Ref: 'AWS::StackId' } }]);
  });
});

describe('operators', () => {
  const admitted = (operators: string) => {
    const role = { Properties: { AssumeRolePolicyDocument: { Statement: [] as object[] } } };
    const made: { Resources: Record<string, unknown>; Outputs: Record<string, unknown> } = {
      Resources: { OperatorRole: role },
      Outputs: {},
    };
    admitOperators(made, operators);
    return { made, trust: role.Properties.AssumeRolePolicyDocument.Statement };
  };

  it('may be an organization, by its id', () => {
    expect(admitted('o-a1b2c3d4e5').trust).toEqual([
      {
        Effect: 'Allow',
        Action: 'sts:AssumeRole',
        Principal: { AWS: '*' },
        Condition: { StringEquals: { 'aws:PrincipalOrgID': 'o-a1b2c3d4e5' } },
      },
    ]);
  });

  it('may stand with blanks between, and be a whole account', () => {
    const both = ['arn:aws:iam::111122223333:root', 'arn:aws:iam::999988887777:role/x/y'];
    expect(admitted(both.join(' , ')).trust).toMatchObject([{ Principal: { AWS: both } }]);
  });

  it.each([
    '*',
    'arn:aws:iam::111122223333:role/*',
    'arn:aws:iam::*:root',
    'somebody',
    'o-a1b2c3d4e5,o-b1b2c3d4e5',
    'arn:aws:iam::111122223333:role/a,',
    'arn:aws:sts::111122223333:assumed-role/a/b',
  ])('stop the packaging when they are %s', (operators) => {
    expect(() => admitted(operators)).toThrow(/^operators: "/);
  });
});
