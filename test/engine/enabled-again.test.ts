import { expect, test } from 'vitest';
import { putImage, putInstance } from '../../local/ec2/fixtures.ts';
import { State } from '../../local/kernel/state.ts';
import { EmbeddedStore } from '../../local/store/embedded-store.ts';
import { EmbeddedAws } from '../../local/world.ts';
import type { Workbench } from '../../shared/actions/action.ts';
import { deprecateImage, disableImage } from '../../shared/actions/ladder.ts';
import { Ledger } from '../../shared/actions/ledger.ts';
import type { Engine } from '../../shared/engine/engine.ts';
import { record } from '../../shared/engine/record.ts';
import { recordingOf } from '../../shared/engine/recording.ts';
import { keyOf } from '../../shared/model/image.ts';
import type { ActionOf } from '../../shared/model/plan.ts';
import { type ImageRecord, settlingTime } from '../../shared/model/records.ts';
import { day, hour, minute } from '../../shared/model/time.ts';
import type { Images } from '../../shared/ports/images.ts';
import { decide } from '../../shared/rules/decide.ts';
import { onePolicy, compiled as readCompiled } from '../policy/files.ts';
import { deployWithRoles } from '../roles/deploy.ts';
import {
  account,
  compiled,
  home,
  image,
  inventory,
  marked,
  now,
  policy,
  recorded,
  record as recordOf,
  records,
  retain,
} from '../rules/make.ts';

const start = Date.UTC(2026, 0, 1);
const stages =
  '{ deprecate: { afterSuperseded: 7d }, disable: { afterDeprecated: 1d }, deregister: { afterDisabled: 3d } }';

/** Three generations of web, the newest in use, with all schedules running; the oldest has been disabled. */
async function world() {
  const aws = EmbeddedAws.open({ start, homeRegion: home, account });
  const file = `mode: apply\nfamily: { key: "{nameBase}" }\nretain: { keepLast: 2, stages: ${stages} }`;
  const { engine } = await deployWithRoles(aws, readCompiled(onePolicy(file)), { idleEvery: 6 * hour });
  const put = (n: number) =>
    putImage(aws, { account, region: home, name: `web-${n}`, createdAt: start - (60 - n) * day });
  const [old, , newest] = [put(1), put(2), put(3)] as const;
  putInstance(aws, newest);
  const isDisabled = async () => (await engine.ledger.image(keyOf(old)))?.disabledAt !== undefined;
  for (let hours = 0; !(await isDisabled()) && hours < 30 * 24; hours += 6)
    await aws.timeline.advanceTo(aws.timeline.now() + 6 * hour);
  return { aws, engine, old };
}

test('a disable of ours counts no more once somebody has enabled the image and disabled it by hand', async () => {
  const { aws, engine, old } = await world();
  expect((await engine.ledger.image(keyOf(old)))?.disabledAt).toBeDefined();
  await aws.timeline.advanceTo(aws.timeline.now() + settlingTime);
  aws.call('ec2', 'EnableImage', { ImageId: old.id });
  await aws.timeline.advanceTo(aws.timeline.now() + 20 * minute);
  aws.call('ec2', 'DisableImage', { ImageId: old.id });
  await aws.timeline.advanceTo(aws.timeline.now() + 9 * day);
  const { Images } = aws.call('ec2', 'DescribeImages', { ImageIds: [old.id], IncludeDisabled: true }) as {
    Images: { State: string }[];
  };
  expect(Images.map(({ State: state }) => state)).toEqual(['disabled']);
  expect(await engine.ledger.image(keyOf(old))).not.toHaveProperty('disabledAt');
});

const one = marked(image(1));
const rules = compiled(policy({ retain: retain() }));
const disable: ActionOf<'disable-image'> = {
  kind: 'disable-image',
  image: keyOf(one),
  root: keyOf(one),
  policy: 'golden',
  mode: 'apply',
  why: [],
};

