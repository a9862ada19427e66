import { forwarders } from './checks/forwarders.ts';
import { keys } from './checks/keys.ts';
import { changePermissions, readPermissions } from './checks/permissions.ts';
import { publicImages, publicSnapshots } from './checks/public-access.ts';
import { quotas } from './checks/quotas.ts';
import { recycleBin } from './checks/recycle-bin.ts';
import { regions } from './checks/regions.ts';
import { stack, stackBefore } from './checks/stack.ts';
import { stopSwitch } from './checks/switch.ts';
import { productVersion, recordVersion } from './checks/versions.ts';
import type { Check } from './patient.ts';

/** What an account is asked for once it is known who asks. In the order in which they are told. */
export const healthChecks: readonly Check[] = [
  regions,
  readPermissions,
  changePermissions,
  publicImages,
  publicSnapshots,
  keys,
  recycleBin,
  quotas,
  forwarders,
  stack,
  productVersion,
  recordVersion,
  stopSwitch,
];

/** What a deployment needs before it. */
export const deployChecks: readonly Check[] = [regions, stackBefore];
