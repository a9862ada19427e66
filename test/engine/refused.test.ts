import { describe, expect, it } from 'vitest';
import { State } from '../../local/kernel/state.ts';
import { EmbeddedStore } from '../../local/store/embedded-store.ts';
import type { Workbench } from '../../shared/actions/action.ts';
import { remove } from '../../shared/actions/deregister-image.ts';
import { grantKey } from '../../shared/actions/grant-key.ts';
import { approveRemoval } from '../../shared/actions/ladder.ts';
import { Ledger } from '../../shared/actions/ledger.ts';
import { shareImage } from '../../shared/actions/share-image.ts';
import { shareSnapshots } from '../../shared/actions/share-snapshots.ts';
import { enableImage } from '../../shared/actions/undo.ts';
import type { Engine } from '../../shared/engine/engine.ts';
import { record as writeDown } from '../../shared/engine/record.ts';
import { tell } from '../../shared/engine/tell.ts';
import { type ErrorKind, PortError } from '../../shared/model/errors.ts';
import { known } from '../../shared/model/evidence.ts';
import { keyOf, tagsOf } from '../../shared/model/image.ts';
import type { Outcome } from '../../shared/model/outcome.ts';
import type { Action, ActionOf } from '../../shared/model/plan.ts';
import { day, hour } from '../../shared/model/time.ts';
import type { Images } from '../../shared/ports/images.ts';
import type { Keys } from '../../shared/ports/keys.ts';
import { account, home, image, inventory, marked, now, record } from '../rules/make.ts';

const one = image(1);
const key = `arn:aws:kms:${home}:${account}:key/k`;
const sharee = 'account:222233334444';
const refusal = (kind: ErrorKind) => new PortError(kind, { operation: 'Call', region: home, code: kind }, 'no');

function bench(calls: { images?: Partial<Images>; keys?: Partial<Keys> } = {}) {
  const ledger = new Ledger(new EmbeddedStore(new State(), home));
  const clock = { now: () => now };
  return {
    ...calls,
    ledger,
    account,
    clock,
    policy: { policies: [] },
    run: 'r',
    policyHash: 'h',
  } as unknown as Workbench & Engine;
}

const action = <K extends Action['kind']>(kind: K, more: object): ActionOf<K> =>
  ({ kind, image: keyOf(one), root: keyOf(one), policy: 'golden', mode: 'apply', why: [], ...more }) as never;
const given = async ({ ledger }: Workbench) =>
  (await ledger.grants(keyOf(one))).map(({ principal, given: isOurs, refused }) => [
    principal,
    isOurs,
    refused !== undefined,
  ]);
const refusing = (kind: ErrorKind) => ({
  share: () => Promise.reject(refusal(kind)),
  shareSnapshots: () => Promise.reject(refusal(kind)),
});

describe('what AWS refuses to give', () => {
  const add = [{ on: 'snap-1', account: '222233334444' }];

  it.each<[string, (at: Workbench) => Promise<unknown>]>([
    ['a launch permission', (at) => shareImage.apply(action('share-image', { add: [sharee], remove: [] }), at)],
    ['a snapshot', (at) => shareSnapshots.apply(action('share-snapshots', { add, remove: [] }), at)],
  ])('%s, is not remembered as given, and rests', async (_what, act) => {
    const at = bench({ images: refusing('invalid') });
    await act(at);
    expect(await given(at)).toEqual([[sharee, false, true]]);
  });

  it('a grant on a key, is not either', async () => {
    const at = bench({ keys: { grant: () => Promise.reject(refusal('denied')) } });
    await grantKey.apply(action('grant-key', { add: [{ on: key, account: '222233334444' }], remove: [] }), at);
    expect(await given(at)).toEqual([[sharee, false, true]]);
  });

  it('in several calls, may have been given by the first of them', async () => {
    const at = bench({ images: refusing('invalid') });
    const two = [...add, { on: 'snap-2', account: '222233334444' }];
    await shareSnapshots.apply(action('share-snapshots', { add: two, remove: [] }), at);
    expect((await given(at)).map(([, isOurs]) => isOurs)).toEqual([true, true]);
  });

  it('again, although it gave it before, stays ours', async () => {
    const at = bench({ images: refusing('invalid') });
    await at.ledger.saveGrant(keyOf(one), { principal: sharee, given: true, at: now - day, policy: 'golden' });
    await shareImage.apply(action('share-image', { add: [sharee], remove: [] }), at);
    expect(await given(at)).toEqual([[sharee, true, true]]);
  });

  it('and nobody answers, may have been given', async () => {
    const at = bench({ images: refusing('unavailable') });
    await shareImage.apply(action('share-image', { add: [sharee], remove: [] }), at);
    expect(await given(at)).toEqual([[sharee, true, false]]);
  });
});

