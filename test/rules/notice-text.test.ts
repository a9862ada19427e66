import { describe, expect, test } from 'vitest';
import { because } from '../../shared/model/codes.ts';
import type { LifecycleEvent, LifecycleType } from '../../shared/model/lifecycle-event.ts';
import { isNotice, noticeWords } from '../../shared/model/notice.ts';
import { chatNotice, mailNotice } from '../../shared/rules/notice-text.ts';

const event = (type: LifecycleType, data: Record<string, unknown> = {}): LifecycleEvent => ({
  type,
  resources: [],
  metadata: { id: 'e', version: '1', timestamp: '2026-01-05T09:00:00.000Z', correlationId: 'c', causationId: 'c' },
  data: {
    accountId: '111122223333',
    region: 'us-east-1',
    imageId: 'ami-0c4300000000a1b2c',
    root: 'us-east-1/ami-0c4300000000a1b2c',
    family: 'golden',
    name: 'golden-43',
    ...data,
  },
});

interface Chat {
  readonly version: string;
  readonly source: string;
  readonly content: Record<'textType' | 'title' | 'description', string> & { readonly nextSteps: readonly string[] };
  readonly metadata?: { readonly threadId: string };
}
const chat = (...events: LifecycleEvent[]): Chat => JSON.parse(chatNotice(events)) as Chat;

describe('what a word means', () => {
  test.each<[LifecycleType, Record<string, unknown>, readonly string[]]>([
    ['AMI Copied', {}, ['copied']],
    ['AMI Copy Failed', {}, ['copy-failed']],
    ['AMI Unshared', {}, ['shared']],
    ['AMI Drift Detected', {}, ['drift']],
    ['AMI Deregistered Elsewhere', {}, ['deregistered', 'drift']],
    ['AMI Observed', {}, []],
    ['AMI Action Blocked', { status: 'blocked' }, ['blocked']],
    ['AMI Action Blocked', { status: 'held', guards: [because('in-use')] }, []],
    ['AMI Action Blocked', { status: 'held', guards: [because('in-use'), because('breaker')] }, ['blocked']],
    ['AMI Action Blocked', { status: 'held', guards: [because('eyes-broken')] }, ['blocked']],
  ])('%s with %j', (type, data, words) => {
    expect(noticeWords.filter((word) => isNotice(word, event(type, data)))).toEqual(words);
  });
});

describe('mail', () => {
  test('tells one event in its subject, and why in the words of the plan', () => {
    const why = [because('share-expired', { principals: ['account:222233334444'] })];
    expect(mailNotice([event('AMI Unshared', { reasons: why })])).toEqual({
      subject: 'AMI Unshared: golden-43',
      text: [
        'AMI Unshared: golden-43 (us-east-1/ami-0c4300000000a1b2c)',
        '  family: golden',
        '  the time is over for account:222233334444',
        '',
      ].join('\n'),
    });
  });

  test('counts several, and tells a few', () => {
    const many = Array.from({ length: 25 }, (_none, i) => event('AMI Copied', { name: `golden-${i}` }));
    const { subject, text } = mailNotice([...many, event('AMI Copy Failed', { error: 'no key' })]);
    expect(subject).toBe('AMI Steward: 25 AMI Copied, 1 AMI Copy Failed');
    expect(text).toContain('golden-19');
    expect(text).not.toContain('golden-20 ');
    expect(text).toContain('and 6 more');
  });

  test('F78 keeps what others wrote to one line of plain text', () => {
    const { subject, text } = mailNotice([event('AMI Copied', { name: `é\n\u001b[31m\u2028${'x'.repeat(400)}` })]);
    expect(subject).toMatch(/^[\x20-\x7e]{1,100}$/);
    expect(text.split('\n')).toHaveLength(3);
  });
});

describe('chat', () => {
  test('is a custom notification in the thread of the family', () => {
    const said = chat(event('AMI Copy Failed', { error: 'key is <gone> & *lost*' }));
    expect(said).toMatchObject({ version: '1.0', source: 'custom', metadata: { threadId: 'golden' } });
    expect(said.content.textType).toBe('client-markdown');
    expect(said.content.title).toBe('AMI Copy Failed: golden-43');
    expect(said.content.description).toBe(
      "AMI Copy Failed `golden-43` `us-east-1/ami-0c4300000000a1b2c`: key is &lt;gone&gt; &amp; 'lost'",
    );
    expect(said.content.nextSteps).toEqual(['ami-steward why us-east-1/ami-0c4300000000a1b2c']);
  });

  test('stands in no thread when it is about several families', () => {
    expect(chat(event('AMI Copied'), event('AMI Copied', { family: 'web' })).metadata).toBeUndefined();
  });

  test('F78 lets no name address anybody or end its code', () => {
    const said = chat(event('AMI Copied', { name: '<!channel> `x`\n# big' }));
    expect(said.content.description).toContain("`&lt;!channel&gt; 'x' # big`");
  });

  test('stays within the size of a message', () => {
    const many = Array.from({ length: 2_000 }, (_none, i) => event('AMI Copied', { name: 'n'.repeat(5_000) + i }));
    const said = chat(...many);
    expect(said.content.title.length).toBeLessThanOrEqual(250);
    expect(said.content.description.length).toBeLessThanOrEqual(8_000);
  });
});
