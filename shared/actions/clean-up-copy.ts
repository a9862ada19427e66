import { imageRef } from '../model/ids.ts';
import { hasFailed, mayHaveLaunched, tagsOf } from '../model/image.ts';
import { approved, mark } from '../model/marks.ts';
import { type ActionDefinition, blocked, done, historyOf, notNeeded } from './action.ts';
import { approve, readsMarks } from './approving.ts';
import { remove } from './deregister-image.ts';
import { changeRecord } from './taking.ts';

/**
 * A copy that never became available leaves through the same latch as any image: `retire` marks it, `reap` removes it.
 * It was never usable, so no guard of use applies; but it must be failed in the very moment of the act.
 */
export const cleanUpCopy: ActionDefinition<'clean-up-copy'> = {
  kind: 'clean-up-copy',
  permissions: ['ec2:CreateTags', 'ec2:DeregisterImage', 'ec2:DeleteSnapshot', 'ec2:DescribeImages', readsMarks],
  destructive: true,
  role: ({ approved: isApproved }) => (isApproved ? 'reap' : 'retire'),
  apply: async (action, bench) => {
    const image = await bench.images.get(imageRef(action.image));
    if (!image) return notNeeded('EC2 does not know the image any more');
    if (image.ownerId !== bench.account) return blocked(`it belongs to ${image.ownerId}`);
    if (!hasFailed(image)) return blocked(`it is ${image.state} by now`);
    if (mayHaveLaunched(image)) return blocked('somebody has launched it, so it was available once');
    if (tagsOf(image)[mark.reap] === approved && action.approved) return remove(action, image, 'deleted', bench);
    if (action.approved) return blocked(`it does not carry ${mark.reap}`);
    const lost = await approve(action, image.snapshots, bench);
    await changeRecord(action, bench, { approvedAt: bench.clock.now() });
    await historyOf(action, bench, 'after', { approved: true });
    return done({ approved: true, reason: action.reason, ...(lost.length > 0 && { lost }) });
  },
};
