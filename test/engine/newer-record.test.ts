import { expect, test } from 'vitest';
import { putCopy, putImage } from '../../local/ec2/fixtures.ts';
import { EmbeddedStore } from '../../local/store/embedded-store.ts';
import { EmbeddedAws } from '../../local/world.ts';
import type { Workbench } from '../../shared/actions/action.ts';
import { schemaVersion } from '../../shared/actions/item.ts';
import { Ledger } from '../../shared/actions/ledger.ts';
import { imageIndexes, keys, pointersKey } from '../../shared/actions/ledger-keys.ts';
import { shareImage } from '../../shared/actions/share-image.ts';
import { endedWithSource } from '../../shared/engine/intent-shown.ts';
import { observe } from '../../shared/engine/observe.ts';
import { readGrants } from '../../shared/engine/observe-grants.ts';
import { reconcile } from '../../shared/engine/reconcile.ts';
import { sweep } from '../../shared/engine/sweep.ts';
import { reap, retire } from '../../shared/engine/take.ts';
import { because } from '../../shared/model/codes.ts';
import { type ImageKey, imageKey } from '../../shared/model/ids.ts';
import { marksFor } from '../../shared/model/marks.ts';
import type { PointerRecord } from '../../shared/model/pointer.ts';
import type { ImageRecord } from '../../shared/model/records.ts';
import { day, minute } from '../../shared/model/time.ts';
import { deployWithRoles } from '../roles/deploy.ts';
import { abroad, account, compiled, copyTo, home, idOf, image, intent, now, policy, retain } from '../rules/make.ts';

/** Five generations, of which the oldest three are to be deprecated; a newer version has written the record of the oldest. */
async function world(more: Partial<ImageRecord> = {}) {
  const aws = EmbeddedAws.open({ start: now, homeRegion: home, account });
  const store = new EmbeddedStore(aws.state, home);
  const rules = compiled(policy({ retain: retain({ stages: { deprecate: { afterSuperseded: 7 * day } } }) }));
  const { engine: deployed } = await deployWithRoles(aws, rules);
  const engine = { ...deployed, ledger: new Ledger(store) };
  await engine.ledger.noteFirstSweep(now - 365 * day);
  for (const number of [1, 2, 3, 4, 5]) {
    const built = now - (400 - 10 * number) * day;
    const image = imageKey(home, idOf(number));
    const tags = marksFor(image, built, 'golden');
    putImage(aws, { account, region: home, id: idOf(number), name: `golden-${number}`, createdAt: built, tags });
    const data: ImageRecord = {
      image,
      root: image,
      role: 'root',
      name: `golden-${number}`,
      built,
      firstSeenAt: built,
      finishedAt: now - 90 * day,
      ...(number === 1 && more),
    };
    const schema = number === 1 ? schemaVersion + 1 : schemaVersion;
    await store.put({ ...keys.image(image), schema, data, index: imageIndexes(data) }, 'absent');
  }
  return { aws, engine, store };
}

const newer = imageKey(home, idOf(1));
const others: ImageKey[] = [2, 3].map((number) => imageKey(home, idOf(number)));

test('an image whose record a newer version wrote is left alone, and stops no other', async () => {
  const { engine } = await world();
  const { outcomes, plan } = await retire(engine);
  expect(outcomes.map(({ action, status }) => [action.image, status])).toEqual(others.map((image) => [image, 'done']));
  expect(plan.verdicts.find(({ image }) => image === newer)?.code).toBe('record-newer');
});

test('nor is anything written or queued for it', async () => {
  const { engine, store } = await world({ name: 'what-it-was-called' });
  expect((await sweep(engine)).enqueued.map(({ root }) => root)).not.toContain(newer);
  expect((await reconcile(engine, { image: newer })).outcomes).toEqual([]);
  expect((await store.get<ImageRecord>(keys.image(newer)))?.data.name).toBe('what-it-was-called');
});

test('its snapshots are left to that version', async () => {
  const { engine, aws } = await world({ goneAt: now - day, pendingSnapshots: ['snap-0a1b2c3d'], policy: 'golden' });
  const asked: string[] = [];
  aws.interceptor = ({ operation }, perform) => {
    asked.push(operation);
    return perform();
  };
  await reap(engine);
  expect(asked).not.toContain('DeleteSnapshot');
});

