import { imageRef } from '../model/ids.ts';
import type { ActionDefinition } from './action.ts';
import { give, onStorage } from './giving.ts';

/** Volume permissions on the snapshots, without which another account can launch an image but not copy it. */
export const shareSnapshots: ActionDefinition<'share-snapshots'> = {
  kind: 'share-snapshots',
  permissions: ['ec2:ModifySnapshotAttribute', 'ec2:DescribeSnapshotAttribute'],
  destructive: false,
  role: () => 'on-image-event',
  apply: (action, bench) =>
    give(action, { add: onStorage(action.add), remove: onStorage(action.remove) }, bench, () =>
      bench.images.shareSnapshots(imageRef(action.image).region, { add: action.add, remove: action.remove }),
    ),
};