describe('what AWS refuses to take back', () => {
  it.each([true, false])('is ours afterwards if it was before: %s', async (isOurs) => {
    const at = bench({ images: refusing('denied') });
    if (isOurs)
      await at.ledger.saveGrant(keyOf(one), { principal: sharee, given: true, at: now - day, policy: 'golden' });
    await shareImage.apply(action('share-image', { add: [], remove: [sharee] }), at);
    expect(await given(at)).toEqual([[sharee, isOurs, true]]);
  });
});

describe('a snapshot that lost our mark', () => {
  const [kept, lost] = ['snap-1', 'snap-2'];
  const ripe = marked(image(1, { state: 'disabled' }));
  /** As roles do: what touches a snapshot without our mark is refused in whole. */
  function ward(tags: Record<string, object>) {
    const calls: string[] = [];
    const touch = (what: string) => async (_image: object, snapshots: readonly string[]) => {
      if (snapshots.includes(lost)) throw refusal('denied');
      calls.push([what, ...snapshots].join(' '));
    };
    const images = {
      get: async () => ({ ...ripe, tags: known({ ...tagsOf(ripe), ...(tags.image ?? {}) }) }),
      mark: touch('mark'),
      unmark: touch('unmark'),
      enable: async () => undefined,
      snapshotTags: async () => tags as Record<string, Record<string, string>>,
    } as Partial<Images>;
    return { at: bench({ images }), calls };
  }
  const managed = { 'ami-steward:managed': 'true' };
  const approval = action('approve-removal', { snapshots: [kept, lost] });

  it('keeps its image from nothing: that is approved without it, which is said', async () => {
    const { at, calls } = ward({ [kept]: managed, [lost]: {} });
    const result = await approveRemoval.apply(approval, at);
    expect(result).toMatchObject({ status: 'done', detail: { lost: [lost] } });
    expect(calls).toEqual([`mark ${kept}`]);
    expect((await at.ledger.image(keyOf(one)))?.approvedAt).toBe(now);
  });

  it('keeps it from coming back neither', async () => {
    const { at, calls } = ward({ [kept]: managed, image: { 'ami-steward:reap': 'approved' } });
    at.images.get = async () => ({
      ...ripe,
      snapshots: [kept, lost],
      tags: known({ ...managed, 'ami-steward:reap': 'approved' }),
    });
    await at.ledger.saveImage(keyOf(one), () => record(one, { disabledAt: now - day }));
    expect(await enableImage.apply(action('enable-image', {}), at)).toMatchObject({ status: 'done' });
    expect(calls).toEqual([`unmark ${kept}`]);
  });

  it('explains no other refusal', async () => {
    const { at, calls } = ward({ [kept]: managed, [lost]: managed });
    await expect(approveRemoval.apply(approval, at)).rejects.toThrow('no');
    expect(calls).toEqual([]);
  });
});

