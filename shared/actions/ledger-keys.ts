import type { ImageKey, Region } from '../model/ids.ts';
import { type Pointer, pointerKey } from '../model/pointer.ts';
import type { Principal } from '../model/policy.ts';
import type { ImageRecord } from '../model/records.ts';
import { type Instant, isoTime } from '../model/time.ts';
import type { Item, ItemKey } from '../ports/store.ts';

/** Functions that decide on what is taken, each with a row of its own. */
export const runRoles = ['retire', 'reap', 'sweep'] as const;
export type RunRole = (typeof runRoles)[number];

/** One partition for all pointers, since they are always read together. */
export const pointersKey = 'pointers';

/** A partition for each day, so that no run reads approvals that are over. */
export const approvalsOn = (at: Instant): string => `control#approved#${isoTime(at).slice(0, 10)}`;

/** Where each item lies. */
export const keys = {
  image: (image: ImageKey): ItemKey => ({ pk: `image#${image}`, sk: 'record' }),
  intent: (root: ImageKey, region: Region): ItemKey => ({ pk: `image#${root}`, sk: `copy#${region}` }),
  grant: (image: ImageKey, { principal, on }: { principal: Principal; on?: string | undefined }): ItemKey => ({
    pk: `image#${image}`,
    sk: on === undefined ? `grant#${principal}` : `grant#${principal}#${on}`,
  }),
  pointer: (pointer: Pointer): ItemKey => ({ pk: pointersKey, sk: pointerKey(pointer) }),
  run: (role: RunRole): ItemKey => ({ pk: `control#run#${role}`, sk: 'recent' }),
  approval: (at: Instant, step: string): ItemKey => ({ pk: approvalsOn(at), sk: step }),
  freeze: { pk: 'control#freeze', sk: 'switch' },
  /** In the partition of the function that notes them. */
  binRules: (region: Region): ItemKey => ({ pk: 'control#run#retire', sk: `bin#${region}` }),
  firstSweep: { pk: 'control#store', sk: 'first-sweep' },
};

/** By which questions an image record is found. */
export function imageIndexes(record: ImageRecord): NonNullable<Item['index']> {
  const { image, root, family, built, parent, goneAt, pendingSnapshots } = record;
  const due = goneAt === undefined ? 'alive' : (pendingSnapshots?.length ?? 0) > 0 ? 'purge' : undefined;
  return {
    lineage: { key: root, sort: image },
    ...(family !== undefined && { family: { key: family, sort: built === undefined ? '' : isoTime(built) } }),
    ...(parent !== undefined && { children: { key: parent, sort: image } }),
    ...(due && { due: { key: due, sort: image } }),
  };
}
