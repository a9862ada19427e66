import { describe, expect, it } from 'vitest';
import { confineParameters } from '../../scripts/published.mjs';
import { policy } from '../rules/make.ts';
import { actionsOf, allowed, type Resource, type Statement, statementsOf, template } from './packaged.ts';

const roles = ['OnImageEventRole', 'SweepRole', 'RetireRole', 'ReapRole'];
const arn = (path: string) => ({ 'Fn::Sub': `arn:\${AWS::Partition}:ssm:*:\${AWS::AccountId}:parameter${path}` });
const stack = template();

describe('parameters that are published', () => {
  it('are read by every function, since what they name must stay, and written by on-image-event alone', () => {
    for (const role of roles) expect(allowed(stack, role)).toContain('ssm:GetParameters');
    expect(roles.filter((role) => allowed(stack, role).includes('ssm:PutParameter'))).toEqual(['OnImageEventRole']);
  });

  it('are those that the policy file names, and no others', () => {
    for (const role of roles)
      for (const one of statementsOf(stack, role))
        if (actionsOf(one).some((action) => action.startsWith('ssm:')) && !looksForUse(role, one))
          expect(one.Resource).toEqual([arn('/golden/*/*/latest')]);
  });

  it('are apart from what retire and reap read to see who uses an image, which may be any parameter', () => {
    const looking = roles.flatMap((role) => statementsOf(stack, role).filter((one) => looksForUse(role, one)));
    const read = looking.filter((one) => actionsOf(one).includes('ssm:GetParameters') && one.Condition === undefined);
    const aliases = { 'Fn::Sub': `arn:\${AWS::Partition}:ssm:*::parameter/aws/service/*` };
    const all = [arn('/*'), aliases];
    expect(read.map(({ Resource }) => Resource)).toEqual([all, all]);
    expect(looking.flatMap(actionsOf).filter((one) => /^ssm:(?!DescribeParameters$|GetParameters$)/.test(one))).toEqual(
      [],
    );
  });

  it('are none where the policy publishes none: then no role may touch a parameter', () => {
    const statement = { Effect: 'Allow', Action: 'ssm:PutParameter', Resource: 'published' };
    const other = { Effect: 'Allow', Action: 'ec2:DescribeImages', Resource: '*' };
    const made = () => ({ Type: 'AWS::IAM::Role', Properties: policies([statement, other]) });
    const bare = { Resources: { Role: made() } };
    confineParameters(bare, { policies: [policy()] }, 'published');
    expect(bare.Resources.Role.Properties).toEqual(policies([other]));
    const full = { Resources: { Role: made(), Queue: { Type: 'AWS::SQS::Queue' } as Resource } };
    const ssm = ['/b/{tag:Family}/latest', '/a', '/a'].map((parameter) => ({ parameter, regions: 'all' as const }));
    const publish = { when: 'all-regions' as const, ssm, launchTemplates: [] };
    confineParameters(full, { policies: [policy({ publish })] }, 'published');
    const confined = { ...statement, Resource: [arn('/a'), arn('/b/*/latest')] };
    expect(full.Resources.Role.Properties).toEqual(policies([confined, other]));
  });
});

/** Only functions that take look for use. */
const looksForUse = (role: string, one: Statement): boolean =>
  (role === 'RetireRole' || role === 'ReapRole') && actionsOf(one).some((action) => action.startsWith('ssm:'));

const policies = (Statement: object[]) => ({ Policies: [{ PolicyDocument: { Statement } }] });

describe('launch templates', () => {
  it('get new versions only where their owner has tagged them', () => {
    const changing = roles.flatMap((role) =>
      statementsOf(stack, role)
        .filter((one) => actionsOf(one).some((action) => /LaunchTemplate/.test(action) && !/Describe/.test(action)))
        .map(({ Condition }) => [role, Condition]),
    );
    expect(changing).toEqual([
      ['OnImageEventRole', { StringEquals: { 'aws:ResourceTag/ami-steward:publish': 'true' } }],
    ]);
  });
});