describe('grants on keys', () => {
  async function granted(deregister: () => Promise<[]>) {
    const ended: string[] = [];
    const at = bench({
      images: { deregister, rehearse: async () => undefined, get: async () => undefined },
      keys: { endGrant: async (_key, name) => void ended.push(name) },
    });
    await at.ledger.saveGrant(keyOf(one), { principal: sharee, on: key, given: true, at: now - day, policy: 'golden' });
    return { at, ended };
  }
  const go = ({ at }: { at: Workbench }) => remove(action('deregister-image', {}), one, 'deleted', at);

  it('stay while EC2 keeps the image, and end with it', async () => {
    const kept = await granted(() => Promise.reject(refusal('protected')));
    await expect(go(kept)).rejects.toThrow('no');
    expect(kept.ended).toEqual([]);
    const gone = await granted(async () => []);
    await go(gone);
    expect(gone.ended).toEqual([`ami-steward/${one.id}/222233334444`]);
  });

  it.each<[string, ErrorKind | undefined, boolean]>([
    ['end when somebody else has deregistered it', undefined, true],
    ['that KMS keeps from us stop nothing', 'denied', true],
    ['are tried again where KMS does not answer', 'throttled', false],
  ])('%s', async (_what, kind, isBuried) => {
    const { at, ended } = await granted(async () => []);
    if (kind) at.keys.endGrant = () => Promise.reject(refusal(kind));
    const missing = record(one);
    await at.ledger.saveImage(missing.image, () => missing);
    const recording = { images: [], intents: [], pointers: [], missing: [missing], risen: [] };
    const run = { id: 'r', correlationId: 'r', causationId: 'r', at: now };
    const written = writeDown({ ...at, policy: { hash: 'h', policies: [] } } as never, {
      run,
      inventory: inventory([]),
      recording,
      seenBy: 'sweep',
    });
    await (isBuried ? written : expect(written).rejects.toThrow('no'));
    expect((await at.ledger.image(missing.image))?.goneAt !== undefined).toBe(isBuried);
    expect(ended).toHaveLength(kind ? 0 : 1);
  });
});

describe('a refusal is told', () => {
  const denied = { kind: 'denied', code: 'UnauthorizedOperation', message: 'no' } as const;
  const blocked = (more: Partial<Outcome> = {}): Outcome => ({
    action: action('disable-image', {}),
    status: 'blocked',
    detail: { why: 'no' },
    error: denied,
    ...more,
  });
  async function teller() {
    const at = bench();
    await at.ledger.saveImage(keyOf(one), () => record(one));
    let time = now;
    const engine = { ...at, clock: { now: () => time } } as unknown as Engine;
    const say = (type: string) => ({ type }) as never;
    return {
      engine,
      later: (by: number) => (time += by),
      count: async (...outcomes: Outcome[]) => (await tell(engine, outcomes, say)).length,
    };
  }

  it('once, and again after a day', async () => {
    const { count, later } = await teller();
    expect(await count(blocked())).toBe(1);
    later(day - 1);
    expect(await count(blocked({ error: { ...denied, message: 'no, once more' } }))).toBe(0);
    later(1);
    expect(await count(blocked())).toBe(1);
    later(hour);
    expect(await count(blocked())).toBe(0);
  });

  it('when its reason changes, and for each action of an image', async () => {
    const { count } = await teller();
    const other = blocked({ action: action('share-image', { add: [sharee], remove: [] }) });
    expect(await count(blocked(), other)).toBe(2);
    expect(await count(blocked(), other)).toBe(0);
    expect(await count(blocked({ error: { ...denied, code: 'OperationNotPermitted' } }), other)).toBe(1);
    const { error: _none, ...guarded } = blocked();
    expect(await count({ ...guarded, detail: { why: 'it is protected' } })).toBe(1);
    expect(await count({ ...guarded, detail: { why: 'it is somebody else’s' } })).toBe(1);
  });

  it('always, where nothing can be written down, and success always', async () => {
    const { count, engine } = await teller();
    const worked = blocked({ status: 'done', action: action('deprecate-image', {}) });
    expect([await count(worked), await count(worked)]).toEqual([1, 1]);
    engine.ledger.saveImage = () => Promise.reject(new Error('the store is down'));
    expect([await count(blocked()), await count(blocked())]).toEqual([1, 1]);
  });
});
