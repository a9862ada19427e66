import { beforeAll, describe, expect, inject, it } from 'vitest';
import { wholeTemplate } from './packaged.ts';
import { Spec, type WholeTemplate } from './spec.ts';

let spec: Spec;
beforeAll(async () => {
  spec = await Spec.load();
});

it('the packaged template holds nothing that AWS does not know, with parameters or without', () => {
  expect(spec.findings(wholeTemplate())).toEqual([]);
  expect(spec.findings(wholeTemplate(inject('given')))).toEqual([]);
});

describe('a template', () => {
  /** The packaged one with one thing changed. */
  const changed = (
    change: (template: { Resources: Record<string, Record<string, never>>; Outputs: object }) => void,
  ) => {
    const template = structuredClone(wholeTemplate());
    change(template as never);
    return spec.findings(template as WholeTemplate);
  };
  const queue = (properties: object) =>
    changed(({ Resources }) => Object.assign(Resources.WorkQueue?.Properties ?? {}, properties));
  const schedule = (properties: object) =>
    changed(({ Resources }) => Object.assign(Resources.SweepSchedule?.Properties ?? {}, properties));

  it('with a resource type that does not exist is found out', () => {
    const found = changed(({ Resources }) => Object.assign(Resources, { Odd: { Type: 'AWS::SQS::Query' } }));
    expect(found).toEqual(['Odd: there is no resource type AWS::SQS::Query']);
  });

  it('with a misspelt property is found out, at the top and inside', () => {
    expect(queue({ VisibilityTimeOut: 1 })).toEqual(['WorkQueue has no property VisibilityTimeOut']);
    const Target = { Arn: 'a', RoleArn: 'b', DeadLetters: {} };
    expect(schedule({ Target })).toEqual(['SweepSchedule.Target has no property DeadLetters']);
  });

  it('without a required property is found out', () => {
    expect(schedule({ Target: { Arn: 'a' } })).toEqual(['SweepSchedule.Target lacks RoleArn']);
  });

  it('with a value of the wrong type, or one that is none of the possible ones, is found out', () => {
    expect(queue({ VisibilityTimeout: 'long' })).toEqual([expect.stringContaining('should be a integer')]);
    expect(queue({ SqsManagedSseEnabled: 'yes' })).toEqual([expect.stringContaining('should be a boolean')]);
    expect(queue({ Tags: 'a' })).toEqual(['WorkQueue.Tags should be a list']);
    expect(schedule({ State: 'ON' })).toEqual([expect.stringContaining('should be a string, not "ON"')]);
  });

  it('that refers to what is not there is found out', () => {
    expect(queue({ QueueName: { Ref: 'Nobody' } })).toEqual([expect.stringContaining('nothing is called Nobody')]);
    expect(queue({ QueueName: { 'Fn::GetAtt': ['Table', 'Name'] } })).toEqual([
      expect.stringContaining('AWS::DynamoDB::Table has no attribute Name'),
    ]);
    expect(queue({ QueueName: { 'Fn::Sub': `a-\${Table.Arn}-\${AWS::Region}-\${Tables}` } })).toEqual([
      expect.stringContaining('nothing is called Tables'),
    ]);
    const output = changed(({ Outputs }) => Object.assign(Outputs, { Odd: { Value: { Ref: 'Nobody' } } }));
    expect(output).toEqual([expect.stringMatching(/^Outputs.*Nobody/)]);
  });
});
