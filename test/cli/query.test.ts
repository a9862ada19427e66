import { describe, expect, test } from 'vitest';
import { parseQuery } from '../../cli/search/query.ts';
import { InputError } from '../../shared/model/errors.ts';
import { day } from '../../shared/model/time.ts';

const all = { rootDevice: ['ebs', 'instance-store'], regions: [] };

test.each<[string, object]>([
  ['', {}],
  ['name=web-*', { name: ['web-*'] }],
  ['name=web-*,api-? notName=*-test', { name: ['api-?', 'web-*'], notName: ['*-test'] }],
  [
    'olderThan=90d notLaunchedFor=60d newerThan=2w',
    { olderThan: 90 * day, notLaunchedFor: 60 * day, newerThan: 14 * day },
  ],
  ['tag:Team=ci,web tag:Stage=*', { tags: { Team: ['ci', 'web'], Stage: ['*'] } }],
  ['notTag:Keep=true', { notTags: { Keep: ['true'] } }],
  ['tag:"Cost Centre"="4410, old"', { tags: { 'Cost Centre': ['4410, old'] } }],
  ['tag:a:b=c=d', { tags: { 'a:b': ['c=d'] } }],
  [
    'architecture=arm64 platform=linux rootDevice=ebs',
    { architecture: ['arm64'], platform: ['linux'], rootDevice: ['ebs'] },
  ],
  ['encrypted=true', { encrypted: true }],
  ['encrypted=false state=disabled,available', { encrypted: false, state: ['available', 'disabled'] }],
  ['sharedWith=anyone,222233334444', { sharedWith: ['account:222233334444', 'everyone'] }],
  [
    'descendsFrom=ami-0123456789abcdef0 severityAtLeast=high',
    { descendsFrom: ['ami-0123456789abcdef0'], severityAtLeast: 'high' },
  ],
  ['  region=eu-west-1\tname="a b" ', { regions: ['eu-west-1'], name: ['a b'] }],
])('%s is read', (text, select) => {
  expect(parseQuery(text)).toEqual({ select: { ...all, ...select }, self: true, foreign: [] });
});

test.each<[string, boolean, string[]]>([
  ['owner=self', true, []],
  ['owner=222233334444', false, ['222233334444']],
  ['owner=self,aws-backup-vault', true, ['aws-backup-vault']],
  ['owner=amazon name=al2023-*', false, ['amazon']],
])('%s says whose images', (text, self, foreign) => {
  expect(parseQuery(text)).toMatchObject({ self, foreign });
});

describe('a wrong query is refused at its place', () => {
  test.each<[string, number, string]>([
    ['olderTan=90d', 1, 'unknown word "olderTan"; did you mean "olderThan"?'],
    ['name=a tags:Team=ci', 8, 'unknown word "tags:Team"'],
    ['tag=ci', 1, 'unknown word "tag"; did you mean "tag:KEY"?'],
    ['tag:=ci', 1, '"tag:" names no tag; write tag:KEY=VALUE'],
    ['tag:A=', 7, 'a value is missing here'],
    ['tag:A=""', 7, 'tag:A: is empty'],
    ['name=a name=b', 8, '"name" stands twice; several values are joined by commas'],
    ['name', 1, '"name" has no value; write name=VALUE'],
    ['name=a,,b', 8, 'a value is missing here'],
    ['=x', 1, 'a word is missing before ='],
    ['name="a b', 6, 'the closing quote of this text is missing'],
    ['olderThan=90', 11, 'olderThan: "90" has no unit; write 90d'],
    ['olderThan=3months', 11, 'olderThan: no months, their length varies; did you mean 90d?'],
    ['olderThan=1d,2d', 14, 'olderThan takes one value'],
    ['state=gone', 7, 'state: "gone" is not '],
    ['state=available,disabeld', 17, 'did you mean "disabled"?'],
    ['architecture=amr64', 14, 'did you mean "arm64"?'],
    ['encrypted=yes', 11, 'encrypted: "yes" is not true, false'],
    ['severityAtLeast=hig', 17, 'did you mean "high"?'],
    ['sharedWith=anyone,12', 19, 'sharedWith: "12" is no account id'],
    ['descendsFrom=ami-1', 14, 'descendsFrom: "ami-1" is not an image id'],
    ['region=mars', 8, 'region: "mars" is not a Region'],
    ['owner=amazn', 7, '"amazn" is no owner: self, amazon, aws-marketplace, aws-backup-vault or an account id'],
    ['state=disabled owner=amazon', 16, 'these owners have very many images; say which by name=PATTERN'],
    ['constructor=x', 1, 'unknown word "constructor"'],
  ])('%s', (text, at, message) => {
    const wrong = (() => {
      try {
        parseQuery(text);
      } catch (error) {
        return error;
      }
    })();
    expect(wrong).toBeInstanceOf(InputError);
    expect(wrong).toMatchObject({ where: `--where, character ${at}`, message: expect.stringContaining(message) });
  });
});
