import { describe, expect, inject, it } from 'vitest';
import { settleConditions } from '../../scripts/conditions.mjs';
import { given, template, wholeTemplate } from './packaged.ts';

const partition = { 'Fn::Equals': [{ Ref: 'AWS::Partition' }, 'aws'] };
const text = (a: string, b: string) => ({ 'Fn::Equals': [a, b] });

/** What becomes of a condition, and of a resource under it. */
function settled(condition: object) {
  const made: Parameters<typeof settleConditions>[0] = {
    Conditions: { C: condition },
    Resources: { Under: { Condition: 'C' }, Beside: {} },
  };
  settleConditions(made);
  expect(made.Resources).toHaveProperty('Beside');
  return { left: made.Conditions, under: made.Resources.Under };
}

describe('a condition', () => {
  it.each([
    ['that a parameter fulfils', text('on', 'on')],
    ['whose opposite never holds', { 'Fn::Not': [text('', 'a@example.com')] }],
    ['all parts of which hold', { 'Fn::And': [text('a', 'a'), text('b', 'b')] }],
  ])('%s goes, and what stands under it stays', (_what, condition) => {
    expect(settled(condition)).toEqual({ left: {}, under: {} });
  });

  it.each([
    ['that a parameter rules out', text('off', 'on')],
    ['whose opposite holds', { 'Fn::Not': [text('', '')] }],
    ['one part of which never holds', { 'Fn::And': [partition, text('off', 'on')] }],
  ])('%s goes with all that stands under it', (_what, condition) => {
    expect(settled(condition)).toEqual({ left: {}, under: undefined });
  });

  it('about what only CloudFormation knows stays, without the rest', () => {
    expect(settled({ 'Fn::And': [text('on', 'on'), partition] })).toEqual({
      left: { C: partition },
      under: { Condition: 'C' },
    });
    const both = { 'Fn::And': [partition, { 'Fn::Not': [partition] }] };
    expect(settled(both)).toEqual({ left: { C: both }, under: { Condition: 'C' } });
  });

  it('of a kind that is not built stops the packaging', () => {
    expect(() => settled({ 'Fn::Or': [partition, partition] })).toThrow(/Fn::Or/);
  });
});

describe('the packaged template', () => {
  it('asks CloudFormation for nothing but the partition', () => {
    const { Conditions } = wholeTemplate() as unknown as { Conditions: object };
    expect(Conditions).toEqual({ Schemas: partition, Forwards: partition });
  });

  it('mails alarms where an address was given, and nobody else', () => {
    expect(template(inject('given')).MailSubscription).toMatchObject({
      Properties: { Protocol: 'email', Endpoint: given.mail, TopicArn: { Ref: 'Topic' } },
    });
    expect(template(inject('given')).MailSubscription).not.toHaveProperty('Condition');
    expect(template()).not.toHaveProperty('MailSubscription');
  });
});
