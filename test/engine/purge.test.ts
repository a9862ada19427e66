import { expect, test } from 'vitest';
import { putImage } from '../../local/ec2/fixtures.ts';
import { AwsError } from '../../local/kernel/service.ts';
import { State } from '../../local/kernel/state.ts';
import { EmbeddedStore } from '../../local/store/embedded-store.ts';
import { EmbeddedAws } from '../../local/world.ts';
import type { Workbench } from '../../shared/actions/action.ts';
import { remove } from '../../shared/actions/deregister-image.ts';
import { Ledger } from '../../shared/actions/ledger.ts';
import { reap } from '../../shared/engine/take.ts';
import { type ErrorKind, PortError } from '../../shared/model/errors.ts';
import type { ImageKey } from '../../shared/model/ids.ts';
import { keyOf } from '../../shared/model/image.ts';
import { approved, mark } from '../../shared/model/marks.ts';
import type { Action } from '../../shared/model/plan.ts';
import type { Mode } from '../../shared/model/policy.ts';
import { type ImageRecord, settlingTime } from '../../shared/model/records.ts';
import { day, hour, type Instant, minute } from '../../shared/model/time.ts';
import type { Images } from '../../shared/ports/images.ts';
import { deployWithRoles } from '../roles/deploy.ts';
import { account, compiled, home, image, now, policy, record, selector } from '../rules/make.ts';

const approvedMarks = { [mark.managed]: 'true', [mark.reap]: approved };

/** What an image that is gone has left: one snapshot of its own. */
async function world(mode: Mode = 'apply') {
  const aws = EmbeddedAws.open({ start: now, homeRegion: home, account });
  const { engine } = await deployWithRoles(aws, compiled(policy({ mode, select: selector({ name: ['other-*'] }) })));
  await engine.ledger.noteFirstSweep(now - 365 * day);
  const gone = [1, 2].map((number) => image(number));
  for (const one of gone)
    await engine.ledger.saveImage(keyOf(one), () =>
      record(one, { policy: 'golden', goneAt: now - day, pendingSnapshots: one.snapshots }),
    );
  const left = async () => (await engine.ledger.toPurge()).map((row) => row.image);
  return { aws, engine, gone: gone.map(keyOf), left };
}

test('snapshots that an image left go in the next run', async () => {
  const { engine, gone, left } = await world();
  expect(await left()).toEqual(gone);
  await reap(engine);
  expect(await left()).toEqual([]);
});

test.each([
  ['waits: the Recycle Bin may not show its image yet', minute, 2],
  ['goes, half an hour later', settlingTime, 1],
])('F59 a snapshot that an image left just now %s', async (_name, ago, waiting) => {
  const { engine, gone, left } = await world();
  const [one, other] = [image(1), image(2)].map(keyOf) as [ImageKey, ImageKey];
  const goneSince = (key: ImageKey, goneAt: Instant) =>
    engine.ledger.saveImage(key, (before) => ({ ...(before as ImageRecord), goneAt }));
  await goneSince(one, engine.clock.now() - ago);
  await goneSince(other, engine.clock.now());
  await reap(engine);
  expect(await left()).toEqual(gone.slice(gone.length - waiting));
});

test('the stop switch, set while snapshots go, stops the rest of them', async () => {
  const { engine, gone, left } = await world();
  engine.images.deleteSnapshot = async () => {
    await engine.ledger.setFreeze({ scope: 'retire', why: 'an incident', at: now });
    return true;
  };
  await reap(engine);
  expect(await left()).toEqual(gone.slice(1));
});

test('one that EC2 does not let go waits, and neither stops the run nor the others', async () => {
  const { aws, engine, gone, left } = await world();
  let asked = 0;
  aws.faults.addCallRule({
    match: ({ operation }) => operation === 'DeleteSnapshot' && ++asked === 1,
    effect: { kind: 'error', error: () => new AwsError('UnauthorizedOperation', 'no', 403) },
  });
  await expect(reap(engine)).resolves.toMatchObject({ outcomes: [] });
  expect(await left()).toEqual(gone.slice(0, 1));
});

