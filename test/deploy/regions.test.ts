import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parseAmiStateChange } from '../../events/ami-state-change/parse.ts';
import { compilePattern, type EventPattern } from '../../local/services/event-pattern.ts';
import { placeRegions, regionsOf } from '../../scripts/regions.mjs';
import { copyTo, policy, selector } from '../rules/make.ts';
import { actionsOf, allowed, type Resource, root, type Statement, statementsOf, template } from './packaged.ts';

const stack = template();
const forwarders = stack.Forwarders as Resource;
const jsonOf = (file: string) => JSON.parse(readFileSync(join(root, file), 'utf8'));
const elsewhere = jsonOf('events/ami-state-change/disabled.json');
const homeBus = {
  'Fn::Sub': `arn:\${AWS::Partition}:events:\${AWS::Region}:\${AWS::AccountId}:event-bus/default`,
};

describe('the Regions of a policy', () => {
  it('are home, where images are born, and where copies and pointers go', () => {
    const publish = {
      when: 'each-region' as const,
      ssm: [
        { parameter: '/a', regions: ['sa-east-1'] },
        { parameter: '/b', regions: 'all' as const },
      ],
      launchTemplates: [],
    };
    const golden = policy({
      select: selector({ regions: ['eu-west-1', 'us-east-1'] }),
      copy: copyTo('ap-south-1'),
      publish,
    });
    expect(regionsOf({ policies: [golden, policy()] }, 'us-west-2')).toEqual([
      'ap-south-1',
      'eu-west-1',
      'sa-east-1',
      'us-east-1',
      'us-west-2',
    ]);
  });

  const marks = { policy: 'P', forwarding: 'F', stackSets: 'S' };
  const made = () => ({
    Resources: {
      Boundary: { Condition: undefined, Properties: { Regions: ['P', 'x'], Other: 'P' } },
      Forwarders: { Condition: 'Forwards', Properties: { Regions: 'F', Principal: { Service: 'S' } } },
    },
  });

  it('are put where there is a mark for them, with the names of CloudFormation where a Region is to be switched on', () => {
    const filled = made();
    placeRegions(filled, ['af-south-1', 'eu-west-1', 'us-east-1'], 'us-east-1', marks);
    const all = ['af-south-1', 'eu-west-1', 'us-east-1'];
    expect(filled.Resources).toEqual({
      Boundary: { Condition: undefined, Properties: { Regions: [all, 'x'], Other: all } },
      Forwarders: {
        Condition: 'Forwards',
        Properties: {
          Regions: ['af-south-1', 'eu-west-1'],
          Principal: { Service: ['cloudformation.amazonaws.com', 'cloudformation.af-south-1.amazonaws.com'] },
        },
      },
    });
  });

  it('leave nothing that forwards where home is the only one', () => {
    const filled = made();
    placeRegions(filled, ['us-east-1'], 'us-east-1', marks);
    expect(Object.keys(filled.Resources)).toEqual(['Boundary']);
  });
});

describe('the stack set', () => {
  const inner = JSON.parse(String(forwarders.Properties.TemplateBody)) as { Resources: Record<string, Resource> };

  it('puts one rule, and nothing else, into each Region that policy.yml names beside home', () => {
    expect(forwarders.Properties.StackInstancesGroup).toEqual([
      { DeploymentTargets: { Accounts: [{ Ref: 'AWS::AccountId' }] }, Regions: ['eu-west-1', 'us-west-2'] },
    ]);
    expect(Object.values(inner.Resources).map(({ Type }) => Type)).toEqual(['AWS::Events::Rule']);
  });

  it('forwards what the home rule takes to the bus that the home rule is on, as a role of this stack', () => {
    const parameters = forwarders.Properties.Parameters as { ParameterKey: string; ParameterValue: unknown }[];
    const given = Object.fromEntries(
      parameters.map(({ ParameterKey, ParameterValue }) => [ParameterKey, ParameterValue]),
    );
    expect(given).toMatchObject({ HomeBus: homeBus, ForwarderRole: { 'Fn::GetAtt': ['ForwarderRole', 'Arn'] } });
    expect(inner.Resources.Forwarder?.Properties).toMatchObject({
      EventPattern: stack.AmiStateChangeRule?.Properties.EventPattern,
      Targets: [{ Arn: { Ref: 'HomeBus' }, RoleArn: { Ref: 'ForwarderRole' } }],
    });
    expect(stack.AmiStateChangeRule?.Properties).not.toHaveProperty('EventBusName');
  });

  it('sends events that the home rule matches, and that are read as being about the Region they came from', () => {
    expect(elsewhere.region).not.toBe('us-east-1');
    const pattern = stack.AmiStateChangeRule?.Properties.EventPattern as EventPattern;
    expect(compilePattern({ ...pattern, account: [elsewhere.account] })(elsewhere)).toBe(true);
    const read = parseAmiStateChange(elsewhere);
    expect(read.ok && read.event.image).toBe(`${elsewhere.region}/${elsewhere.detail.ImageId}`);
  });

  it('is left out, with all that serves it, by a parameter and outside the partition aws', () => {
    const file = join(root, '.serverless', 'cloudformation-template-update-stack.json');
    const { Conditions } = JSON.parse(readFileSync(file, 'utf8'));
    expect(Conditions.Forwards).toEqual({ 'Fn::Equals': [{ Ref: 'AWS::Partition' }, 'aws'] });
    const source = readFileSync(join(root, 'serverless.yml'), 'utf8');
    expect(source).toMatch(
      /Forwards: !And \[!Equals \['\$\{param:forwarders\}', 'on'\], !Equals \[!Ref AWS::Partition, aws\]\]/,
    );
    for (const id of ['Forwarders', 'ForwarderRole', 'ForwardersAdministrationRole', 'ForwardersExecutionRole'])
      expect(stack[id]).toMatchObject({ Condition: 'Forwards' });
    const others = Object.entries(stack).filter(([, one]) => !('Condition' in one));
    expect(others.filter(([, one]) => JSON.stringify(one).includes('"Forward'))).toEqual([]);
  });
});

