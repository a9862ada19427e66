import { because } from '../model/codes.ts';
import type { Evidence } from '../model/evidence.ts';
import type { ImageKey } from '../model/ids.ts';
import type { ActionOf } from '../model/plan.ts';
import type { ImageRecord } from '../model/records.ts';
import { byText } from './order.ts';

/** A recorded image that is deregistered. */
export interface Gone {
  readonly record: ImageRecord;
  readonly inBin: Evidence<boolean>;
}

/** An image that no restore gives back, and why. */
export interface Lost {
  readonly image: ImageKey;
  readonly name: string;
  readonly why: string;
}

/** What the Recycle Bin gives back, roots first, and what it does not. */
export function recoveries(gone: readonly Gone[]): { actions: ActionOf<'recover-image'>[]; lost: Lost[] } {
  const ordered = gone.filter(wasOfUse).sort((a, b) => rootFirst(a.record, b.record));
  return {
    actions: ordered.filter(({ inBin }) => inBin.complete && inBin.value).map(({ record }) => recovery(record)),
    lost: ordered.flatMap(({ record: { image, name }, inBin }) => {
      if (!inBin.complete) return [{ image, name, why: `the Recycle Bin could not be read: ${inBin.why}` }];
      return inBin.value ? [] : [{ image, name, why: 'it was deregistered, and the Recycle Bin does not have it' }];
    }),
  };
}

/** A failed copy is approved for removal without ever having been disabled: nobody misses it. */
const wasOfUse = ({ record: { approvedAt, disabledAt } }: Gone): boolean =>
  approvedAt === undefined || disabledAt !== undefined;

const rootFirst = (a: ImageRecord, b: ImageRecord): number =>
  Number(a.role === 'copy') - Number(b.role === 'copy') || byText(a.image, b.image);

const recovery = ({ image, root, family, policy = '' }: ImageRecord): ActionOf<'recover-image'> => ({
  kind: 'recover-image',
  image,
  root,
  ...(family !== undefined && { family }),
  policy,
  mode: 'apply',
  why: [because('in-bin')],
});