/** What is on record after a look that read `before`, while the store has come to hold `meanwhile`. */
async function afterLook(
  before: Partial<ImageRecord>,
  meanwhile: Partial<ImageRecord>,
): Promise<ImageRecord | undefined> {
  const ledger = new Ledger(new EmbeddedStore(new State(), home));
  await ledger.saveImage(keyOf(one), () => recordOf(one, meanwhile));
  const seen = inventory([one], { records: records({ images: recorded(recordOf(one, before)) }) });
  const engine = { ledger, account, homeRegion: home, policy: rules, clock: { now: () => now } } as unknown as Engine;
  const recording = recordingOf(seen, rules, decide(seen, rules, now), now);
  await record(engine, {
    run: { id: 'r', correlationId: 'r', causationId: 'r', at: now },
    inventory: seen,
    recording,
    seenBy: 'sweep',
  });
  return ledger.image(keyOf(one));
}

const older = { disabledAt: now - 9 * day, checkedAt: now - 9 * day, savedGrants: [], approvedAt: now - 8 * day };

test('an image that is shown as available just after we disabled it is shown late: nothing is forgotten', async () => {
  const lately = { disabledAt: now - settlingTime + 1, savedGrants: ['account:222233334444'] };
  expect(await afterLook(lately, lately)).toMatchObject(lately);
  const before = { disabledAt: now - settlingTime, savedGrants: ['account:222233334444'] };
  expect(await afterLook(before, before)).not.toHaveProperty('savedGrants');
});

test('what an action wrote during the look stays, whatever the look had read before', async () => {
  const fresh = { disabledAt: now - minute, checkedAt: now - minute, savedGrants: ['account:222233334444'] };
  const after = await afterLook(older, fresh);
  expect(after).toMatchObject(fresh);
  expect(after).not.toHaveProperty('approvedAt');
});

test('of two runs that disable an image at once, the second saves the shares that the first one wiped', async () => {
  const ledger = new Ledger(new EmbeddedStore(new State(), home));
  const saved = ['account:222233334444'];
  await ledger.saveImage(keyOf(one), () => recordOf(one, { disabledAt: now - minute, savedGrants: saved }));
  const images = {
    get: async () => one,
    grants: async () => [],
    rehearse: async () => undefined,
    disable: async () => undefined,
  } as Partial<Images>;
  const bench = { images, ledger, account, clock: { now: () => now }, run: 'r', policyHash: 'h' };
  await disableImage.apply(disable, bench as unknown as Workbench);
  expect((await ledger.image(keyOf(one)))?.savedGrants).toEqual(saved);
});

test('of two runs that deprecate an image at once, the second takes the time of the first for ours, not for somebody else’s', async () => {
  const at = Math.ceil((now + 2 * minute) / minute) * minute;
  const deprecate: ActionOf<'deprecate-image'> = { ...disable, kind: 'deprecate-image' };
  const recorded = async (shown: number | undefined, first: ImageRecord['deprecated']) => {
    const ledger = new Ledger(new EmbeddedStore(new State(), home));
    await ledger.saveImage(keyOf(one), () => recordOf(one, first && { deprecated: first }));
    const seen = { ...one, ...(shown !== undefined && { deprecationAt: shown }) };
    const images = { get: async () => seen, deprecate: async () => undefined } as Partial<Images>;
    const bench = { images, ledger, account, clock: { now: () => now }, run: 'r', policyHash: 'h' };
    await deprecateImage.apply(deprecate, bench as unknown as Workbench);
    return (await ledger.image(keyOf(one)))?.deprecated;
  };
  expect(await recorded(at, { at })).toEqual({ at });
  expect(await recorded(at, { at, before: now + day })).toEqual({ at, before: now + day });
  expect(await recorded(now + day, { at })).toEqual({ at, before: now + day });
  expect(await recorded(now + day, undefined)).toEqual({ at, before: now + day });
  expect(await recorded(undefined, undefined)).toEqual({ at });
});
