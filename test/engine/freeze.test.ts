import { describe, expect, test } from 'vitest';
import { putImage } from '../../local/ec2/fixtures.ts';
import { State } from '../../local/kernel/state.ts';
import { EmbeddedStore } from '../../local/store/embedded-store.ts';
import { EmbeddedAws } from '../../local/world.ts';
import { Ledger } from '../../shared/actions/ledger.ts';
import { keys } from '../../shared/actions/ledger-keys.ts';
import { reconcile } from '../../shared/engine/reconcile.ts';
import { retire } from '../../shared/engine/take.ts';
import type { Freeze } from '../../shared/model/control.ts';
import { type ImageKey, imageKey } from '../../shared/model/ids.ts';
import { marksFor } from '../../shared/model/marks.ts';
import { day } from '../../shared/model/time.ts';
import { deployWithRoles } from '../roles/deploy.ts';
import { account, compiled, home, now, policy, retain, shareWith } from '../rules/make.ts';

/** Four generations, of which two are to be deprecated, and one that is to be shared. */
async function world() {
  const aws = EmbeddedAws.open({ start: now, homeRegion: home, account });
  const rules = compiled(
    policy({
      retain: retain({ stages: { deprecate: { afterSuperseded: 7 * day } } }),
      share: shareWith('account:222233334444'),
    }),
  );
  const { engine } = await deployWithRoles(aws, rules);
  await engine.ledger.noteFirstSweep(now - 365 * day);
  const ids: ImageKey[] = [];
  for (const number of [1, 2, 3, 4]) {
    const createdAt = now - (400 - 10 * number) * day;
    const id = `ami-0e${number}000000000a1b2c`;
    const tags = marksFor(imageKey(home, id), createdAt, 'golden');
    putImage(aws, { account, region: home, id, name: `golden-${number}`, createdAt, tags, snapshotTags: tags });
    const key = imageKey(home, id);
    await engine.ledger.saveImage(key, () => {
      return {
        image: key,
        root: key,
        role: 'root',
        name: id,
        built: createdAt,
        firstSeenAt: createdAt,
        finishedAt: now - 90 * day,
      };
    });
    ids.push(key);
  }
  return { engine, ids, aws };
}

const freeze = (scope: Freeze['scope']): Freeze => ({ scope, why: 'an incident', at: now });
const statuses = async ({ engine }: Awaited<ReturnType<typeof world>>) =>
  (await retire(engine)).outcomes.map(({ action, status }) => `${action.kind} ${status}`);

describe('the stop switch', () => {
  test('off stops nothing', async () => {
    expect(await statuses(await world())).toEqual(['deprecate-image done', 'deprecate-image done']);
  });

  test.each(['retire', 'all'] as const)('%s holds every step that takes, and the plan says so', async (scope) => {
    const made = await world();
    await made.engine.ledger.setFreeze(freeze(scope));
    const { plan, outcomes } = await retire(made.engine);
    expect(outcomes).toEqual([]);
    expect(plan.held.flatMap(({ guards }) => guards)).toEqual(
      Array(2).fill({ code: 'frozen', data: { scope, why: 'an incident' } }),
    );
    await made.engine.ledger.setFreeze(freeze('off'));
    expect(await statuses(made)).toHaveLength(2);
  });

  test('is read again before each act', async () => {
    const made = await world();
    const { ledger, images } = made.engine;
    const { deprecate } = images;
    images.deprecate = async (...args) => {
      await ledger.setFreeze(freeze('retire'));
      return deprecate.apply(images, args);
    };
    expect(await statuses(made)).toEqual(['deprecate-image done', 'deprecate-image waiting']);
  });

  test('retire lets images be given, and all does not', async () => {
    const { engine, ids, aws } = await world();
    const newest = ids[3] ?? imageKey(home, 'ami-0');
    const given = async (scope: Freeze['scope']) => {
      await engine.ledger.setFreeze(freeze(scope));
      aws.call('ec2', 'ResetImageAttribute', { ImageId: newest.split('/')[1], Attribute: 'launchPermission' });
      return (await reconcile(engine, { image: newest })).outcomes.map(({ status }) => status);
    };
    expect(await given('all')).toContain('waiting');
    expect(await given('retire')).toContain('done');
  });
});

describe('a switch that is not there', () => {
  const ledgerOn = (state: State) => new Ledger(new EmbeddedStore(state, home));

  test('is set off by the first sweep over a new store', async () => {
    const ledger = ledgerOn(new State());
    expect(await ledger.freeze()).toMatchObject({ scope: 'retire', why: 'it is missing' });
    await ledger.noteFirstSweep(now);
    expect((await ledger.freeze()).scope).toBe('off');
  });

  test('is not set again over an old store, nor one that a person has set', async () => {
    const ledger = ledgerOn(new State());
    await ledger.setFreeze(freeze('all'));
    await ledger.noteFirstSweep(now);
    await ledger.noteFirstSweep(now + day);
    expect((await ledger.freeze()).scope).toBe('all');
    const store = new EmbeddedStore(new State(), home);
    await store.put({ ...keys.firstSweep, schema: 1, data: { at: now } }, 'absent');
    const lost = new Ledger(store);
    await lost.noteFirstSweep(now + day);
    expect((await lost.freeze()).scope).toBe('retire');
  });

  test.each([
    ['a word that nobody knows', { scope: 'stop', why: 'by hand' }, 'it says stop, which is none of its words'],
    ['no word at all', {}, 'it says undefined, which is none of its words'],
  ])('stops what takes when it says %s', async (_name, data, why) => {
    const store = new EmbeddedStore(new State(), home);
    await store.put({ ...keys.freeze, schema: 1, data }, 'absent');
    expect(await new Ledger(store).freeze()).toEqual({ scope: 'retire', why });
  });

  test('stops what takes when it cannot be read, or a newer version wrote it', async () => {
    const store = new EmbeddedStore(new State(), home);
    await store.put({ ...keys.freeze, schema: 99, data: { scope: 'off', why: '' } }, 'absent');
    expect((await new Ledger(store).freeze()).scope).toBe('retire');
    store.get = async () => {
      throw new Error('down');
    };
    expect(await new Ledger(store).freeze()).toEqual({ scope: 'all', why: 'it could not be read (down)' });
  });
});

test('an approval that a newer version wrote lifts nothing here', async () => {
  const store = new EmbeddedStore(new State(), home);
  const put = (step: string, schema: number) =>
    store.put({ ...keys.approval(now, step), schema, data: { step, at: now } }, 'absent');
  await put('ours', 1);
  await put('theirs', 99);
  expect((await new Ledger(store).approvals(now)).map(({ step }) => step)).toEqual(['ours']);
});
