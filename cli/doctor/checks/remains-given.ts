import { Ledger } from '../../../shared/actions/ledger.ts';
import type { ImageKey, Region } from '../../../shared/model/ids.ts';
import type { PointerRecord } from '../../../shared/model/pointer.ts';
import { isKey } from '../../../shared/model/storage.ts';
import { counted } from '../../render/words.ts';
import { type Finding, stays, unchecked } from '../finding.ts';
import { check, type Patient } from '../patient.ts';
import { look, type Seen, unseen } from '../seen.ts';

/** What the records say that we gave and did not take back. */
export interface Given {
  readonly image: ImageKey;
  /** A snapshot or a key; absent for a launch permission. */
  readonly on?: string;
  readonly principal: string;
}

type Recorded<T> = Seen<T> | 'no-table';

async function recorded<T>({ ports, table }: Patient, read: (ledger: Ledger) => Promise<T>): Promise<Recorded<T>> {
  const store = ports.store(table);
  return store ? look(() => read(new Ledger(store))) : 'no-table';
}

const noTable = (what: string): Finding =>
  unchecked('no-stack', `${what} are in the records, and no table is named`, 'name it: --table NAME');

export const remainingShares = check('shares', (patient) => recorded(patient, given), judgeRemainingShares);

async function given(ledger: Ledger): Promise<Given[]> {
  const found: Given[] = [];
  for (const image of await ledger.alive())
    for (const { principal, on, given: isGiven } of await ledger.grants(image))
      if (isGiven) found.push({ image, principal, ...(on !== undefined && { on }) });
  return found;
}

export function judgeRemainingShares(seen: Recorded<readonly Given[]>): Finding[] {
  if (seen === 'no-table') return [noTable('shares and grants that were given')];
  if (!seen.seen) return [unseen(seen, 'which shares and grants were given')];
  const launches = seen.value.filter(({ on }) => on === undefined);
  const volumes = seen.value.filter(({ on }) => on !== undefined && !isKey(on));
  const keys = seen.value.filter(({ on }) => on !== undefined && isKey(on));
  return [
    stays(
      [
        counted(launches.length, 'launch permission'),
        counted(volumes.length, 'volume permission'),
        `${counted(keys.length, 'grant')} on keys`,
      ].join(', '),
      ...[...new Set(keys.map(({ on = '' }) => `aws kms list-grants --region ${regionOf(on)} --key-id ${on}`))],
    ),
  ];
}

const regionOf = (arn: string): Region => arn.split(':')[3] ?? '';

export const remainingPointers = check(
  'pointers',
  (patient) => recorded(patient, (ledger) => ledger.pointers()),
  judgeRemainingPointers,
);

export function judgeRemainingPointers(seen: Recorded<readonly PointerRecord[]>): Finding[] {
  if (seen === 'no-table') return [noTable('pointers that were moved')];
  if (!seen.seen) return [unseen(seen, 'which pointers were moved')];
  const names = seen.value.map(({ pointer, image }) => `${pointer.name} in ${pointer.region} names ${image}`);
  return [stays(counted(names.length, 'pointer') + (names.length > 0 ? `: ${names.join(', ')}` : ''))];
}
