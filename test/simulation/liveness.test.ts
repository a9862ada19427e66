import { expect, test } from 'vitest';
import { putCopy, putImage } from '../../local/ec2/fixtures.ts';
import { type ImageRow, save } from '../../local/ec2/rows.ts';
import type { Message } from '../../local/services/queues.ts';
import { EmbeddedStore } from '../../local/store/embedded-store.ts';
import { Ledger } from '../../shared/actions/ledger.ts';
import { day, hour } from '../../shared/model/time.ts';
import { liveness } from './liveness.ts';
import { account, drawScenario, home, type Intensity, type Scenario } from './scenario.ts';
import { Simulation } from './simulation.ts';
import { keyOfRow } from './truth.ts';

const days = 6;

/** A seed without faults, played to its end: nothing is left to do. Each test breaks one thing in it. */
async function played() {
  const drawn = plainScenario();
  const calm = Object.fromEntries(Object.keys(drawn.intensity).map((name) => [name, 0])) as unknown as Intensity;
  // Keys and words of people keep whole families, which is no plain seed.
  const cast = drawn.cast.filter((role) => !['custodian', 'authority', 'weather'].includes(role));
  const simulation = new Simulation({ ...drawn, cast, intensity: calm, storms: [] });
  await simulation.prepare();
  await simulation.play();
  expect(simulation.violations).toEqual([]);
  const { aws, truth, scenario } = simulation;
  const found = () => liveness(truth, scenario, aws).map(({ invariant }) => invariant);
  const growing = truth
    .images()
    .find((row) => row.state === 'available' && row.deprecateAt === undefined && isCopiedRoot(row, simulation));
  if (!growing) throw new Error('no lineage grows in this seed');
  return { aws, truth, scenario, found, growing, ledger: new Ledger(new EmbeddedStore(aws.state, home)) };
}

/** One whose ladder is judged: whole lineages, no breaker, no long quarantine. */
function plainScenario(): Scenario {
  for (let seed = 1; ; seed++) {
    const scenario = drawScenario(seed, days);
    const { retain, overrides = [] } = scenario.policy.policies.find(({ name }) => name === 'golden') ?? {};
    const isPlain = retain?.unit === 'lineage' && retain.limits.perPlan === 100 && retain.recycleBin === 'optional';
    if (isPlain && overrides.length === 2) return scenario;
  }
}

const isCopiedRoot = (row: ImageRow, { truth }: Simulation): boolean =>
  truth.rootOf(keyOfRow(row)) === keyOfRow(row) && truth.members(keyOfRow(row)).length > 1;

test('LIVE-1 notices a copy that is missing, unshared or unmarked', async () => {
  const { aws, truth, found, growing } = await played();
  save(aws, 'images', { ...growing, permissions: [], tags: {} });
  expect(new Set(found())).toEqual(new Set(['LIVE-1 copied and shared']));
  save(aws, 'images', growing);
  expect(found()).toEqual([]);
  for (const row of truth.members(keyOfRow(growing)))
    if (row.region !== growing.region) save(aws, 'images', { ...row, state: 'failed' });
  expect(found()).toContain('LIVE-1 copied and shared');
});

test('LIVE-2 notices a snapshot that a removed image left behind', async () => {
  const { aws, truth, found, growing } = await played();
  const snapshots = ['snap-0123456789abcdef0'];
  const row = {
    account,
    region: home,
    id: snapshots[0] ?? '',
    state: 'completed' as const,
    description: '',
    volumeId: '',
  };
  const more = { sizeGiB: 8, startedAt: 0, encrypted: false, productCodes: [], permissions: [] };
  save(aws, 'snapshots', { ...row, ...more, tags: { 'ami-steward:managed': 'true' } });
  truth.removed.push({ key: keyOfRow(growing), region: home, snapshots });
  expect(found()).toEqual(['LIVE-2 no orphan snapshots']);
});

const left = 'LIVE-3 the expired have left';

test('LIVE-3 notices an old image that nobody uses and that is still there, unless its copy was given up', async () => {
  const { aws, truth, scenario } = await played();
  const quick = { ...scenario, faultsUntil: scenario.start, idleEvery: hour, storeIsOld: true };
  const found = () => liveness(truth, quick, aws).map(({ invariant }) => invariant);
  const createdAt = truth.now() - 300 * day;
  const tags = { 'ami-steward:managed': 'true' };
  const old = putImage(aws, { account, region: home, name: 'golden-web-0', createdAt, tags });
  truth.born(old, 'actor');
  expect(found()).toContain(left);
  const tried = (id: string): ImageRow => ({
    ...old,
    id,
    region: 'eu-west-1',
    sourceImageId: old.id,
    sourceImageRegion: home,
  });
  for (const id of ['ami-1', 'ami-2']) truth.born(tried(id), 'product');
  expect(found()).toContain(left);
  truth.born(tried('ami-3'), 'product');
  expect(found()).not.toContain(left);
});

test('LIVE-3 leaves a crowd before the first step to a person, and judges what went on from there', async () => {
  const { aws, truth, scenario } = await played();
  const quick = { ...scenario, faultsUntil: scenario.start, idleEvery: hour, storeIsOld: true };
  const late = () => liveness(truth, quick, aws).filter(({ invariant }) => invariant === left).length;
  const createdAt = truth.now() - 300 * day;
  const add = (number: number): ImageRow => {
    const name = `golden-web-${number}`;
    const row = putImage(aws, { account, region: home, name, createdAt, tags: { 'ami-steward:managed': 'true' } });
    truth.born(row, 'actor');
    return row;
  };
  const [first] = [900, 901, 902, 903, 904].map(add);
  expect(late()).toBe(5);
  add(905);
  expect(late()).toBe(0);
  save(aws, 'images', { ...(first as ImageRow), deprecateAt: createdAt + day });
  expect(late()).toBe(1);
});

