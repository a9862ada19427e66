import { describe, expect, it } from 'vitest';
import type { LocalStack } from '../../cli/worlds/local.ts';
import type { Window } from '../../local/faults.ts';
import { AwsError } from '../../local/kernel/service.ts';
import { type ImageKey, imageRef } from '../../shared/model/ids.ts';
import { day, hour, minute } from '../../shared/model/time.ts';
import {
  abroad,
  announce,
  build,
  codesOf,
  copiesIn,
  copying,
  deadLetters,
  intentOf,
  keyOfRow,
  watch,
} from './copying.ts';
import { home, pass, sharee, told } from './support.ts';

const elsewhere = 'us-west-2';
const both = {
  to: [`${abroad}, kmsKey: alias/golden`, `${elsewhere}, kmsKey: alias/golden`],
  lines: `share: { accounts: ["${sharee}"] }`,
};
const inBoth = ({ aws }: LocalStack) => [copiesIn(aws, abroad).length, copiesIn(aws, elsewhere).length];

/** What every service answers in a Region that the account has not switched on, or has switched off. */
const switchedOff = ({ aws }: LocalStack, { from = 0, until = Number.POSITIVE_INFINITY }: Window): void =>
  aws.faults.addCallRule({
    match: ({ region, now }) => region === abroad && now >= from && now < until,
    effect: {
      kind: 'error',
      error: () => new AwsError('AuthFailure', 'AWS was not able to validate the provided access credentials', 401),
    },
  });

describe('a Region that is not switched on', () => {
  it('F24: is named as the reason there, while the others are finished', async () => {
    const stack = await copying(both);
    const { aws, workQueue } = stack;
    switchedOff(stack, { until: aws.timeline.now() + day });
    const image = build(aws);
    await pass(aws, 3 * hour);
    expect(inBoth(stack)).toEqual([0, 1]);
    expect(copiesIn(aws, elsewhere)).toMatchObject([{ permissions: [`account:${sharee}`] }]);
    expect(await codesOf(stack.engine, image)).toContain('region-unreadable');
    for (const run of told(aws, 'AMI Lifecycle Run Completed')) expect(run.degradedRegions).toEqual([abroad]);
    expect(deadLetters(aws, workQueue)).toEqual([]);
    await pass(aws, day + hour);
    expect(inBoth(stack)).toEqual([1, 1]);
  });

  it('F24: although there were copies in it before, is not taken for empty', async () => {
    const stack = await copying(both);
    const { aws, engine } = stack;
    const image = build(aws);
    await pass(aws, 3 * hour);
    const [copy] = copiesIn(aws, abroad);
    const key = copy && keyOfRow(copy);
    const before = await engine.ledger.image(key as ImageKey);
    switchedOff(stack, { from: aws.timeline.now(), until: aws.timeline.now() + 2 * day });
    announce(aws, image);
    await pass(aws, 2 * day);
    expect(await engine.ledger.image(key as ImageKey)).not.toHaveProperty('goneAt');
    expect(await intentOf(stack, image)).toMatchObject({ state: 'copied', copyId: copy?.id, generation: 1 });
    await pass(aws, day);
    expect(inBoth(stack)).toEqual([1, 1]);
    expect((await engine.ledger.image(key as ImageKey))?.firstSeenAt).toBe(before?.firstSeenAt);
    expect(told(aws, 'AMI Copy Started')).toHaveLength(2);
  });
});

describe('a Region that is down for twelve hours', () => {
  it.each([
    ['before anything is copied to it', 0],
    ['while a copy in it is under way', 5 * minute],
  ])('F25: %s holds up nobody else and catches up later', async (_when, later) => {
    const stack = await copying(both);
    const { aws, workQueue } = stack;
    const from = aws.timeline.now() + later;
    aws.faults.outage(abroad, { from, until: from + 12 * hour });
    const image = build(aws);
    await pass(aws, 3 * hour);
    const there = later === 0 ? 0 : 1;
    expect(inBoth(stack)).toEqual([there, 1]);
    expect(copiesIn(aws, elsewhere)).toMatchObject([{ state: 'available', permissions: [`account:${sharee}`] }]);
    expect(aws.call('ec2', 'DescribeImages', { ImageIds: [image.id] })).toMatchObject({
      Images: [{ State: 'available' }],
    });
    await pass(aws, 9 * hour + later + hour);
    expect(inBoth(stack)).toEqual([1, 1]);
    expect(copiesIn(aws, abroad)).toMatchObject([{ state: 'available', permissions: [`account:${sharee}`] }]);
    expect(await intentOf(stack, image)).toMatchObject({ state: 'copied', generation: 1 });
    expect([...told(aws, 'AMI Copy Failed'), ...deadLetters(aws, workQueue)]).toEqual([]);
  });
});

describe('every call about an image', () => {
  it('F16: goes to the Region that the image lives in, and none finds nothing there', async () => {
    const stack = await copying({
      ...both,
      lines: `${both.lines}\nfamily: { key: "{nameBase}" }\npublish: { ssm: [{ parameter: "/web/latest", regions: all }] }`,
    });
    const { aws } = stack;
    const lost: string[] = [];
    const calls = watch(aws, ({ operation, region }, perform) => {
      try {
        return perform();
      } catch (error) {
        if (/NotFound/.test(String((error as { code?: string }).code))) lost.push(`${operation} in ${region}`);
        throw error;
      }
    });
    for (const name of ['web-1', 'web-2']) build(aws, { name });
    await pass(aws, 2 * day);
    const rows = [...aws.state.table<{ id: string; region: string }>('images').values()];
    const placeOf = new Map(rows.map(({ id, region }) => [id, region]));
    const named = calls.flatMap(({ operation, region, input }) => {
      const {
        ImageId,
        ImageIds = [],
        Resources = [],
      } = input as { ImageId?: string; ImageIds?: string[]; Resources?: string[] };
      const ids = [ImageId, ...ImageIds, ...Resources].filter((id) => id?.startsWith('ami-'));
      return ids.map((id) => ({ operation, region, lives: placeOf.get(id ?? '') }));
    });
    expect(named.length).toBeGreaterThan(20);
    expect(new Set(named.map(({ region }) => region))).toEqual(new Set([home, abroad, elsewhere]));
    expect(named.filter(({ region, lives }) => region !== lives)).toEqual([]);
    expect(lost.filter((call) => !call.startsWith('GetParameter'))).toEqual([]);
  });

  it('F16: cannot even be written without its Region, in which another image may have its id, or none', () => {
    type Bare = 'ami-0123456789abcdef0' extends ImageKey ? 'enough' : 'too little';
    const bare: Bare = 'too little';
    const whole: ImageKey = `${home}/ami-0123456789abcdef0`;
    expect([bare, imageRef(whole)]).toEqual(['too little', { region: home, id: 'ami-0123456789abcdef0' }]);
  });
});