test('F69: a copy that a newer version wrote down is left to it, and nothing fails again and again', async () => {
  const { engine, store } = await world();
  const root = imageKey(home, idOf(4));
  const policies = [policy({ copy: copyTo(abroad) })];
  const copying = { ...engine, policy: compiled(...policies) };
  const data = intent(image(4), { root, state: 'failed', since: now - 30 * day });
  await store.put({ ...keys.intent(root, abroad), schema: schemaVersion + 1, data }, 'absent');
  const { outcomes, plan } = await reconcile(copying, { image: root });
  expect(outcomes.filter(({ action }) => action.kind === 'copy-image')).toEqual([]);
  expect(plan.verdicts.find((one) => one.image === root)?.reasons).toContainEqual(
    because('copy-newer', { region: abroad }),
  );
  expect((await store.get(keys.intent(root, abroad)))?.data).toEqual(data);
  const other = await reconcile(copying, { image: imageKey(home, idOf(5)) });
  expect(other.outcomes.map(({ action, status }) => [action.kind, status])).toContainEqual(['copy-image', 'done']);
});

test('F69: what has become of a copy that a newer version wrote down is left to it, too', async () => {
  const { aws, engine, store } = await world();
  const root = imageKey(home, idOf(4));
  const built = putImage(aws, {
    account,
    region: home,
    id: idOf(4),
    name: 'golden-4',
    tags: marksFor(root, now, 'golden'),
  });
  const copy = putCopy(aws, built, { region: abroad });
  const copying = { ...engine, policy: compiled(policy({ copy: copyTo(abroad) })) };
  const data = intent(image(4), { root, state: 'copying', copyId: copy.id, since: now - 30 * day });
  await store.put({ ...keys.intent(root, abroad), schema: schemaVersion + 1, data }, 'absent');
  await reconcile(copying, { image: root });
  expect((await store.get(keys.intent(root, abroad)))?.data).toEqual(data);
});

test.each([
  ['ends with its source', undefined, 1],
  ['that a newer version wrote does not', true as const, 0],
])('F69: an intent of a root that is gone %s', (_what, byNewer, ended) => {
  const failed = intent(image(4), { state: 'failed', ...(byNewer && { newer: byNewer }) });
  expect(endedWithSource(failed, now)).toHaveLength(ended);
});

test('F69: what a newer version gave is not taken back, nor given again', async () => {
  const { engine, store } = await world();
  const root = imageKey(home, idOf(5));
  const friend = 'account:222233334444';
  const row = { principal: friend, given: true, at: now, policy: 'golden' } as const;
  await store.put({ ...keys.grant(root, row), schema: schemaVersion + 1, data: row }, 'absent');
  const asked: unknown[] = [];
  const images = { share: async (...call: unknown[]) => void asked.push(call) };
  const bench = { ...engine, images, run: 'r', policyHash: 'h' } as unknown as Workbench;
  const common = { kind: 'share-image', image: root, root, policy: 'golden', mode: 'apply', why: [] } as const;
  for (const [add, remove] of [
    [[], [friend]],
    [[friend], []],
  ] as const)
    expect((await shareImage.apply({ ...common, add, remove }, bench)).status).toBe('blocked');
  expect(asked).toEqual([]);
  const read = await readGrants(engine, await observe(engine, { scope: 'account', grants: 'due', usage: false }), [
    root,
  ]);
  expect([read.granted[root], read.onceGranted[root]]).toEqual([[], [friend]]);
});

test('F69: a pointer that a newer version moved is left to it, and nothing fails again and again', async () => {
  const { engine, store, aws } = await world();
  const publishing = compiled(
    policy({ publish: { when: 'all-regions', ssm: [{ parameter: '/golden', regions: [home] }], launchTemplates: [] } }),
  );
  const root = imageKey(home, idOf(5));
  const moved = await reconcile({ ...engine, policy: publishing }, { image: root });
  expect(moved.outcomes.map(({ action }) => action.kind)).toContain('publish-image');
  const [item] = await store.list<PointerRecord>(pointersKey);
  if (!item) throw new Error('nothing was published');
  await store.put({ ...item, schema: schemaVersion + 1 }, item.rev);
  aws.call(
    'ssm',
    'PutParameter',
    { Name: '/golden', Value: idOf(4), Type: 'String', DataType: 'aws:ec2:image', Overwrite: true },
    { region: home },
  );
  await aws.timeline.advanceTo(aws.timeline.now() + minute);
  const { outcomes, plan } = await reconcile({ ...engine, policy: publishing }, { image: root });
  expect(outcomes.filter(({ action }) => action.kind === 'publish-image')).toEqual([]);
  expect(plan.verdicts.flatMap(({ reasons }) => reasons.map(({ code }) => code))).toContain('record-newer');
});
