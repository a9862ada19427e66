import { describe, expect, it } from 'vitest';
import { reducedBy, type Whole } from './endpoint/lacking.ts';
import { wholeTemplate } from './packaged.ts';

describe('a template for an endpoint that lacks types', () => {
  const whole = wholeTemplate() as unknown as Whole;

  it('is the whole one where nothing lacks', () => {
    expect(reducedBy(whole, [])).toEqual({ template: whole, without: [] });
  });

  it('goes without what refers to them, in any number of steps, and without outputs about them', () => {
    const { template, without } = reducedBy(whole, ['AWS::SNS::Topic']);
    expect(without).toEqual(expect.arrayContaining(['Topic', 'TopicPolicy', 'SweepAgeAlarm', 'Dashboard']));
    expect(without).not.toContain('Table');
    expect(template.Outputs).not.toHaveProperty('TopicArn');
    expect(template.Outputs).toHaveProperty('TableName');
    expect(JSON.stringify(template)).not.toContain('"Ref":"Topic"');
  });

  it('goes without conditions that nothing stands under any more', () => {
    const { template } = reducedBy(whole, ['AWS::EventSchemas::Registry']);
    expect(Object.keys(template.Conditions ?? {})).toEqual(['Forwards']);
  });
});
