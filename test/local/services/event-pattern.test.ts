import { describe, expect, it } from 'vitest';
import { compilePattern, type EventPattern } from '../../../local/services/event-pattern.ts';

const event = {
  source: 'aws.ec2',
  'detail-type': 'EC2 AMI State Change',
  account: '111122223333',
  resources: ['arn:aws:ec2:us-east-1::image/ami-1', 'arn:aws:ec2:us-east-1::image/ami-2'],
  detail: {
    State: 'available',
    ErrorMessage: '',
    size: 8,
    ratio: -1.5,
    done: true,
    nothing: null,
    tags: [
      { key: 'Team', value: 'web' },
      { key: 'Env', value: 'prod' },
    ],
    deep: { deeper: { word: 'Golden-AL2023-43' } },
    path: 'a*b\\c',
  },
};

const detail = (pattern: EventPattern): EventPattern => ({ detail: pattern });

const matching: [string, EventPattern][] = [
  ['exact text', { source: ['aws.ec2'] }],
  ['one of several texts', detail({ State: ['failed', 'available'] })],
  ['all fields', { source: ['aws.ec2'], detail: { State: ['available'] } }],
  ['empty text', detail({ ErrorMessage: [''] })],
  ['null', detail({ nothing: [null] })],
  ['a boolean', detail({ done: [true] })],
  ['a number', detail({ size: [8.0] })],
  ['one element of an array', { resources: ['arn:aws:ec2:us-east-1::image/ami-2'] }],
  ['a field of one object in an array', detail({ tags: { key: ['Env'], value: ['prod'] } })],
  ['nested fields', detail({ deep: { deeper: { word: ['Golden-AL2023-43'] } } })],
  ['prefix', detail({ State: [{ prefix: 'avail' }] })],
  ['prefix without case', detail({ deep: { deeper: { word: [{ prefix: { 'equals-ignore-case': 'GOLDEN-' } }] } } })],
  ['suffix', detail({ State: [{ suffix: 'able' }] })],
  ['suffix without case', detail({ State: [{ suffix: { 'equals-ignore-case': 'ABLE' } }] })],
  ['equals-ignore-case', detail({ State: [{ 'equals-ignore-case': 'AVAILABLE' }] })],
  ['anything-but a text', detail({ State: [{ 'anything-but': 'failed' }] })],
  ['anything-but a list', detail({ State: [{ 'anything-but': ['failed', 'disabled'] }] })],
  ['anything-but a number', detail({ size: [{ 'anything-but': [1, 2] }] })],
  ['anything-but a prefix', detail({ State: [{ 'anything-but': { prefix: 'dis' } }] })],
  ['anything-but several suffixes', detail({ State: [{ 'anything-but': { suffix: ['ed', 'ing'] } }] })],
  ['anything-but a wildcard', detail({ State: [{ 'anything-but': { wildcard: 'f*d' } }] })],
  ['numeric =', detail({ size: [{ numeric: ['=', 8] }] })],
  ['numeric range', detail({ size: [{ numeric: ['>', 7, '<=', 8] }] })],
  ['numeric below zero', detail({ ratio: [{ numeric: ['<', -1] }] })],
  ['exists', detail({ State: [{ exists: true }] })],
  ['exists with null', detail({ nothing: [{ exists: true }] })],
  ['exists not', detail({ Colour: [{ exists: false }] })],
  ['exists not, below a missing parent', { other: { Colour: [{ exists: false }] } }],
  ['a wildcard', detail({ deep: { deeper: { word: [{ wildcard: 'Golden-*-4*' }] } } })],
  ['a wildcard of nothing', detail({ State: [{ wildcard: 'available*' }] })],
  ['a wildcard with escapes', detail({ path: [{ wildcard: 'a\\*b\\\\c' }] })],
  ['$or by its second branch', { $or: [{ source: ['x'] }, { detail: { State: ['available'] } }] }],
  ['$or together with another field', { account: ['111122223333'], $or: [{ source: ['aws.ec2'] }, { source: ['x'] }] }],
];

const missing: [string, EventPattern][] = [
  ['another text', { source: ['aws.ebs'] }],
  ['one of two fields', { source: ['aws.ec2'], detail: { State: ['failed'] } }],
  ['a part of the text', detail({ State: ['avail'] })],
  ['another case', detail({ State: ['Available'] })],
  ['a number as text', detail({ size: ['8'] })],
  ['a missing field', detail({ Colour: ['red'] })],
  ['null for a missing field', detail({ Colour: [null] })],
  ['fields of two different objects in an array', detail({ tags: { key: ['Team'], value: ['prod'] } })],
  ['prefix', detail({ State: [{ prefix: 'vail' }] })],
  ['prefix of another case', detail({ State: [{ prefix: 'Avail' }] })],
  ['suffix', detail({ State: [{ suffix: 'abl' }] })],
  ['anything-but the text', detail({ State: [{ 'anything-but': ['failed', 'available'] }] })],
  ['anything-but the prefix', detail({ State: [{ 'anything-but': { prefix: 'avail' } }] })],
  ['anything-but on a missing field', detail({ Colour: [{ 'anything-but': 'red' }] })],
  ['numeric outside', detail({ size: [{ numeric: ['>', 0, '<', 8] }] })],
  ['numeric on text', detail({ State: [{ numeric: ['>', 0] }] })],
  ['exists on a missing field', detail({ Colour: [{ exists: true }] })],
  ['exists on an object, which is no leaf', detail({ deep: [{ exists: true }] })],
  ['exists not on a present field', detail({ State: [{ exists: false }] })],
  ['a wildcard', detail({ State: [{ wildcard: 'f*d' }] })],
  ['a wildcard whose dot is a dot', { source: [{ wildcard: 'aws?ec*' }] }],
  ['$or without a true branch', { $or: [{ source: ['x'] }, { source: ['y'] }] }],
  ['$or when the other field misses', { account: ['0'], $or: [{ source: ['aws.ec2'] }, { source: ['x'] }] }],
];

describe('an event pattern', () => {
  it.each(matching)('matches by %s', (_what, pattern) => {
    expect(compilePattern(pattern)(event)).toBe(true);
  });

  it.each(missing)('does not match by %s', (_what, pattern) => {
    expect(compilePattern(pattern)(event)).toBe(false);
  });

  it.each<[string, EventPattern]>([
    ['nothing in it', {}],
    ['an empty list', { source: [] }],
    ['a bare text', { source: 'aws.ec2' }],
    ['an unknown operator', { source: [{ regex: '.*' }] }],
    ['an operator that is not built', { source: [{ cidr: '10.0.0.0/24' }] }],
    ['two operators at once', { source: [{ prefix: 'a', suffix: 'b' }] }],
    ['a numeric without number', detail({ size: [{ numeric: ['>'] }] })],
    ['a numeric with an unknown sign', detail({ size: [{ numeric: ['!', 1] }] })],
    ['exists with text', detail({ size: [{ exists: 'true' }] })],
    ['two stars in a row', { source: [{ wildcard: 'a**b' }] }],
  ])('with %s is refused', (_what, pattern) => {
    expect(() => compilePattern(pattern)).toThrow(/Event pattern is not valid/);
  });

  it('is not misled by names of JavaScript’s own', () => {
    expect(compilePattern({ constructor: [{ exists: false }] })({})).toBe(true);
  });
});
