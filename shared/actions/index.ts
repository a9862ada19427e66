import type { ActionKind } from '../model/plan.ts';
import type { ActionDefinition } from './action.ts';
import { cleanUpCopy } from './clean-up-copy.ts';
import { copyImage } from './copy-image.ts';
import { deregisterImage } from './deregister-image.ts';
import { giveNotice } from './give-notice.ts';
import { grantKey } from './grant-key.ts';
import { approveRemoval, deprecateImage, disableImage } from './ladder.ts';
import { markImage } from './mark-image.ts';
import { publishImage } from './publish-image.ts';
import { recoverImage } from './recover-image.ts';
import { requestUsageReport } from './request-usage-report.ts';
import { shareImage } from './share-image.ts';
import { shareSnapshots } from './share-snapshots.ts';
import { cancelDeprecation, enableImage, returnShares } from './undo.ts';

/** Every verb of the product. A new action kind does not compile until it stands here. */
export const actions: { readonly [K in ActionKind]: ActionDefinition<K> } = {
  'mark-image': markImage,
  'clean-up-copy': cleanUpCopy,
  'copy-image': copyImage,
  'grant-key': grantKey,
  'share-snapshots': shareSnapshots,
  'share-image': shareImage,
  'publish-image': publishImage,
  'deprecate-image': deprecateImage,
  'give-notice': giveNotice,
  'request-usage-report': requestUsageReport,
  'disable-image': disableImage,
  'approve-removal': approveRemoval,
  'deregister-image': deregisterImage,
  'enable-image': enableImage,
  'cancel-deprecation': cancelDeprecation,
  'return-shares': returnShares,
  'recover-image': recoverImage,
};
