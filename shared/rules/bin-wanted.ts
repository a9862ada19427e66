import type { Region, SnapshotId } from '../model/ids.ts';
import type { Inventory } from '../model/inventory.ts';
import type { CompiledPolicy } from '../model/policy.ts';
import type { Instant } from '../model/time.ts';
import { surveyOf } from './survey.ts';

/**
 * Regions where an image is disabled and a policy would deregister it, with the snapshots of such images: there the
 * rules of the Recycle Bin matter.
 */
export function binWanted(inventory: Inventory, policy: CompiledPolicy, now: Instant): Map<Region, SnapshotId[]> {
  const wanted = new Map<Region, SnapshotId[]>();
  if (!policy.policies.some(({ retain }) => retain?.stages.deregister)) return wanted;
  for (const { ours, effective } of surveyOf(inventory, policy, now).subjects) {
    const { stages, recycleBin } = effective.retain ?? {};
    if (!stages?.deregister || (recycleBin !== 'required' && !stages.deregister.deleteSnapshots)) continue;
    for (const { region, state, snapshots } of ours)
      if (state === 'disabled') wanted.set(region, [...(wanted.get(region) ?? []), ...snapshots]);
  }
  return wanted;
}
