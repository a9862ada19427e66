import { expect, test } from 'vitest';
import { putCopy, putImage, putInstance } from '../../local/ec2/fixtures.ts';
import { type ImageRow, save } from '../../local/ec2/rows.ts';
import { EmbeddedStore } from '../../local/store/embedded-store.ts';
import { EmbeddedAws } from '../../local/world.ts';
import { Ledger } from '../../shared/actions/ledger.ts';
import type { Policy } from '../../shared/model/policy.ts';
import type { ImageRecord } from '../../shared/model/records.ts';
import { day, hour, minute } from '../../shared/model/time.ts';
import { compiled, copyTo, now, policy, retain } from '../rules/make.ts';
import { type Effect, invariants } from './invariants.ts';
import { Invocation, usageReads } from './invocation.ts';
import { account, home } from './scenario.ts';
import { keyOfRow, Truth } from './truth.ts';

const abroad = 'eu-west-1';
const rules = compiled(
  policy({
    family: { key: '{nameBase}' },
    copy: copyTo(abroad),
    share: { with: [{ principal: 'account:222233334444' }], exact: false, snapshots: false, kms: 'off' },
    retain: retain({ limits: { perPlan: 1, percentOfFamily: 100 } }),
  }),
);

/** Three golden images in two Regions, the oldest far down the ladder, and a run in which all use was read. */
function open() {
  const aws = EmbeddedAws.open({ start: now, homeRegion: home, account, regions: [home, abroad] });
  const truth = new Truth(aws, rules, 0);
  const born = (row: ImageRow): ImageRow => {
    truth.born(row, 'product');
    return row;
  };
  const roots = [100, 50, 40].map((age, index) =>
    born(putImage(aws, { account, region: home, name: `golden-web-${index + 1}`, createdAt: now - age * day })),
  );
  const copies = roots.map((root) => born(putCopy(aws, root, { region: abroad })));
  const [old, oldCopy] = [roots[0], copies[0]];
  if (!old || !oldCopy) throw new Error('the world is empty');
  const invocation = new Invocation('reap', now, false);
  for (const region of [home, abroad])
    for (const operation of usageReads)
      invocation.noteRead({ service: 'ec2', operation, region, account, input: {} }, {}, now);
  const ledger = new Ledger(new EmbeddedStore(aws.state, home));
  const key = keyOfRow(old);
  truth.disabledSince.set(key, now - 60 * day);
  const row: ImageRow = { ...old, state: 'disabled', tags: { 'ami-steward:reap': 'approved' } };
  const effect = (operation: string, more: Partial<Effect> = {}): Effect => ({
    operation,
    region: home,
    input: { ImageId: old.id, DeleteAssociatedSnapshots: true },
    output: {},
    before: row,
    invocation,
    ...more,
  });
  const record = (more: Partial<ImageRecord>) =>
    ledger.saveImage(key, () => ({ image: key, root: key, role: 'root', name: old.name, firstSeenAt: now, ...more }));
  return { aws, truth, ledger, roots, copies, old, oldCopy, key, invocation, effect, record, row };
}

type World = ReturnType<typeof open>;

const told = (name: string, effect: Effect, { truth }: World): readonly string[] =>
  invariants[name]?.(effect, truth) ?? ['no such invariant'];

/** Right evidence for a deregistration: nothing may object to it. */
async function prepared(): Promise<World> {
  const world = open();
  await world.record({ pendingSnapshots: world.old.disks.map(({ snapshotId }) => snapshotId ?? '') });
  const entry = { at: now, image: world.key, what: 'deregister-image', phase: 'before' as const, run: 'r' };
  await world.ledger.append(entry);
  await world.ledger.noteFirstSweep(now - 2 * day);
  return world;
}

test('no invariant objects to an image that leaves as it should', async () => {
  const world = await prepared();
  for (const name of Object.keys(invariants))
    expect([name, told(name, world.effect('DeregisterImage'), world)]).toEqual([name, []]);
});

test('INV-1 notices a second copy', () => {
  const world = open();
  const second = putCopy(world.aws, world.old, { region: abroad, name: 'twice' });
  world.truth.born(second, 'product');
  const effect = world.effect('CopyImage', { region: abroad, output: { ImageId: second.id } });
  expect(told('INV-1 single copy', effect, world)).toHaveLength(1);
});

