import { type ImageKey, imageRef } from '../../shared/model/ids.ts';
import type { Action, ActionOf } from '../../shared/model/plan.ts';
import type { ImageRecord, Revocation } from '../../shared/model/records.ts';
import { isoTime } from '../../shared/model/time.ts';
import type { Lost } from '../../shared/rules/recover.ts';
import type { Line } from '../output.ts';
import type { Header } from '../survey.ts';
import { columns } from './table.ts';
import { headLine, stepWords } from './words.ts';

/** What restoring would undo, before it is done. */
export interface Restoration {
  readonly root: ImageKey;
  readonly records: Readonly<Record<ImageKey, ImageRecord>>;
  readonly recoveries: readonly ActionOf<'recover-image'>[];
  readonly steps: readonly Action[];
  readonly lost: readonly Lost[];
  readonly revoked?: Revocation;
  /** A member that is still there, of which a copy can take the place of a lost one. */
  readonly survivor?: ImageKey;
}

export function restorationLines(header: Header, found: Restoration): Line[] {
  const { root, records, recoveries, steps, lost, revoked } = found;
  const nameOf = (key: ImageKey): string => records[key]?.name ?? key;
  return [
    { text: headLine('restore', header), style: 'head' },
    ...(revoked ? [`  unrevoke     ${nameOf(root)}   revoked ${isoTime(revoked.at).slice(0, 10)}`] : []),
    ...columns(
      [...recoveries, ...steps].map((action) => [
        `  ${stepWords[action.kind].padEnd(11)}`,
        nameOf(action.image),
        action.image,
        detailOf(action, records),
      ]),
    ).map((text): Line => ({ text, style: 'add' })),
    ...lost.flatMap((one): Line[] => [
      { text: `  lost         ${one.name}   ${one.image}   ${one.why}`, style: 'kept' },
      ...offer(one, found),
    ]),
  ];
}

function detailOf(action: Action, records: Restoration['records']): string {
  if (action.kind === 'cancel-deprecation')
    return action.until === undefined ? '' : `until ${isoTime(action.until).slice(0, 10)}`;
  const owed = action.kind === 'return-shares' ? action.principals : (records[action.image]?.savedGrants ?? []);
  return owed.length > 0 ? `shares back: ${owed.join(', ')}` : '';
}

/** Nobody but a person decides that a new image takes the place of an old id. */
function offer({ image, name }: Lost, { survivor }: Restoration): Line[] {
  if (!survivor) return [];
  const from = imageRef(survivor);
  return [
    `               a copy can take its place: aws ec2 copy-image --region ${imageRef(image).region} --source-region ${from.region} --source-image-id ${from.id} --name ${JSON.stringify(name)}`,
  ];
}
