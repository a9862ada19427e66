import { describe, expect, test } from 'vitest';
import {
  imageArn,
  imageIdsIn,
  imageKey,
  imageRef,
  isAccountId,
  isImageId,
  isRegion,
  parseImageKey,
} from '../../shared/model/ids.ts';
import { accountOf, accountPrincipal } from '../../shared/model/policy.ts';
import { isKey } from '../../shared/model/storage.ts';

const long = 'ami-0123456789abcdef0';

describe('an image id', () => {
  test.each<[unknown, boolean]>([
    [long, true],
    ['ami-0123abcd', true],
    ['ami-0123abc', false],
    ['ami-0123abcde', false],
    ['ami-0123456789abcdef', false],
    ['ami-0123456789abcdef01', false],
    ['ami-0123456789ABCDEF0', false],
    ['xami-0123abcd', false],
    ['snap-0123abcd', false],
    ['ami-0123abcd ', false],
    [undefined, false],
    [12, false],
  ])('%s: %s', (text, expected) => expect(isImageId(text)).toBe(expected));

  test('of a number that reads like one is none', () => {
    expect(isImageId({ toString: () => long })).toBe(false);
  });
});

describe('the image ids in a text', () => {
  const short = 'ami-0123abcd';
  test.each<[string, string[]]>([
    ['none at all', []],
    [long, [long]],
    [short, [short]],
    [`{"a":"${long}","b":["${short}"]}`, [long, short]],
    [`${short}, and ${short} again`, [short]],
    ['ami-0123abc is too short', []],
    ['ami-xyzxyzxy, ami-xyzxyzxyzxyzxyzxy', []],
  ])('%s', (text, ids) => expect(imageIdsIn(text)).toEqual(ids));
});

describe('an account id', () => {
  test.each<[unknown, boolean]>([
    ['012345678901', true],
    ['12345678901', false],
    ['1234567890123', false],
    ['x123456789012', false],
    ['123456789012x', false],
    [123456789012, false],
  ])('%s: %s', (text, expected) => expect(isAccountId(text)).toBe(expected));
});

describe('a Region', () => {
  test.each<[unknown, boolean]>([
    ['eu-west-1', true],
    ['us-gov-west-1', true],
    ['eusc-de-east-1', true],
    ['eu-isoe-west-1', true],
    ['eusc-1', false],
    ['euscx-de-east-1', false],
    ['ap-southeast-12', true],
    ['eu-1', false],
    ['eu-west', false],
    ['EU-west-1', false],
    ['eux-west-1', false],
    ['xeu-west-1', false],
    ['eu-west-1a', false],
    ['eu--1', false],
    [['eu-west-1'], false],
  ])('%s: %s', (text, expected) => expect(isRegion(text)).toBe(expected));
});

test('the key of an image is its Region and its id, there and back', () => {
  expect(imageKey('eu-west-1', long)).toBe(`eu-west-1/${long}`);
  expect(imageRef(`eu-west-1/${long}`)).toEqual({ region: 'eu-west-1', id: long });
  expect(imageArn(`eu-west-1/${long}`)).toBe(`arn:aws:ec2:eu-west-1::image/${long}`);
});

test.each([
  ['cn-north-1', 'aws-cn'],
  ['us-gov-west-1', 'aws-us-gov'],
  ['us-iso-east-1', 'aws-iso'],
  ['us-isob-east-1', 'aws-iso-b'],
  ['eu-isoe-west-1', 'aws-iso-e'],
  ['us-isof-south-1', 'aws-iso-f'],
  ['eusc-de-east-1', 'aws-eusc'],
  ['us-west-2', 'aws'],
  ['eu-central-1', 'aws'],
])('an image in %s is named as one of %s', (region, partition) => {
  expect(imageArn(`${region}/${long}`)).toBe(`arn:${partition}:ec2:${region}::image/${long}`);
});

test.each([
  [`eu-west-1/${long}`, true],
  [long, false],
  [`eu-west-1/${long}/x`, false],
  [`eu-west-1/${long}/`, false],
  [`eu/${long}`, false],
  ['eu-west-1/ami-1', false],
  ['', false],
])('%s is read as a key: %s', (text, isOne) => expect(parseImageKey(text)).toBe(isOne ? text : undefined));

test('the account of a principal is told only where it is one', () => {
  expect(accountOf(accountPrincipal('012345678901'))).toBe('012345678901');
  for (const other of ['everyone', 'account:1', 'account:0123456789012', 'xaccount:012345678901', 'unit:arn'])
    expect(accountOf(other)).toBeUndefined();
});

test('a grant is on a key or on a snapshot', () => {
  expect(isKey('arn:aws:kms:eu-west-1:111122223333:key/1')).toBe(true);
  expect(isKey('snap-0123456789abcdef0')).toBe(false);
  expect(isKey('snap-arn:')).toBe(false);
});