test('INV-2 notices a copy of a copy, and a copy into the same Region', () => {
  const world = open();
  const input = { SourceRegion: abroad, SourceImageId: world.oldCopy.id };
  expect(told('INV-2 no copy of a copy', world.effect('CopyImage', { input }), world)).toHaveLength(1);
  const same = { SourceRegion: home, SourceImageId: world.old.id };
  expect(told('INV-2 no copy of a copy', world.effect('CopyImage', { input: same }), world)).toHaveLength(1);
});

test.each(['DisableImage', 'DeregisterImage'])(
  'INV-3 notices %s of what an instance or a template uses',
  (operation) => {
    const world = open();
    putInstance(world.aws, world.oldCopy, { launchedAt: now - hour, state: 'stopped' });
    expect(told('INV-3 not in use', world.effect(operation), world)).toHaveLength(1);
    const template = { account, region: home, id: 'lt-1', createdAt: now - day };
    save(world.aws, 'launch-templates', { ...template, name: 'fleet', defaultVersion: 2, latestVersion: 2, tags: {} });
    const version = { ...template, id: 'lt-1/1', templateId: 'lt-1', number: 1, data: { ImageId: world.old.id } };
    save(world.aws, 'launch-template-versions', version);
    expect(told('INV-3 not in use', world.effect(operation), world)).toHaveLength(2);
  },
);

test.each([
  ['launch-configurations', { ImageId: '$image' }],
  ['auto-scaling-groups', { LaunchTemplate: { LaunchTemplateId: 'lt-1', Version: '1' } }],
  ['auto-scaling-groups', { MixedInstancesPolicy: { LaunchTemplate: { Overrides: [{ ImageId: '$image' }] } } }],
  ['spot-requests', { LaunchSpecification: { ImageId: '$image' } }],
  ['spot-fleets', { LaunchSpecifications: [{ ImageId: '$image' }] }],
  ['fleets', { LaunchTemplateConfigs: [{ LaunchTemplateSpecification: { LaunchTemplateName: 'old', Version: '1' } }] }],
] as const)('INV-3 notices a removal of what one of the %s names: %j', (kind, data) => {
  const world = open();
  const { id } = world.old;
  const template = { account, region: home, id: 'lt-1', createdAt: now - day };
  save(world.aws, 'launch-templates', { ...template, name: 'old', defaultVersion: 30, latestVersion: 30, tags: {} });
  const version = { ...template, id: 'lt-1/1', templateId: 'lt-1', number: 1, data: { ImageId: id } };
  save(world.aws, 'launch-template-versions', version);
  expect(told('INV-3 not in use', world.effect('DisableImage'), world)).toEqual([]);
  const asked = JSON.parse(JSON.stringify(data).replaceAll('$image', id)) as Record<string, unknown>;
  const row = { ...template, id: 'it', data: asked, state: 'active', tags: {} };
  save(world.aws, kind, row);
  expect(told('INV-3 not in use', world.effect('DisableImage'), world)).toHaveLength(1);
});

test('INV-3 does not mind a fleet that is deleted', () => {
  const world = open();
  const fleet = { account, region: home, id: 'fleet-1', createdAt: now - day, tags: {} };
  const data = { LaunchTemplateConfigs: [{ Overrides: [{ ImageId: world.old.id }] }] };
  save(world.aws, 'fleets', { ...fleet, data, state: 'deleted_running' });
  expect(told('INV-3 not in use', world.effect('DisableImage'), world)).toEqual([]);
});

test('INV-3 notices an instance of another account, once a usage report must show it', () => {
  const world = open();
  const stranger = '444455556666';
  putInstance(world.aws, world.old, { account: stranger, launchedAt: now - 2 * day });
  expect(told('INV-3 not in use', world.effect('DeregisterImage'), world)).toEqual([]);
  putInstance(world.aws, world.old, { account: stranger, launchedAt: now - 3 * day });
  expect(told('INV-3 not in use', world.effect('DeregisterImage'), world)).toHaveLength(1);
});

test('INV-3 forgives what nobody can know yet', () => {
  const world = open();
  putInstance(world.aws, world.old, { launchedAt: now - minute });
  expect(told('INV-3 not in use', world.effect('DeregisterImage'), world)).toEqual([]);
});

