import { describe, expect, it } from 'vitest';
import { observe } from '../../shared/engine/observe.ts';
import { imageKey } from '../../shared/model/ids.ts';
import { day } from '../../shared/model/time.ts';
import { decide } from '../../shared/rules/decide.ts';
import { uses } from './guard-uses.ts';
import { type Plot, plots, stateOf } from './guarded.ts';
import { home, pass } from './support.ts';

/** Where each source that nothing else confirms finds what it shows, and what an empty answer looks like. */
const lists: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  'launch-configurations': { DescribeLaunchConfigurations: 'LaunchConfigurations' },
  'auto-scaling': { DescribeAutoScalingGroups: 'AutoScalingGroups' },
  spot: {
    DescribeSpotInstanceRequests: 'SpotInstanceRequests',
    DescribeSpotFleetRequests: 'SpotFleetRequestConfigs',
  },
  fleets: { DescribeFleets: 'Fleets' },
  'image-builder': { DescribeImageReferences: 'ImageReferences' },
  'image-references': { DescribeImageReferences: 'ImageReferences' },
  'usage-reports': { DescribeImageUsageReportEntries: 'ImageUsageReportEntries' },
};

const alone = uses.filter(({ source }) => source in lists);
/** In use all the time, so that nobody doubts the eyes as a whole. */
const others = ['other-a', 'other-b', 'other-c'];

async function guardsOn({ old }: Plot, { engine }: Awaited<ReturnType<typeof plots>>['stack']): Promise<unknown[]> {
  const inventory = await observe(engine, { scope: 'account', grants: 'due', usage: true });
  const { held } = decide(inventory, engine.policy, engine.clock.now());
  return held
    .filter(({ image, step }) => image === imageKey(home, old.id) && step === 'disable-image')
    .flatMap(({ guards }) => guards.map(({ code, data }) => [code, data?.source]));
}

describe('F36 an image that one source alone shows in use, among many that others show', () => {
  it.each(alone)('stays while that source answers with nothing: $what', async ({ begin, source, ...setting }) => {
    const made = await plots({ plot: setting, ...Object.fromEntries(others.map((name) => [name, {}])) });
    const { aws } = made.stack;
    const [plot] = made.plots;
    if (!plot) throw new Error('no plot');
    begin(plot);
    await pass(aws, 20 * day);
    expect(stateOf(aws, plot.old)).toBe('available');
    aws.interceptor = (call, perform) => {
      const list = lists[source]?.[call.operation];
      return list === undefined ? perform() : { ...(perform() as object), [list]: [] };
    };
    await pass(aws, 12 * day);
    expect(stateOf(aws, plot.old)).toBe('available');
    const named = source === 'usage-reports' ? 'usage reports' : source;
    expect(await guardsOn(plot, made.stack)).toContainEqual(['source-silent', named]);
  });
});
