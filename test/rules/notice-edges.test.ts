import { describe, expect, test } from 'vitest';
import { because } from '../../shared/model/codes.ts';
import type { LifecycleEvent, LifecycleType } from '../../shared/model/lifecycle-event.ts';
import { isNotice } from '../../shared/model/notice.ts';
import { chatNotice, mailNotice } from '../../shared/rules/notice-text.ts';

const event = (data: Record<string, unknown> = {}, type: LifecycleType = 'AMI Copied'): LifecycleEvent => ({
  type,
  resources: [],
  metadata: { id: 'e', version: '1', timestamp: '2026-01-05T09:00:00.000Z', correlationId: 'c', causationId: 'c' },
  data: { accountId: '111122223333', region: 'us-east-1', imageId: 'ami-1', ...data },
});
const times = (count: number, data: (index: number) => Record<string, unknown>): LifecycleEvent[] =>
  Array.from({ length: count }, (_none, index) => event(data(index)));

interface Chat {
  readonly content: { readonly title: string; readonly description: string; readonly nextSteps: readonly string[] };
  readonly metadata?: unknown;
}
const chat = (...events: LifecycleEvent[]): Chat => JSON.parse(chatNotice(events)) as Chat;
const mail = (...events: LifecycleEvent[]): string => mailNotice(events).text;

describe('a notice', () => {
  test('names an image by its Region and id where it has no name', () => {
    expect(mailNotice([event()])).toEqual({
      subject: 'AMI Copied: us-east-1/ami-1',
      text: 'AMI Copied: us-east-1/ami-1 (us-east-1/ami-1)\n',
    });
  });

  test('names the Region alone where no image is meant', () => {
    expect(mail(event({ imageId: undefined, name: 'run' }))).toBe('AMI Copied: run (us-east-1)\n');
  });

  test('of several has a paragraph for each', () => {
    expect(mail(event({ name: 'a' }), event({ name: 'b', family: 'f' }))).toBe(
      'AMI Copied: a (us-east-1/ami-1)\n\nAMI Copied: b (us-east-1/ami-1)\n  family: f\n',
    );
  });

  test.each([
    [20, undefined],
    [21, 'and 1 more'],
  ])('of %i events says how many it leaves out: %s', (count, last) => {
    const lines = mail(...times(count, (index) => ({ name: `golden-${index}` })))
      .trim()
      .split('\n\n');
    expect(lines[19]).toContain('golden-19');
    expect(lines[20]).toBe(last);
  });

  test('tells why in each way that an event may say it, and nothing twice', () => {
    const text = mail(
      event({
        name: 'a',
        why: 'because',
        error: 'because',
        found: ['x', 'y'],
        guards: [because('in-use', { by: 'i-1', image: 'ami-1' })],
        reasons: [because('in-use', { by: 'i-1', image: 'ami-1' }), because('unfinished')],
      }),
    );
    expect(text.split('\n').slice(1)).toEqual([
      '  because',
      '  found x, y',
      '  i-1 uses ami-1',
      '  not available and shared everywhere yet, so it is not ranked',
      '',
    ]);
  });

  test.each([
    ['what is no list', { reasons: 'unfinished', guards: { code: 'unfinished' }, found: 'x' }],
    ['what is no reason', { reasons: [null, 'unfinished', 7, {}, { code: 'no-such-code' }, { code: 'toString' }] }],
    ['what is no text', { why: 7, error: { message: 'x' } }],
  ])('passes over %s', (_name, data) => {
    expect(mail(event({ name: 'a', ...data }))).toBe('AMI Copied: a (us-east-1/ami-1)\n');
  });

  test('cuts a field at 300 characters, and makes one space of what controls', () => {
    expect(mail(event({ name: `a\r\n\u200b\u2028b${'x'.repeat(400)}` }))).toBe(
      `AMI Copied: a b${'x'.repeat(297)} (us-east-1/ami-1)\n`,
    );
  });

  test('has a subject of ASCII and 100 characters', () => {
    const { subject } = mailNotice([event({ name: `~ ü${'x'.repeat(200)}` })]);
    expect(subject).toBe(`AMI Copied: ~ ?${'x'.repeat(85)}`);
  });
});

describe('a chat notice', () => {
  test('shows no empty name and no reason where there is none', () => {
    expect(chat(event()).content.description).toBe('AMI Copied `` `us-east-1/ami-1`');
  });

  test('has a line for each event, with its reasons', () => {
    const { description } = chat(event({ name: 'a', why: 'x', error: 'y' }), event({ name: 'b' })).content;
    expect(description).toBe('AMI Copied `a` `us-east-1/ami-1`: x; y\nAMI Copied `b` `us-east-1/ami-1`');
  });

  test('proposes a next step for three lineages at most, each once, and none without', () => {
    const roots = ['r1', 'r1', 'r2', 'r3', 'r4'];
    expect(chat(...roots.map((root) => event({ root }))).content.nextSteps).toEqual([
      'ami-steward why r1',
      'ami-steward why r2',
      'ami-steward why r3',
    ]);
    expect(chat(event()).content.nextSteps).toEqual([]);
  });

  test('stands in a thread where all are of one family', () => {
    expect(chat(event({ family: 'f\n1' }), event({ family: 'f\n1' })).metadata).toEqual({ threadId: 'f 1' });
    expect(chat(event()).metadata).toBeUndefined();
    expect(chat(event({ family: 'f' }), event()).metadata).toBeUndefined();
  });

  test('ends where a message must', () => {
    const many = times(20, (index) => ({ name: `${index}${'n'.repeat(400)}`, why: 'w'.repeat(400) }));
    expect(chat(...many).content.description).toHaveLength(8_000);
    expect(chat(event({ name: '&'.repeat(300) })).content.title).toHaveLength(250);
  });

  test('makes nothing of what would be read as a mark', () => {
    expect(chat(event({ name: '*~`<b>&' })).content.description).toBe(
      "AMI Copied `'''&lt;b&gt;&amp;` `us-east-1/ami-1`",
    );
  });
});

describe('a step that is held', () => {
  const held = (guards: unknown) => event({ status: 'held', guards }, 'AMI Action Blocked');

  test('is news where the breaker holds it', () => {
    expect(isNotice('blocked', held([because('in-use'), because('breaker')]))).toBe(true);
    expect(isNotice('blocked', held([because('in-use')]))).toBe(false);
    expect(isNotice('blocked', held([]))).toBe(false);
    expect(isNotice('blocked', held(undefined))).toBe(false);
  });

  test('is another thing than one that failed, or a word that means something else', () => {
    expect(isNotice('blocked', event({ status: 'blocked' }, 'AMI Action Blocked'))).toBe(true);
    expect(isNotice('copied', event({ status: 'held' }))).toBe(true);
    expect(isNotice('copied', held([because('breaker')]))).toBe(false);
  });
});
