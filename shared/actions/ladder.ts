import { type ImageKey, imageRef } from '../model/ids.ts';
import type { Image } from '../model/image.ts';
import type { Principal } from '../model/policy.ts';
import { settlingTime } from '../model/records.ts';
import { type Instant, minute } from '../model/time.ts';
import { type ActionDefinition, blocked, done, historyOf, type Workbench } from './action.ts';
import { approve, readsMarks } from './approving.ts';
import { changeRecord, mayTake } from './taking.ts';

/** EC2 wants the time a little ahead and in whole minutes. */
const ahead = 2 * minute;

export const deprecateImage: ActionDefinition<'deprecate-image'> = {
  kind: 'deprecate-image',
  permissions: ['ec2:EnableImageDeprecation', 'ec2:DescribeImages'],
  destructive: false,
  role: () => 'retire',
  apply: async (action, bench) => {
    const seen = await mayTake(action, bench, 'available');
    if (!seen.may) return seen.result;
    const at = Math.ceil((bench.clock.now() + ahead) / minute) * minute;
    const before = await setByOthers(seen.image, action.image, bench);
    await historyOf(action, bench, 'before');
    await changeRecord(action, bench, { deprecated: { at, ...(before !== undefined && { before }) } });
    await bench.images.deprecate(imageRef(action.image), at);
    return done({ deprecatedAt: at });
  },
};

/** A run that deprecates the image in this very moment may have been quicker: the time that it set is ours. */
async function setByOthers({ deprecationAt }: Image, image: ImageKey, { ledger }: Workbench) {
  const { deprecated } = (await ledger.image(image)) ?? {};
  return deprecationAt !== undefined && deprecationAt === deprecated?.at ? deprecated.before : deprecationAt;
}

/** DisableImage wipes the launch permissions, so they are saved first; an unread list means no disable. */
export const disableImage: ActionDefinition<'disable-image'> = {
  kind: 'disable-image',
  permissions: ['ec2:DisableImage', 'ec2:DescribeImages', 'ec2:DescribeImageAttribute'],
  destructive: true,
  role: () => 'retire',
  apply: async (action, bench) => {
    const seen = await mayTake(action, bench, 'available');
    if (!seen.may) return seen.result;
    await bench.images.rehearse('DisableImage', imageRef(action.image));
    const present = await presentGrants(action.image, bench);
    if (!present) return blocked('its launch permissions could not be saved: EC2 does not know the image');
    const now = bench.clock.now();
    const savedGrants = [...new Set([...present, ...(await savedLately(action.image, now, bench))])];
    await changeRecord(action, bench, { savedGrants, checkedAt: now, disabledAt: now });
    await historyOf(action, bench, 'before', { savedGrants });
    await bench.images.disable(imageRef(action.image));
    return done({ savedGrants });
  },
};

/** An answer that is empty may be a faulty one: it takes two of them, and what we gave is known without any. */
async function presentGrants(
  image: ImageKey,
  { images, ledger, grants }: Workbench,
): Promise<readonly Principal[] | undefined> {
  const seen = await images.grants(imageRef(image));
  const before = grants?.[image];
  const isSecond = before?.complete === true && before.value.length === 0;
  const present = seen?.length === 0 && !isSecond ? await images.grants(imageRef(image)) : seen;
  const ours = (await ledger.grants(image)).filter(({ given, on, refused }) => given && !on && refused === undefined);
  return present && [...present, ...ours.map(({ principal }) => principal)];
}

/** A run that disables the image in this very moment has wiped what it saved before: read after the permissions. */
async function savedLately(image: ImageKey, now: Instant, { ledger }: Workbench): Promise<readonly Principal[]> {
  const { disabledAt, savedGrants = [] } = (await ledger.image(image)) ?? {};
  return disabledAt !== undefined && now - disabledAt < settlingTime ? savedGrants : [];
}

/** The mark without which the role of `reap` may not deregister, after the second complete check. */
export const approveRemoval: ActionDefinition<'approve-removal'> = {
  kind: 'approve-removal',
  permissions: ['ec2:CreateTags', 'ec2:DescribeImages', readsMarks],
  destructive: true,
  role: () => 'retire',
  apply: async (action, bench) => {
    const seen = await mayTake(action, bench, 'disabled');
    if (!seen.may) return seen.result;
    const { snapshots } = action;
    const lost = await approve(action, snapshots, bench);
    await changeRecord(action, bench, { approvedAt: bench.clock.now() });
    return done({ snapshots, ...(lost.length > 0 && { lost }) });
  },
};