describe('the roles of the stack set', () => {
  it('are named by service, stage and home Region, so that two stacks do not meet', () => {
    const name = `ami-steward-prod-forwarders-\${AWS::Region}`;
    expect(stack.ForwardersExecutionRole?.Properties.RoleName).toEqual({ 'Fn::Sub': name });
    expect(statementsOf(stack, 'ForwardersAdministrationRole')).toEqual([
      {
        Effect: 'Allow',
        Action: 'sts:AssumeRole',
        Resource: { 'Fn::Sub': `arn:\${AWS::Partition}:iam::\${AWS::AccountId}:role/${name}` },
      },
    ]);
  });

  it('let events through to the home bus, and no more', () => {
    expect(statementsOf(stack, 'ForwarderRole')).toEqual([
      { Effect: 'Allow', Action: 'events:PutEvents', Resource: homeBus },
    ]);
  });

  it('make no role, and pass none but that of the rule, to EventBridge', () => {
    const iam = statementsOf(stack, 'ForwardersExecutionRole').filter((one) =>
      actionsOf(one).some((action) => action.startsWith('iam:')),
    );
    expect(iam).toEqual([
      {
        Effect: 'Allow',
        Action: 'iam:PassRole',
        Resource: { 'Fn::GetAtt': ['ForwarderRole', 'Arn'] },
        Condition: { StringEquals: { 'iam:PassedToService': 'events.amazonaws.com' } },
      },
    ]);
  });

  it('touch no rule, stack or object that is not theirs', () => {
    for (const { Action, Resource: on, Condition } of statementsOf(stack, 'ForwardersExecutionRole')) {
      const isRead = [Action].flat().every((one) => /:(?:Get|Validate)Template/.test(one));
      const elsewhereOnly = { StringNotEquals: { 'aws:ResourceAccount': { Ref: 'AWS::AccountId' } } };
      if (on === '*' && !isRead) expect(Condition).toEqual(elsewhereOnly);
      else if (!isRead) expect(JSON.stringify(on)).toMatch(/ami-steward-prod-|ForwarderRole/);
    }
  });
});

describe('the boundary', () => {
  const boundary = stack.Boundary as Resource;
  const { Statement: all } = boundary.Properties.PolicyDocument as { Statement: Statement[] };
  const denied = all.find(({ Condition }) => JSON.stringify(Condition ?? {}).includes('aws:RequestedRegion'));

  it('lets nothing be changed in EC2 outside the Regions of the policy', () => {
    expect(denied).toMatchObject({
      Effect: 'Deny',
      Resource: '*',
      Condition: { StringNotEquals: { 'aws:RequestedRegion': ['eu-west-1', 'us-east-1', 'us-west-2'] } },
    });
    const roles = ['OnImageEventRole', 'SweepRole', 'RetireRole', 'ReapRole'];
    const ec2 = roles.flatMap((role) => allowed(stack, role)).filter((action) => action.startsWith('ec2:'));
    const caught = (action: string) =>
      actionsOf(denied as Statement).some((one) => action.startsWith(one.slice(0, -1)));
    for (const action of ec2)
      expect([action, caught(action)]).toEqual([action, !/^ec2:(?:Describe|Get|List)/.test(action)]);
  });
});
