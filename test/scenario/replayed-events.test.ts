import { describe, expect, it } from 'vitest';
import type { ImageRow } from '../../local/ec2/rows.ts';
import { enqueue, messagesOf } from '../../local/services/queues.ts';
import { restore } from '../../shared/engine/restore.ts';
import { imageKey } from '../../shared/model/ids.ts';
import { day, hour, isoTime, minute } from '../../shared/model/time.ts';
import { home as here, abroad as there } from '../rules/make.ts';
import { abroad, build, changing, copiesIn, copying, deadLetters, named, watch } from './copying.ts';
import { available } from './demo.ts';
import { publishing, untilCopied } from './publishing.ts';
import { pass, start } from './support.ts';

/** As a queue holds it once it has failed and been kept for days. */
const oldEvent = ({ id, region, account }: ImageRow, number: number): string =>
  JSON.stringify({
    ...available,
    id: `event-${number}`,
    account,
    region,
    time: isoTime(start + number),
    detail: { ImageId: id, State: 'available', ErrorMessage: '', RequestId: `request-${number}` },
  });

describe('an image that becomes available because somebody enables it', () => {
  const two = async () => {
    const world = await publishing();
    const first = world.build(1);
    await world.pass(untilCopied);
    world.build(2);
    await world.pass(untilCopied);
    expect(world.latest()).toEqual({ [here]: 'golden-2', [there]: 'golden-2' });
    return { ...world, first };
  };

  it('F06: is neither copied again nor published over a newer one', async () => {
    const { first, call, pass: later, history, told, stack } = await two();
    const before = told();
    call('ec2', 'DisableImage', { ImageId: first });
    await later(hour);
    const calls = watch(stack.aws);
    call('ec2', 'EnableImage', { ImageId: first });
    await later(day);
    expect(changing(calls)).toEqual(['EnableImage']);
    expect([history(here), history(there)]).toEqual([
      ['golden-1', 'golden-2'],
      ['golden-1', 'golden-2'],
    ]);
    expect(told()).toEqual(before);
  });

  it('F06: and not either when it is we who enable it, since people want it back', async () => {
    const { first, call, pass: later, history, stack } = await two();
    call('ec2', 'DisableImage', { ImageId: first });
    await later(hour);
    await restore(stack.engine, imageKey(here, first), 'needed again');
    const calls = watch(stack.aws);
    await later(2 * day);
    expect(named(calls, 'CopyImage', 'PutParameter')).toEqual([]);
    expect(history(here)).toEqual(['golden-1', 'golden-2']);
  });
});

describe('ten thousand old events out of a dead-letter queue', () => {
  it('F09: about twenty images cost a look at each, and change nothing', async () => {
    const { aws, workQueue } = await copying({ copy: ', maxInFlight: 20' });
    const images = Array.from({ length: 20 }, (_none, n) => build(aws, { name: `web-${n}` }));
    await pass(aws, 3 * hour);
    expect(copiesIn(aws, abroad)).toHaveLength(20);
    const calls = watch(aws);
    for (let n = 0; n < 10_000; n++) {
      const image = images[n % images.length];
      if (image) enqueue(aws, { queue: workQueue, body: oldEvent(image, n) });
    }
    await pass(aws, 10 * minute);
    expect(messagesOf(aws, workQueue)).toEqual([]);
    expect(changing(calls)).toEqual([]);
    expect(named(calls, 'DescribeImages').length).toBeLessThanOrEqual(2 * images.length);
    expect(deadLetters(aws, workQueue)).toEqual([]);
  });
});