test('INV-4 notices a removal after a read of use that failed, that is old, or that never was', () => {
  const world = open();
  const call = { service: 'ec2' as const, operation: 'DescribeInstances', region: abroad, account, input: {} };
  const reads = [
    [undefined, now],
    [{ NextToken: 'more' }, now],
    [{}, now - 16 * minute],
  ] as const;
  for (const [output, at] of reads) {
    world.invocation.noteRead(call, output, at);
    expect(told('INV-4 fail closed', world.effect('DisableImage'), world)).toHaveLength(1);
  }
  const blind = world.effect('DisableImage', { invocation: new Invocation('retire', now, false) });
  expect(told('INV-4 fail closed', blind, world)).toHaveLength(1);
});

test('INV-5 notices a step too early, a step left out, and a missing approval', () => {
  const world = open();
  const { row } = world;
  const ladder = (operation: string, more: Partial<Effect>) =>
    told('INV-5 ladder', world.effect(operation, more), world);
  expect(ladder('DisableImage', { before: { ...row, deprecateAt: now - 29 * day } })).toHaveLength(1);
  expect(ladder('DisableImage', { before: row })).toHaveLength(1);
  expect(ladder('DeregisterImage', { before: { ...row, state: 'available' } })).toHaveLength(1);
  expect(ladder('DeregisterImage', { before: { ...row, tags: {} } })).toHaveLength(1);
  world.truth.disabledSince.set(world.key, now - 29 * day);
  expect(ladder('DeregisterImage', {})).toHaveLength(1);
  const input = { Resources: [world.old.id], Tags: [{ Key: 'ami-steward:reap', Value: 'approved' }] };
  expect(ladder('CreateTags', { input })).toHaveLength(1);
});

test('INV-5 notices a step without a line of history before it', async () => {
  const world = open();
  expect(told('INV-5 evidence first', world.effect('DeregisterImage'), world)).toHaveLength(1);
  await world.ledger.append({ at: now, image: world.key, what: 'deregister-image', phase: 'after', run: 'r' });
  expect(told('INV-5 evidence first', world.effect('DeregisterImage'), world)).toHaveLength(1);
});

test('INV-6 notices one lineage more than the limit in one plan', () => {
  const world = open();
  const [first, second] = world.roots.map((root) => world.effect('DisableImage', { input: { ImageId: root.id } }));
  if (!first || !second) throw new Error('too few images');
  expect(told('INV-6 limits', first, world)).toEqual([]);
  expect(told('INV-6 limits', first, world)).toEqual([]);
  expect(told('INV-6 limits', second, world)).toHaveLength(1);
});

test('INV-7 notices a step on one of the newest two', () => {
  const world = open();
  const second = world.effect('EnableImageDeprecation', { input: { ImageId: world.roots[1]?.id } });
  expect(told('INV-7 floor', second, world)).toHaveLength(1);
});

test('INV-8 notices a share that no policy names, a public one, and a shared snapshot', () => {
  const world = open();
  const shared = (entry: object) => ({ input: { ImageId: world.old.id, LaunchPermission: { Add: [entry] } } });
  const tell = (more: Partial<Effect>) => told('INV-8 shares', world.effect('ModifyImageAttribute', more), world);
  expect(tell(shared({ UserId: '222233334444' }))).toEqual([]);
  expect(tell(shared({ UserId: '666677778888' }))).toHaveLength(1);
  expect(tell(shared({ Group: 'all' }))).toHaveLength(1);
  expect(told('INV-8 shares', world.effect('ModifySnapshotAttribute'), world)).toHaveLength(1);
});

test('INV-9 notices a change of what is not ours, or what no policy selects', () => {
  const world = open();
  const foreign = putImage(world.aws, { account: '999988887777', region: home, name: 'golden-web-9' });
  const other = putImage(world.aws, { account, region: home, name: 'scratch-1' });
  for (const row of [foreign, other]) {
    world.truth.born(row, 'actor');
    const input = { SourceRegion: home, SourceImageId: row.id };
    expect(told('INV-9 ownership', world.effect('CopyImage', { input }), world)).toHaveLength(1);
    const marks = { Resources: [row.id], Tags: [{ Key: 'ami-steward:managed', Value: 'true' }] };
    expect(told('INV-9 ownership', world.effect('CreateTags', { input: marks }), world)).toHaveLength(1);
  }
});

