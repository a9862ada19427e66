import { describe, expect, it } from 'vitest';
import type { LocalStack } from '../../cli/worlds/local.ts';
import type { Switches } from '../../local/kernel/service.ts';
import { EmbeddedAws } from '../../local/world.ts';
import { imageKey } from '../../shared/model/ids.ts';
import { marksFor } from '../../shared/model/marks.ts';
import { day, hour, minute } from '../../shared/model/time.ts';
import { account, home, openWith, pass, putWeb, start, told } from './support.ts';

const idOf = (generation: number): string => `ami-0e${generation}00000000a1b2c`;
const [old, newest] = [10, 12];

/** Three generations old enough, of which the newest two always stay; short waits. */
async function world(demand: 'optional' | 'required', switches: Partial<Switches> = {}): Promise<LocalStack> {
  const policy = `family: { key: "{nameBase}" }
retain:
  keepLast: 2
  recycleBin: ${demand}
  stages:
    deprecate: { afterSuperseded: 7d }
    disable: { afterDeprecated: 1d }
    deregister: { afterDisabled: 7d }
  guards: { lastLaunchedWithin: 2d }`;
  const aws = EmbeddedAws.open({ start, homeRegion: home, switches });
  const stack = await openWith(policy, aws, { idleEvery: day });
  for (const generation of [old, 11, newest]) {
    const createdAt = start - (60 - generation) * day;
    const tags = { Team: 'platform', ...marksFor(imageKey(home, idOf(generation)), createdAt, 'web') };
    putWeb(aws, { id: idOf(generation), name: `web-${generation}`, createdAt, tags, snapshotTags: tags });
  }
  return stack;
}

const rule = ({ aws }: LocalStack, ResourceType: string, days: number, more: object = {}): string => {
  const RetentionPeriod = { RetentionPeriodValue: days, RetentionPeriodUnit: 'DAYS' };
  const made = aws.call('rbin', 'CreateRule', { ResourceType, RetentionPeriod, ...more });
  return (made as { Identifier: string }).Identifier;
};

const ids = ({ aws }: LocalStack, operation: string, list: string, id: string, input: object = {}): string[] =>
  ((aws.call('ec2', operation, input) as Record<string, Record<string, string>[]>)[list] ?? []).map(
    (row) => row[id] ?? '',
  );
const images = (stack: LocalStack) =>
  ids(stack, 'DescribeImages', 'Images', 'ImageId', { Owners: ['self'], IncludeDisabled: true });
const snapshots = (stack: LocalStack) =>
  ids(stack, 'DescribeSnapshots', 'Snapshots', 'SnapshotId', { OwnerIds: [account] });
const binned = (stack: LocalStack) => ids(stack, 'ListImagesInRecycleBin', 'Images', 'ImageId');
const binnedSnapshots = (stack: LocalStack) => ids(stack, 'ListSnapshotsInRecycleBin', 'Snapshots', 'SnapshotId');

const snapshotOf = ({ aws }: LocalStack): string => {
  const [row] = [...aws.state.table<{ id: string; disks: { snapshotId?: string }[] }>('images').values()].filter(
    ({ id }) => id === idOf(old),
  );
  return row?.disks[0]?.snapshotId ?? '';
};
const holds = (stack: LocalStack): string[] =>
  told(stack.aws, 'AMI Action Blocked').flatMap(({ guards }) => (guards as { code: string }[]).map(({ code }) => code));