test.each([
  ['its root is', true, false],
  ['only a copy is', false, true],
])('LIVE-3 judges a shared family unless %s under the default key', async (_what, ofRoot, due) => {
  const { aws, truth, scenario } = await played();
  const quick = { ...scenario, faultsUntil: scenario.start, idleEvery: hour, storeIsOld: true };
  const share = {
    with: [{ principal: 'account:222233334444' as const }],
    exact: false,
    snapshots: false,
    kms: 'verify' as const,
  };
  truth.policy = { ...truth.policy, policies: truth.policy.policies.map((one) => ({ ...one, share })) };
  const createdAt = truth.now() - 300 * day;
  const old = putImage(aws, {
    account,
    region: home,
    name: 'golden-web-0',
    createdAt,
    tags: { 'ami-steward:managed': 'true' },
  });
  truth.born(old, 'actor');
  const copy = putCopy(aws, old, { region: 'eu-west-1', name: old.name, tags: old.tags });
  truth.born(copy, 'product');
  const sealed = ofRoot ? old : copy;
  save(aws, 'images', { ...sealed, disks: sealed.disks.map((disk) => ({ ...disk, encrypted: true })) });
  expect(liveness(truth, quick, aws).some(({ invariant }) => invariant === left)).toBe(due);
});

/** An old image with a copy, of which somebody has deregistered the root; the rest of the world is done. */
async function withoutRoot(tags: ImageRow['tags'] = {}) {
  const world = await played();
  const { aws, truth, ledger } = world;
  const createdAt = truth.now() - 300 * day;
  const root = putImage(aws, { account, region: home, name: 'golden-web-0', createdAt, tags: { Team: 'platform' } });
  truth.born(root, 'actor');
  const copy = {
    ...putImage(aws, { account, region: 'eu-west-1', name: root.name, createdAt }),
    sourceImageId: root.id,
    sourceImageRegion: home,
    tags: { 'ami-steward:managed': 'true', ...tags },
  };
  save(aws, 'images', copy);
  truth.born(copy, 'product');
  const known = { image: keyOfRow(root), root: keyOfRow(root), role: 'root' as const, name: root.name };
  const gone = { ...known, firstSeenAt: createdAt, finishedAt: createdAt, goneAt: createdAt };
  await ledger.saveImage(known.image, () => gone);
  aws.state.table('images').delete(`${account}/${home}/${root.id}`);
  const quick = { ...world.scenario, faultsUntil: world.scenario.start, idleEvery: hour, storeIsOld: true };
  return { aws, truth, root, found: () => liveness(truth, quick, aws).map(({ invariant }) => invariant) };
}

test('LIVE-3 notices an old copy whose root is gone, unless somebody still names that root', async () => {
  const { aws, root, found } = await withoutRoot();
  expect(found()).toContain(left);
  const launch = { LaunchTemplateName: 'web', LaunchTemplateData: { ImageId: root.id } };
  aws.call('ec2', 'CreateLaunchTemplate', launch, { region: home });
  expect(found()).not.toContain(left);
});

test.each([
  ['carries', { Team: 'platform' }, true],
  ['does not carry', {}, false],
])('LIVE-3 judges a copy that %s the tags which the policy asked of its root, now gone', async (_what, tags, due) => {
  const { truth, found } = await withoutRoot(tags);
  const asking = truth.policy.policies.map((one) => ({
    ...one,
    select: { ...one.select, tags: { Team: ['platform'] } },
  }));
  truth.policy = { ...truth.policy, policies: asking };
  expect(found().includes(left)).toBe(due);
});

test('LIVE-4 notices an intent that leads to nothing, and snapshots that wait for ever', async () => {
  const { truth, found, growing, ledger } = await played();
  const root = keyOfRow(growing);
  const request = { source: root, region: 'us-west-1', name: 'lost', tags: {} };
  const since = truth.now() - 2 * day;
  const intent = { root, region: 'us-west-1', state: 'intent' as const, generation: 1, request, since };
  await ledger.saveIntent(root, 'us-west-1', () => intent);
  expect(found()).toEqual(['LIVE-4 no row is stuck']);
});

test('INV-14 notices an image without a record, and a record without an image', async () => {
  const { aws, found, growing, ledger } = await played();
  const key = keyOfRow(growing);
  await ledger.saveImage(key, (record) => ({ ...(record as NonNullable<typeof record>), goneAt: 1 }));
  expect(found()).toContain('INV-14 records match images');
  const record = await ledger.image(key);
  if (!record) throw new Error('there is no record');
  await ledger.saveImage(key, ({ goneAt: _gone, ...alive } = record) => alive);
  aws.state.table('images').delete(`${account}/${home}/${growing.id}`);
  expect(found()).toContain('INV-14 records match images');
});

test('INV-15 notices a message that nobody could finish', async () => {
  const { aws, truth, found } = await played();
  const sentAt = truth.now() - 7 * hour;
  const queue = `arn:aws:sqs:${home}:${account}:ami-steward-work`;
  const message = {
    id: 'm',
    queue,
    body: '',
    messageAttributes: {},
    sender: account,
    sentAt,
    visibleAt: 0,
    receives: 9,
  };
  aws.state.table<Message>('messages').set('m', message);
  expect(found()).toEqual(['INV-15 queues are empty']);
});
