import { describe, expect, it } from 'vitest';
import { judgeWaiting } from '../../cli/doctor/checks/waiting.ts';
import type { Stack } from '../../shared/ports/stacks.ts';
import { denied, seen, statuses } from './make.ts';

const queue = 'https://sqs.us-east-1.amazonaws.com/111122223333/dead';
const stack: Stack = { name: 's', status: 'CREATE_COMPLETE', outputs: { DeadLetterQueueUrl: queue }, tags: {} };
const about = { stack: seen(stack) };
const quiet = { work: seen(3), deadLetters: seen(0), setAside: seen([]), parked: seen({ copies: [], steps: [] }) };
const judge = (more: Partial<Parameters<typeof judgeWaiting>[0]> = {}) => judgeWaiting({ ...quiet, ...more }, about);

describe('what waits', () => {
  it('is fine as long as nothing was given up and little is queued', () => {
    expect(judge()).toMatchObject([
      { status: 'ok', says: '3 messages in the work queue' },
      { status: 'ok' },
      { status: 'ok' },
      { status: 'ok', says: 'no copy given up, no step refused' },
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
    expect(statuses(judge({ work: seen(1_000) }))).toEqual(['warning', 'ok', 'ok', 'ok']);
    expect(statuses(judge({ work: seen(999) }))).toEqual(['ok', 'ok', 'ok', 'ok']);
    const set = { at: 1, problem: 'no JSON', body: '?' };
    expect(judge({ setAside: seen([{ ...set, problem: 'first' }, set]) })[2]).toMatchObject({
      status: 'warning',
      says: '2 messages set aside that nobody could read, the last: no JSON',
    });
  });

  it('is a warning when copies were given up, or AWS refused a step, with how many and why the first', () => {
    const copy = { root: 'us-east-1/ami-01' as const, region: 'eu-west-1', reason: 'the key is disabled' };
    const refused = { step: 'disable-image', at: 1, why: 'UnauthorizedOperation' };
    const parked = { copies: [copy, { ...copy, reason: 'x' }], steps: [{ image: copy.root, refused }] };
    expect(judge({ parked: seen(parked) }).slice(3)).toEqual([
      {
        status: 'warning',
        says: '2 copies given up, such as us-east-1/ami-01 to eu-west-1: the key is disabled',
        next: ['ami-steward why ami-01 copy'],
      },
      {
        status: 'warning',
        says: '1 step refused by AWS, such as disable-image of us-east-1/ami-01: UnauthorizedOperation',
        next: ['ami-steward why ami-01'],
      },
    ]);
    expect(judge({ parked: denied })[3]).toMatchObject({ status: 'unchecked', because: 'denied' });
  });

  it('is not checked where no stack or table is known, and unknown where it may not be read', () => {
    expect(judgeWaiting({}, { stack: seen(undefined) }).map(({ because }) => because)).toEqual(
      Array(4).fill('no-stack'),
    );
    expect(judge({ work: denied, deadLetters: denied }).map(({ because }) => because)).toEqual([
      'denied',
      'denied',
      undefined,
      undefined,
    ]);
  });
});
