import { imageRef } from '../model/ids.ts';
import type { ActionDefinition } from './action.ts';
import { give, launching } from './giving.ts';

/** Launch permissions, given and taken back. */
export const shareImage: ActionDefinition<'share-image'> = {
  kind: 'share-image',
  permissions: ['ec2:ModifyImageAttribute', 'ec2:DescribeImageAttribute'],
  destructive: false,
  role: () => 'on-image-event',
  apply: (action, bench) =>
    give(action, { add: launching(action.add), remove: launching(action.remove) }, bench, () =>
      bench.images.share(imageRef(action.image), { add: action.add, remove: action.remove }),
    ),
};
