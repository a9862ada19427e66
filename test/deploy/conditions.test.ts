import { describe, expect, inject, it } from 'vitest';
import { settleConditions } from '../../scripts/conditions.mjs';
import { partitionOf } from '../../scripts/regions.mjs';
import { partitionOf as inModel } from '../../shared/model/ids.ts';
import { given, template, wholeTemplate } from './packaged.ts';

const partition = { 'Fn::Equals': [{ Ref: 'AWS::Partition' }, 'aws'] };
const text = (a: string, b: string) => ({ 'Fn::Equals': [a, b] });

/** What becomes of a condition, and of a resource under it. */
function settled(condition: object, home = 'us-east-1') {
  const made: Parameters<typeof settleConditions>[0] = {
    Conditions: { C: condition },
    Resources: { Under: { Condition: 'C' }, Beside: {} },
  };
  settleConditions(made, home);
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

  it.each(['cn-north-1', 'us-gov-west-1', 'us-iso-east-1', 'eusc-de-east-1'])(
    'about the partition goes where home, as in %s, lies in another for sure',
    (home) => {
      expect(settled(partition, home)).toEqual({ left: {}, under: undefined });
      expect(settled({ 'Fn::And': [text('on', 'on'), partition] }, home)).toEqual({ left: {}, under: undefined });
      expect(settled({ 'Fn::Not': [partition] }, home)).toEqual({ left: {}, under: {} });
    },
  );

  it('is about the partition that ARNs have in that Region', () => {
    for (const region of [
      'cn-north-1',
      'us-gov-east-1',
      'us-isob-east-1',
      'us-isof-south-1',
      'eu-isoe-west-1',
      'us-iso-east-1',
    ])
      expect([region, partitionOf(region)]).toEqual([region, inModel(region)]);
    for (const region of ['us-east-1', 'eu-west-1', 'xx-new-1']) {
      expect(partitionOf(region)).toBeUndefined();
      expect(inModel(region)).toBe('aws');
    }
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
