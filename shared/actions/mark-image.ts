import { imageRef } from '../model/ids.ts';
import { type ActionDefinition, done, historyOf } from './action.ts';

/** The marks on an image and its snapshots, by which the roles know what they may act on. */
export const markImage: ActionDefinition<'mark-image'> = {
  kind: 'mark-image',
  permissions: ['ec2:CreateTags'],
  destructive: false,
  role: () => 'on-image-event',
  apply: async (action, bench) => {
    await bench.images.mark(imageRef(action.image), action.snapshots, action.tags);
    await historyOf(action, bench, 'after', { tags: action.tags });
    return done({ tags: action.tags });
  },
};
