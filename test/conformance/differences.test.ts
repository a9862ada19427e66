import { expect, it } from 'vitest';
import type { Answer, Case } from './case.ts';
import { differencesOf } from './differences.ts';
import type { Played } from './play.ts';

const test: Case = { id: 'images', call: 'ec2.DescribeImages' };
const answered = (output: object): Answer => ({ output: output as never, requestId: 'r' });
const failed = (code: string, status = 400): Answer => ({ failure: { code, status, message: 'why', requestId: 'r' } });
const played = (answer: Answer, problems: readonly string[] = []): Played[] => [{ test, answer, problems }];

const kinds = (ours: Answer, theirs: Answer, problems?: readonly string[]): string[] =>
  differencesOf(played(ours), played(theirs, problems)).map(({ kind, what }) => `${kind}: ${what}`);

it('the same shape with other values is no difference', () => {
  expect(kinds(answered({ Images: [{ Id: 'a' }] }), answered({ Images: [{ Id: 'b' }, { Id: 'c' }] }))).toEqual([]);
});

it('tells of fields that one of both lacks, and of none below them', () => {
  const ours = answered({ Images: [{ Id: 'a', State: { Code: '1', Message: 'm' } }] });
  const theirs = answered({ Images: [{ Id: 'a', Extra: 1 }] });
  expect(kinds(ours, theirs)).toEqual(['missing field: Images.*.State', 'additional field: Images.*.Extra']);
});

it('tells a missing operation from another error, and both from an answer that should not be one', () => {
  expect(kinds(answered({}), failed('InvalidAction'))).toEqual(['missing operation: InvalidAction (400)']);
  expect(kinds(failed('IncorrectState'), failed('InvalidAction'))).toEqual(['missing operation: InvalidAction (400)']);
  expect(kinds(failed('A'), failed('B'))).toEqual(['other error: B (400): why, not A (400)']);
  expect(kinds(failed('A'), failed('A', 403))).toEqual(['other error: A (403): why, not A (400)']);
  expect(kinds(failed('A'), failed('A'))).toEqual([]);
  expect(kinds(answered({}), failed('B'))).toEqual(['error: B (400): why, not an answer']);
  expect(kinds(failed('A'), answered({}))).toEqual(['no error: an answer, not A (400)']);
});

it('tells of values that do not hold, and of cases that could not be asked', () => {
  expect(kinds(answered({}), answered({}), ['answer.State is "b"'])).toEqual(['value: answer.State is "b"']);
  const left = differencesOf(played(answered({})), [{ test, problems: [], left: 'image has no ImageId' }]);
  expect(left).toEqual([{ call: test.call, id: test.id, kind: 'not asked', what: 'image has no ImageId' }]);
});
