import { isPortError } from '../model/errors.ts';
import { type ImageKey, imageRef } from '../model/ids.ts';
import { type Image, tagsOf } from '../model/image.ts';
import { mark } from '../model/marks.ts';
import type { Action } from '../model/plan.ts';
import type { Principal } from '../model/policy.ts';
import { endsWithDisable, type ImageRecord, withoutFields } from '../model/records.ts';
import { day, type Instant } from '../model/time.ts';
import { type ActionDefinition, blocked, done, historyOf, notNeeded, type Result, type Workbench } from './action.ts';
import { disapprove, readsMarks } from './approving.ts';

const publicLife = 730 * day;
const furthest = 3_650 * day;

/**
 * EnableImage brings no launch permissions back, so they are written down as owed before the call. The approval goes
 * first: what is available again must not be removable.
 */
export const enableImage: ActionDefinition<'enable-image'> = {
  kind: 'enable-image',
  permissions: ['ec2:EnableImage', 'ec2:DeleteTags', 'ec2:DescribeImages', readsMarks],
  destructive: false,
  role: () => 'retire',
  apply: async (action, bench) => {
    const seen = await lookAt(action, bench);
    if ('status' in seen) return seen;
    const owed = owedTo(await bench.ledger.image(action.image));
    await historyOf(action, bench, 'before', { shares: owed });
    await change(action.image, bench, (record) => ({ ...record, ...owing(owed) }));
    if (tagsOf(seen)[mark.reap] !== undefined) await disapprove(imageRef(action.image), seen.snapshots, bench);
    if (!(await isEnabled(action, bench))) return blocked('EC2 does not let it be enabled in its present state');
    await change(action.image, bench, enabledAgain);
    await historyOf(action, bench, 'after', { shares: owed });
    return done({ shares: owed });
  },
};

/** An image that is available already needs no call, and EC2 would refuse it. */
async function isEnabled({ image }: Action, { images }: Workbench): Promise<boolean> {
  try {
    await images.enable(imageRef(image));
    return true;
  } catch (error) {
    if (!isPortError(error, 'conflict')) throw error;
    return (await images.get(imageRef(image)))?.state === 'available';
  }
}

/** The record of an image that is disabled no more: its shares are still to come back. */
export const enabledAgain = (record: ImageRecord): ImageRecord => ({
  ...withoutFields(record, endsWithDisable),
  ...owing(owedTo(record)),
});

const owing = (owed: readonly Principal[]): Pick<ImageRecord, 'returning'> =>
  owed.length > 0 ? { returning: owed } : {};

const owedTo = (record: ImageRecord | undefined): readonly Principal[] => [
  ...new Set([...(record?.savedGrants ?? []), ...(record?.returning ?? [])]),
];

export const cancelDeprecation: ActionDefinition<'cancel-deprecation'> = {
  kind: 'cancel-deprecation',
  permissions: ['ec2:DisableImageDeprecation', 'ec2:EnableImageDeprecation', 'ec2:DescribeImages'],
  destructive: false,
  role: () => 'retire',
  apply: async (action, bench) => {
    const seen = await lookAt(action, bench);
    if ('status' in seen) return seen;
    const now = bench.clock.now();
    const until = wantedBy(seen, action.until, now);
    await historyOf(action, bench, 'before', { deprecationAt: seen.deprecationAt });
    if (until === undefined) await bench.images.cancelDeprecation(imageRef(action.image));
    else if (until > now) await bench.images.deprecate(imageRef(action.image), until);
    await change(action.image, bench, (record) => withoutFields(record, ['deprecated']));
    await historyOf(action, bench, 'after', { until });
    return done({ until });
  },
};

/** EC2 takes no date further off than ten years, and gives every public image one, two years after it was made. */
function wantedBy({ public: isPublic, createdAt = 0 }: Image, until: Instant | undefined, now: Instant) {
  if (isPublic) return Math.min(until ?? Number.POSITIVE_INFINITY, createdAt + publicLife);
  return until === undefined ? undefined : Math.min(until, now + furthest);
}

/** As it was before, whoever had given it; each apart where EC2 refuses them together. */
export const returnShares: ActionDefinition<'return-shares'> = {
  kind: 'return-shares',
  permissions: ['ec2:ModifyImageAttribute', 'ec2:DescribeImages'],
  destructive: false,
  role: () => 'on-image-event',
  apply: async (action, bench) => {
    const seen = await lookAt(action, bench);
    if ('status' in seen) return seen;
    if (seen.state !== 'available') return blocked(`it is ${seen.state}, not available, by now`);
    const ours = (await bench.ledger.grants(action.image)).filter(({ given, on }) => given && on === undefined);
    const dropped = action.unlisted.filter((one) => ours.some(({ principal }) => principal === one));
    const due = action.principals.filter((one) => !dropped.includes(one));
    const lost = await share(action.image, due, bench);
    await change(action.image, bench, (record) => withoutFields(record, ['returning']));
    const added = due.filter((one) => !lost.some(({ principal }) => principal === one));
    await historyOf(action, bench, 'after', { added, dropped, lost });
    return done({ added, dropped, lost });
  },
};

interface Lost {
  readonly principal: Principal;
  readonly why: string;
}

async function share(image: ImageKey, principals: readonly Principal[], { images }: Workbench): Promise<Lost[]> {
  if (principals.length === 0) return [];
  const give = (add: readonly Principal[]) => images.share(imageRef(image), { add, remove: [] });
  try {
    await give(principals);
    return [];
  } catch (error) {
    if (!isRefusal(error)) throw error;
  }
  const lost: Lost[] = [];
  for (const principal of principals)
    try {
      await give([principal]);
    } catch (error) {
      if (!isRefusal(error)) throw error;
      lost.push({ principal, why: error.message });
    }
  return lost;
}

/** Refused for good. What is denied or over a quota stays owed, since somebody can mend that. */
const isRefusal = (error: unknown): error is Error => isPortError(error, 'invalid', 'protected');

/** What is given back is given only to images of ours that we know. */
async function lookAt(action: Action, { images, account }: Workbench): Promise<Image | Result> {
  const image = await images.get(imageRef(action.image));
  if (!image) return notNeeded('EC2 does not know the image any more');
  if (image.ownerId !== account) return blocked(`it belongs to ${image.ownerId}`);
  if (tagsOf(image)[mark.managed] !== 'true') return blocked(`it does not carry ${mark.managed}`);
  return image;
}

async function change(
  image: ImageKey,
  { ledger }: Workbench,
  how: (record: ImageRecord) => ImageRecord,
): Promise<void> {
  await ledger.saveImage(image, (record) => {
    if (!record) throw new Error(`${image} was never recorded`);
    return how(record);
  });
}