describe('F58 with recycleBin required, an image', () => {
  it('stays without rules, goes once they are old enough, and can be restored with its snapshots', async () => {
    const stack = await world('required', { restoreKeepsTags: true });
    const snapshot = snapshotOf(stack);
    await pass(stack.aws, 40 * day);
    expect(images(stack)).toContain(idOf(old));
    expect(new Set(holds(stack))).toEqual(new Set(['bin-missing']));
    rule(stack, 'EC2_IMAGE', 14);
    rule(stack, 'EBS_SNAPSHOT', 14);
    await pass(stack.aws, 5 * day);
    expect([images(stack).includes(idOf(old)), binned(stack), binnedSnapshots(stack)]).toEqual([
      false,
      [idOf(old)],
      [snapshot],
    ]);
    stack.aws.call('ec2', 'RestoreSnapshotFromRecycleBin', { SnapshotId: snapshot });
    stack.aws.call('ec2', 'RestoreImageFromRecycleBin', { ImageId: idOf(old) });
    await pass(stack.aws, 30 * day);
    expect(images(stack)).toContain(idOf(old));
    expect(snapshots(stack)).toContain(snapshot);
  });

  it('stays while snapshots would leave the bin before it', async () => {
    const stack = await world('required');
    rule(stack, 'EC2_IMAGE', 14);
    rule(stack, 'EBS_SNAPSHOT', 13);
    await pass(stack.aws, 40 * day);
    expect(images(stack)).toContain(idOf(old));
    expect(holds(stack)).toContain('bin-snapshots');
    rule(stack, 'EBS_SNAPSHOT', 14, { ResourceTags: [{ ResourceTagKey: 'Team', ResourceTagValue: 'platform' }] });
    await pass(stack.aws, 5 * day);
    expect(binned(stack)).toEqual([idOf(old)]);
  });

  it.each(['ListRules', 'GetRule'])('stays while %s is denied, and leaves once it answers', async (operation) => {
    const stack = await world('required');
    rule(stack, 'EC2_IMAGE', 14);
    rule(stack, 'EBS_SNAPSHOT', 14);
    stack.aws.faults.deny(operation, { until: start + 40 * day });
    await pass(stack.aws, 40 * day);
    expect(images(stack)).toContain(idOf(old));
    expect(holds(stack)).toContain('bin-unread');
    await pass(stack.aws, 5 * day);
    expect(binned(stack)).toEqual([idOf(old)]);
  });

  it('stays where the tags of its snapshots decide and could not be read', async () => {
    const stack = await world('required');
    rule(stack, 'EC2_IMAGE', 14);
    rule(stack, 'EBS_SNAPSHOT', 14, { ExcludeResourceTags: [{ ResourceTagKey: 'Team', ResourceTagValue: 'web' }] });
    stack.aws.faults.deny('DescribeSnapshots', { until: start + 40 * day });
    await pass(stack.aws, 40 * day);
    expect(images(stack)).toContain(idOf(old));
    stack.aws.faults.clear();
    await pass(stack.aws, 5 * day);
    expect(binned(stack)).toEqual([idOf(old)]);
  });
});

describe('F59 where the bin keeps the image alone', () => {
  it('its snapshots stay until it has left the bin, and go then', async () => {
    const stack = await world('optional');
    const snapshot = snapshotOf(stack);
    rule(stack, 'EC2_IMAGE', 20);
    await pass(stack.aws, 25 * day);
    expect([binned(stack), snapshots(stack).includes(snapshot)]).toEqual([[idOf(old)], true]);
    await pass(stack.aws, 30 * day);
    expect([binned(stack), snapshots(stack).includes(snapshot)]).toEqual([[], false]);
  });

  it('and is restored meanwhile, they stay with it', async () => {
    const stack = await world('optional');
    const snapshot = snapshotOf(stack);
    rule(stack, 'EC2_IMAGE', 20);
    await pass(stack.aws, 25 * day);
    stack.aws.call('ec2', 'RestoreImageFromRecycleBin', { ImageId: idOf(old) });
    await pass(stack.aws, 60 * day);
    expect([images(stack).includes(idOf(old)), snapshots(stack).includes(snapshot)]).toEqual([true, true]);
  });

  it.each(['ListRules', 'ListImagesInRecycleBin'])('they stay while %s is denied', async (operation) => {
    const stack = await world('optional');
    const snapshot = snapshotOf(stack);
    rule(stack, 'EC2_IMAGE', 20);
    stack.aws.faults.deny(operation, { until: start + 60 * day });
    await pass(stack.aws, 25 * day);
    expect([images(stack).includes(idOf(old)), snapshots(stack).includes(snapshot)]).toEqual([false, true]);
    stack.aws.faults.clear();
    expect(binned(stack)).toEqual([idOf(old)]);
  });
});

it('without rules and without a demand, image and snapshots go at once', async () => {
  const stack = await world('optional');
  const snapshot = snapshotOf(stack);
  await pass(stack.aws, 25 * day);
  expect(images(stack)).not.toContain(idOf(old));
  expect([...snapshots(stack), ...binned(stack), ...binnedSnapshots(stack)]).not.toContain(snapshot);
});

it('a rule is asked for only where something is disabled, and its age is kept between runs', async () => {
  const stack = await world('required');
  const asked: string[] = [];
  stack.aws.interceptor = ({ operation }, perform) => {
    if (operation === 'ListRules') asked.push(operation);
    return perform();
  };
  rule(stack, 'EC2_IMAGE', 14);
  await pass(stack.aws, 12 * hour);
  expect(asked).toEqual([]);
  await pass(stack.aws, 15 * day);
  expect(asked.length).toBeGreaterThan(0);
  const seen = (await stack.engine.ledger.binRules([home]))[home] ?? {};
  expect(Object.values(seen).every((since) => stack.aws.timeline.now() - since > 30 * minute)).toBe(true);
  expect(Object.keys(seen)).toHaveLength(1);
});
