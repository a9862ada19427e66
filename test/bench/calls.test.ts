import { beforeAll, describe, expect, it } from 'vitest';
import { worldOf } from '../../bench/calls-world.ts';
import { type Counts, countRuns } from '../../bench/counting.ts';
import { leastCalls } from '../../bench/least.ts';

const size = { images: 1_100, instances: 1_001, templates: 30, versions: 20, groups: 12 };
const runs = ['sweep', 'retire', 'reap'] as const;

describe('calls in an account of 1,100 images', () => {
  let calls: Readonly<Record<(typeof runs)[number], Counts>>;
  beforeAll(async () => {
    calls = await countRuns(await worldOf(size));
  });

  const least = leastCalls(size);
  const disabled = least.retire.DisableImage ?? 0;

  /** What is more than the least, and by how much. */
  const more: Readonly<Record<(typeof runs)[number], Counts>> = {
    sweep: {},
    retire: {
      'DescribeLaunchTemplateVersions, all templates': 1,
      'DescribeLaunchTemplateVersions, named': size.groups / 2,
      DescribeImageAttribute: disabled,
    },
    reap: {
      'DescribeLaunchTemplateVersions, all templates': 1,
      'DescribeLaunchTemplateVersions, named': size.groups / 2,
    },
  };

  it.each(runs)('are in %s as few as they can be, but for what is known', (run) => {
    const { PutEvents: _events, ...made } = calls[run];
    const names = [...new Set([...Object.keys(least[run]), ...Object.keys(more[run])])];
    const expected = names.map((name) => [name, (least[run][name] ?? 0) + (more[run][name] ?? 0)]);
    expect(made).toEqual(Object.fromEntries(expected));
  });

  it('tell of what was done ten events at a time', () => {
    const changed = ['EnableImageDeprecation', 'DisableImage', 'CreateTags'] as const;
    const done = changed.reduce((sum, name) => sum + (least.retire[name] ?? 0), 0);
    expect(calls.retire.PutEvents).toBeLessThanOrEqual(Math.ceil((done + 1) / 10));
  });
});