test('F53 a snapshot that lost our marks is told once and tried no more, however long it stays', async () => {
  const { aws, engine, gone, left } = await world();
  const [snapshotId = ''] = image(1).snapshots;
  const other = {
    account,
    region: home,
    name: 'other',
    disks: [{ snapshotId }],
    snapshotTags: { [mark.managed]: 'true' },
  };
  const { id } = putImage(aws, other);
  aws.call('ec2', 'DeregisterImage', { ImageId: id }, { region: home });
  // No role may delete what does not carry our marks; of the other one nothing is there to look at.
  aws.faults.deny('DeleteSnapshot');
  const told: { code: string }[][] = [];
  for (let days = 0; days < 5; days++) {
    const { events } = await reap(engine);
    told.push(...events.flatMap(({ data }) => ('reasons' in data ? [data.reasons as { code: string }[]] : [])));
    await aws.timeline.advanceTo(now + (days + 1) * day);
  }
  expect(told.filter(([first]) => first?.code === 'snapshot-unmarked')).toEqual([
    [{ code: 'snapshot-unmarked', data: { snapshots: [snapshotId] } }],
  ]);
  expect(await left()).toEqual(gone.slice(1));
});

test.each([
  ['waits for a day, since EC2 may be late', hour, 1],
  ['stays for good after that', 2 * day, 0],
])('F55 a snapshot that another image uses %s', async (_name, later, waiting) => {
  const { aws, engine, gone, left } = await world();
  const [snapshotId = ''] = image(1).snapshots;
  const other = putImage(aws, {
    account,
    region: home,
    name: 'other',
    disks: [{ snapshotId }],
    snapshotTags: approvedMarks,
  });
  await engine.ledger.saveImage(keyOf(image(1)), (record) => ({ ...(record as ImageRecord), goneAt: now }));
  await aws.timeline.advanceTo(now + later);
  await reap(engine);
  expect(await left()).toEqual(gone.slice(0, waiting));
  aws.call('ec2', 'DeregisterImage', { ImageId: other.id }, { region: home });
  await reap(engine);
  const { Snapshots } = aws.call('ec2', 'DescribeSnapshots', {}, { region: home }) as { Snapshots: object[] };
  expect(Snapshots).toHaveLength(1 - waiting);
});

test('while the policy is in mode plan, or taken out, nothing is deleted', async () => {
  const { engine, gone, left } = await world('plan');
  await reap(engine);
  expect(await left()).toEqual(gone);
  await reap({ ...engine, policy: compiled(policy({ name: 'renamed', select: selector({ name: ['other-*'] }) })) });
  expect(await left()).toEqual(gone);
});

test.each<[ErrorKind, readonly string[]]>([
  ['denied', []],
  ['protected', []],
  ['unavailable', image(1).snapshots],
])('a call to deregister that ends %s leaves %j to be deleted', async (kind, pending) => {
  const ledger = new Ledger(new EmbeddedStore(new State(), home));
  const deregister = async () => {
    expect(await ledger.image(keyOf(image(1)))).toMatchObject({ pendingSnapshots: image(1).snapshots });
    throw new PortError(kind, { operation: 'DeregisterImage', region: home, code: kind }, 'no');
  };
  const images = { deregister, rehearse: async () => undefined } as Partial<Images> as Images;
  const bench = { images, ledger, account, clock: { now: () => now }, run: 'r', policyHash: 'h' };
  const action = { kind: 'deregister-image', image: keyOf(image(1)), root: keyOf(image(1)), policy: 'golden', why: [] };
  const call = remove(action as unknown as Action, image(1), 'deleted', bench as unknown as Workbench);
  await expect(call).rejects.toThrow('no');
  expect((await ledger.image(keyOf(image(1))))?.pendingSnapshots).toEqual(pending);
});
