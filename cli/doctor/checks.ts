import { deployPermissions } from './checks/deploy-permissions.ts';
import { forwarders } from './checks/forwarders.ts';
import { keys } from './checks/keys.ts';
import { changePermissions, readPermissions } from './checks/permissions.ts';
import { publicImages, publicSnapshots } from './checks/public-access.ts';
import { quotas } from './checks/quotas.ts';
import { recycleBin } from './checks/recycle-bin.ts';
import { regions } from './checks/regions.ts';
import { remainingImages, remainingMarks } from './checks/remains.ts';
import { remainingPointers, remainingShares } from './checks/remains-given.ts';
import { remainingTable } from './checks/remains-table.ts';
import { stack, stackBefore, stackLeaving } from './checks/stack.ts';
import { stackKey } from './checks/stack-key.ts';
import { stopSwitch } from './checks/switch.ts';
import { productVersion, recordVersion } from './checks/versions.ts';
import { waiting } from './checks/waiting.ts';
import type { Check } from './patient.ts';

/** What an account is asked for once it is known who asks. In the order in which they are told. */
const healthChecks: readonly Check[] = [
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
  stackKey,
  productVersion,
  recordVersion,
  stopSwitch,
  waiting,
];

/** What a deployment needs before it. */
const deployChecks: readonly Check[] = [regions, deployPermissions, stackBefore, stackKey, publicImages, keys, quotas];

/** What is there when the stack is gone, and how to go about it. */
const uninstallChecks: readonly Check[] = [
  regions,
  stackLeaving,
  remainingMarks,
  remainingImages,
  remainingShares,
  remainingPointers,
  remainingTable,
];

export interface Mode {
  readonly checks: readonly Check[];
  /** Every Region that the account may use, and not only those that the policy names now. */
  readonly everywhere?: true;
}

export const modes = {
  doctor: { checks: healthChecks },
  'doctor --deploy': { checks: deployChecks },
  'doctor --uninstall': { checks: uninstallChecks, everywhere: true },
  'doctor kms': { checks: [keys] },
} as const satisfies Record<string, Mode>;

export type ModeName = keyof typeof modes;
