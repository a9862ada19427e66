import { describe, expect, it } from 'vitest';
import { judgeWaiting } from '../../cli/doctor/checks/waiting.ts';
import type { Stack } from '../../shared/ports/stacks.ts';
import { denied, seen, statuses } from './make.ts';

const queue = 'https://sqs.us-east-1.amazonaws.com/111122223333/dead';
const stack: Stack = { name: 's', status: 'CREATE_COMPLETE', outputs: { DeadLetterQueueUrl: queue }, tags: {} };
const about = { stack: seen(stack) };
const quiet = { work: seen(3), deadLetters: seen(0), setAside: seen([]) };
const judge = (more: Partial<Parameters<typeof judgeWaiting>[0]> = {}) => judgeWaiting({ ...quiet, ...more }, about);

describe('what waits', () => {
  it('is fine as long as nothing was given up and little is queued', () => {
    expect(judge()).toMatchObject([
      { status: 'ok', says: '3 messages in the work queue' },
      { status: 'ok' },
      { status: 'ok' },
    ]);
  });

  it('is a warning when a message was given up, with the command that shows it', () => {
    expect(judge({ deadLetters: seen(1) })[1]).toMatchObject({
      status: 'warning',
      says: expect.stringContaining('1 message given up'),
      next: [expect.stringContaining(queue)],
    });
  });

  it('is a warning when messages pile up, or some could not be read', () => {
    expect(statuses(judge({ work: seen(1_000) }))).toEqual(['warning', 'ok', 'ok']);
    expect(statuses(judge({ work: seen(999) }))).toEqual(['ok', 'ok', 'ok']);
    const set = { at: 1, problem: 'no JSON', body: '?' };
    expect(judge({ setAside: seen([{ ...set, problem: 'first' }, set]) })[2]).toMatchObject({
      status: 'warning',
      says: '2 messages set aside that nobody could read, the last: no JSON',
    });
  });

  it('is not checked where no stack or table is known, and unknown where it may not be read', () => {
    expect(judgeWaiting({}, { stack: seen(undefined) }).map(({ because }) => because)).toEqual(
      Array(3).fill('no-stack'),
    );
    expect(judge({ work: denied, deadLetters: denied }).map(({ because }) => because)).toEqual([
      'denied',
      'denied',
      undefined,
    ]);
  });
});
