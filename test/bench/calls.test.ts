import { beforeAll, describe, expect, it } from 'vitest';
import { worldOf } from '../../bench/calls-world.ts';
import { type Counts, countRuns } from '../../bench/counting.ts';
import { leastCalls } from '../../bench/least.ts';

const size = { images: 300, instances: 1_001, templates: 120, versions: 3, groups: 12 };
const runs = ['sweep', 'retire', 'reap'] as const;

describe('calls in an account of 300 images', () => {
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
      // The permissions that disabling wipes are those of that very moment.
      DescribeImageAttribute: disabled,
      'DisableImage, dry run': disabled,
    },
    reap: { 'DeregisterImage, dry run': least.reap.DeregisterImage ?? 0 },
  };

  it.each(runs)('are in %s as few as they can be, but for what is known', (run) => {
    const names = [...new Set([...Object.keys(least[run]), ...Object.keys(more[run])])];
    const expected = names.map((name) => [name, (least[run][name] ?? 0) + (more[run][name] ?? 0)]);
    expect(calls[run]).toEqual(Object.fromEntries(expected));
  });
});
