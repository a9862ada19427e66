import { readFileSync } from 'node:fs';
import { describe, expect, expectTypeOf, it } from 'vitest';
import { type LineageWork, parseLineageWork } from '../../events/lineage-work/parse.ts';
import { readMessage } from '../../events/read-message.ts';
import type { WorkItem } from '../../shared/ports/messaging.ts';

const text = (path: string): string => readFileSync(new URL(`../../events/${path}`, import.meta.url), 'utf8');

describe('a message of the work queue', () => {
  it('is a change of an image when EC2 sent it', () => {
    expect(readMessage(text('ami-state-change/available.json'))).toMatchObject({
      ok: true,
      event: { kind: 'image', change: { image: 'us-east-1/ami-0c4300000000a1b2c' } },
    });
  });

  it('is a work item when the sweep sent it', () => {
    expect(readMessage(text('lineage-work/sample.json'))).toEqual({
      ok: true,
      event: {
        kind: 'work',
        item: { root: 'us-east-1/ami-0c4300000000a1b2c', correlationId: 'sweep-2026-01-05T09:15:00.000Z' },
      },
    });
  });

  it.each([
    ['{"version":', 'not JSON'],
    ['', 'not JSON'],
    ['null', 'it is null'],
    ['{"root":"ami-0c4300000000a1b2c","correlationId":"x"}', 'root is "ami-0c4300000000a1b2c", not a Region'],
    ['{"root":"us-east-1/ami-0c4300000000a1b2c"}', 'correlationId is missing'],
    ['{"root":"us-east-1/ami-0c4300000000a1b2c","correlationId":"x","unshare":"yes"}', 'unshare is "yes"'],
    ['{"root":"us-east-1/ami-0c4300000000a1b2c","correlationId":"x","causationId":7}', 'causationId is 7'],
    [text('ami-state-change/poison.json'), 'detail.State is "exploded"'],
  ])('%s is a problem, not an exception', (body, part) => {
    const read = readMessage(body);
    expect(read).toMatchObject({ ok: false, problem: expect.stringContaining(part) });
  });
});

describe('a work item', () => {
  it('is read as the queue port writes it', () => {
    expectTypeOf<LineageWork>().toEqualTypeOf<WorkItem>();
    const item: WorkItem = { root: 'eu-west-1/ami-0c4300000000a1b2c', correlationId: 'run-1' };
    for (const sent of [item, { ...item, unshare: true }, { ...item, causationId: 'sweep-1' }])
      expect(parseLineageWork(JSON.parse(JSON.stringify(sent)))).toStrictEqual({ ok: true, event: sent });
  });
});