test('INV-9 lets go what people revoked by name, whether a policy selects it or not', async () => {
  const world = open();
  const row = putImage(world.aws, { account, region: home, name: 'scratch-2' });
  world.truth.born(row, 'actor');
  const image = keyOfRow(row);
  const effect = world.effect('DisableImage', { before: row, input: { ImageId: row.id } });
  expect(told('INV-9 ownership', effect, world)).toHaveLength(1);
  const revoked = { at: now - day, reason: 'a bad build', disable: 'all' as const };
  const record = { image, root: image, role: 'root' as const, name: row.name, firstSeenAt: now, revoked };
  await world.ledger.saveImage(image, () => record);
  expect(told('INV-9 ownership', effect, world)).toEqual([]);
});

test('INV-10 notices a step on what is kept, protected, or managed by another service', () => {
  const world = open();
  const { row } = world;
  const tell = (before: ImageRow) => told('INV-10 holds', world.effect('DisableImage', { before }), world);
  expect(tell({ ...row, tags: { 'ami-steward:keep-until': 'forever' } })).toHaveLength(1);
  expect(tell({ ...row, tags: { 'ami-steward:keep-until': '2026-11-23' } })).toHaveLength(1);
  expect(tell({ ...row, tags: { 'ami-steward:keep-until': '2026-11-22' } })).toEqual([]);
  expect(tell({ ...row, protection: { mode: 'enabled' } })).toHaveLength(1);
  expect(tell({ ...row, tags: { 'aws:backup:source-resource': 'x' } })).toHaveLength(1);
});

test('INV-3 and INV-10 speak of copies where a policy names or named their Region, and nowhere else', () => {
  const world = open();
  const tell = () =>
    ['INV-3 not in use', 'INV-10 holds'].flatMap((name) => told(name, world.effect('DisableImage'), world));
  const byHand = (region: string) => {
    const row = putCopy(world.aws, world.old, { region, name: 'by hand', protection: { mode: 'enabled' } });
    world.truth.born(row, 'actor');
    putInstance(world.aws, row, { launchedAt: now - hour });
  };
  byHand('us-west-2');
  expect(tell()).toEqual([]);
  byHand(abroad);
  expect(tell()).toHaveLength(2);
  const moved = compiled({ ...(rules.policies[0] as Policy), copy: copyTo('ap-south-1') });
  world.truth.reconfigure(moved);
  expect(tell()).toHaveLength(2);
});

test('INV-11 notices snapshots that were not written ahead, and one that an image has lost', async () => {
  const world = open();
  expect(told('INV-11 snapshots', world.effect('DeregisterImage'), world)).toHaveLength(1);
  const prepare = await prepared();
  const needed = prepare.roots[1]?.disks[0]?.snapshotId ?? '';
  prepare.aws.state.table('snapshots').delete(`${account}/${home}/${needed}`);
  expect(told('INV-11 snapshots', prepare.effect('DeregisterImage'), prepare)).toHaveLength(1);
});

test('INV-12 notices launch permissions that are lost', async () => {
  const world = open();
  const before: ImageRow = { ...world.row, state: 'available', permissions: ['account:222233334444'] };
  await world.record({ savedGrants: [] });
  expect(told('INV-12 saved shares', world.effect('DisableImage', { before }), world)).toHaveLength(1);
});

test('INV-15 notices a fifth copy to one Region', () => {
  const world = open();
  const more = [1, 2, 3, 4].map((number) => putCopy(world.aws, world.old, { region: abroad, name: `again-${number}` }));
  for (const row of more) world.truth.born(row, 'product');
  const effect = world.effect('CopyImage', { region: abroad, output: { ImageId: more[2]?.id } });
  expect(told('INV-15 bounded work', effect, world)).toHaveLength(1);
});

test('INV-4 notices a removal while the store is young, or before it was ever swept', async () => {
  const world = open();
  expect(told('INV-4 young store', world.effect('DisableImage'), world)).toHaveLength(1);
  await world.ledger.noteFirstSweep(now - 2 * day + minute);
  expect(told('INV-4 young store', world.effect('DeregisterImage'), world)).toHaveLength(1);
});

test('INV-8 notices that a launch permission which somebody else gave is taken back', () => {
  const world = open();
  const input = { ImageId: world.old.id, LaunchPermission: { Remove: [{ UserId: '777788889999' }] } };
  const effect = world.effect('ModifyImageAttribute', { input });
  expect(told('INV-8 taken back', effect, world)).toHaveLength(1);
  world.truth.given(world.key).add('account:777788889999');
  expect(told('INV-8 taken back', effect, world)).toEqual([]);
});
