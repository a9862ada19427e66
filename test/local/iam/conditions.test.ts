import { describe, expect, it } from 'vitest';
import type { Access } from '../../../local/iam/access.ts';
import { type ConditionBlock, conditionOf } from '../../../local/iam/conditions.ts';

const owner = 'ec2:Owner';
const keys = 'aws:TagKeys';

/** An image is tagged, owned by `owner` where it is given, with these keys in the request where there are any. */
const access = (values: Record<string, string> = {}, requestTags: Record<string, string> = {}): Access => ({
  action: 'ec2:CreateTags',
  type: 'image',
  resource: 'arn:aws:ec2:us-east-1::image/ami-1',
  region: 'us-east-1',
  values,
  requestTags,
});

const owned = (by: string): Access => access({ [owner]: by });
const absent = access();
const tagged = (...names: string[]): Access => access({}, Object.fromEntries(names.map((name) => [name, 'x'])));

const holds = (block: ConditionBlock, one: Access): boolean => conditionOf(block)(one);

describe.each<[operator: string, wanted: string | string[], given: [Access, boolean][]]>([
  [
    'StringEquals',
    ['111', '222'],
    [
      [owned('222'), true],
      [owned('333'), false],
      [owned('2222'), false],
      [absent, false],
    ],
  ],
  [
    'StringNotEquals',
    ['111', '222'],
    [
      [owned('333'), true],
      [owned('111'), false],
      [absent, true],
    ],
  ],
  [
    'StringLike',
    ['1?1', '2*'],
    [
      [owned('151'), true],
      [owned('2'), true],
      [owned('15'), false],
      [owned('x2'), false],
      [absent, false],
    ],
  ],
  [
    'StringNotLike',
    '2*',
    [
      [owned('3'), true],
      [owned('23'), false],
      [absent, true],
    ],
  ],
  [
    'Bool',
    'true',
    [
      [owned('true'), true],
      [owned('True'), true],
      [owned('false'), false],
      [absent, false],
    ],
  ],
  [
    'Null',
    'true',
    [
      [owned('111'), false],
      [absent, true],
    ],
  ],
  [
    'Null',
    'false',
    [
      [owned('111'), true],
      [absent, false],
    ],
  ],
])('%s %s', (operator, wanted, given) => {
  it.each(given)('of %o is %s', (one, expected) => {
    expect(holds({ [operator]: { [owner]: wanted } }, one)).toBe(expected);
  });
});

describe.each(['ArnEquals', 'ArnLike'])('%s', (operator) => {
  const pattern = 'arn:*:iam::*:role/a*';
  it.each([
    ['arn:aws:iam::111122223333:role/a/b', true],
    ['arn:aws:iam::111122223333:role/b', false],
    ['arn:aws:iam:x:1:1:role/a', false],
  ])('of %s is %s: no star reaches into the next part', (arn, expected) => {
    expect(holds({ [operator]: { [owner]: pattern } }, owned(arn))).toBe(expected);
    expect(holds({ [operator.replace('Arn', 'ArnNot')]: { [owner]: pattern } }, owned(arn))).toBe(!expected);
  });

  it('of nothing is false, and its negation true', () => {
    expect(holds({ [operator]: { [owner]: pattern } }, absent)).toBe(false);
    expect(holds({ [operator.replace('Arn', 'ArnNot')]: { [owner]: pattern } }, absent)).toBe(true);
  });
});

describe('a key with several values', () => {
  const cases: [string, Access, boolean][] = [
    ['ForAllValues:StringEquals', tagged('a', 'b'), true],
    ['ForAllValues:StringEquals', tagged('a', 'c'), false],
    ['ForAllValues:StringEquals', absent, true],
    ['ForAllValues:StringLike', tagged('a', 'b'), true],
    ['ForAllValues:StringNotEquals', tagged('c', 'd'), true],
    ['ForAllValues:StringNotEquals', tagged('c', 'a'), false],
    ['ForAllValues:StringNotEquals', absent, true],
    ['ForAnyValue:StringEquals', tagged('c', 'a'), true],
    ['ForAnyValue:StringEquals', tagged('c', 'd'), false],
    ['ForAnyValue:StringEquals', absent, false],
    ['ForAnyValue:StringNotEquals', tagged('a', 'c'), true],
    ['ForAnyValue:StringNotEquals', tagged('a', 'b'), false],
    ['ForAnyValue:StringNotEquals', absent, false],
    ['ForAllValues:ArnLike', absent, true],
  ];
  it.each(cases)('%s of %o is %s', (operator, one, expected) => {
    const wanted = operator.includes('Arn') ? 'arn:aws:iam::1:a' : ['a', 'b'];
    expect(holds({ [operator]: { [keys]: wanted } }, one)).toBe(expected);
  });
});

describe('a condition', () => {
  it('holds when every operator and every key of it does', () => {
    const block = { StringEquals: { [owner]: '1', 'ec2:Public': 'false' }, Null: { [keys]: 'true' } };
    expect(holds(block, access({ [owner]: '1', 'ec2:Public': 'false' }))).toBe(true);
    expect(holds(block, access({ [owner]: '1', 'ec2:Public': 'true' }))).toBe(false);
    expect(holds(block, access({ [owner]: '1', 'ec2:Public': 'false' }, { a: 'x' }))).toBe(false);
  });

  it('finds no key that the action does not supply, even where the value is known', () => {
    const deleting: Access = { ...owned('111'), action: 'ec2:DeleteTags' };
    expect(holds({ StringEquals: { [owner]: '111' } }, deleting)).toBe(false);
    expect(holds({ Null: { [owner]: 'true' } }, deleting)).toBe(true);
  });

  it('reads tags of the resource and of the request apart', () => {
    const one: Access = { ...access({}, { Team: 'new' }), tags: { Team: 'old' } };
    expect(holds({ StringEquals: { 'aws:ResourceTag/Team': 'old', 'aws:RequestTag/Team': 'new' } }, one)).toBe(true);
    expect(holds({ StringEquals: { 'aws:ResourceTag/Team': 'new' } }, one)).toBe(false);
    expect(holds({ StringEquals: { 'aws:ResourceTag/Owner': 'old' } }, one)).toBe(false);
  });

  it('knows the Region of every call', () => {
    expect(holds({ StringEquals: { 'aws:RequestedRegion': ['eu-west-1', 'us-east-1'] } }, absent)).toBe(true);
    expect(holds({ StringEquals: { 'aws:RequestedRegion': 'eu-west-1' } }, absent)).toBe(false);
  });

  it.each<[string, ConditionBlock]>([
    ['an operator that is not built', { NumericEquals: { [owner]: '1' } }],
    ['an operator with IfExists', { StringEqualsIfExists: { [owner]: '1' } }],
    ['a quantifier that does not exist', { 'ForSome:StringEquals': { [keys]: '1' } }],
    ['an operator named like a property of all objects', { toString: { [owner]: '1' } }],
    ['a key that nothing supplies', { StringEquals: { 'ec2:Owners': '1' } }],
    ['a Null that is neither true nor false', { Null: { [owner]: 'yes' } }],
    ['a policy variable', { StringLike: { [owner]: `\${aws:username}` } }],
    ['an ARN that is none', { ArnLike: { [owner]: 'role/*' } }],
  ])('with %s is an error', (_what, block) => {
    expect(() => conditionOf(block)).toThrow(/not built|not known|no ARN|true or false/);
  });
});
