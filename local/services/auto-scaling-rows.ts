import type { LauncherRow, LauncherTables } from '../ec2/launch-rows.ts';
import { page } from '../ec2/paging.ts';
import { rowKey, rowsIn, tableOf } from '../ec2/rows.ts';
import { AwsError, type Call } from '../kernel/service.ts';

type Kind = Extract<keyof LauncherTables, 'launch-configurations' | 'auto-scaling-groups'>;

export const invalid = (message: string): AwsError => new AwsError('ValidationError', message);

export const ownRows = (call: Call, kind: Kind): LauncherRow[] =>
  rowsIn(call.world, kind, call.region).filter((row) => row.account === call.account);

export const findOwn = (call: Call, kind: Kind, name: string): LauncherRow | undefined =>
  tableOf(call.world, kind).get(rowKey({ account: call.account, region: call.region, id: name }));

/** A name of 1 to 255 printable characters that is not taken. */
export function freeName(call: Call, kind: Kind, name: string | undefined): string {
  if (!name || name.length > 255) throw invalid('A name has 1 to 255 characters');
  if (findOwn(call, kind, name)) throw new AwsError('AlreadyExists', `${name} already exists`);
  return name;
}

interface PageInput {
  readonly MaxRecords?: number | undefined;
  readonly NextToken?: string | undefined;
}

/** A page may hold fewer than asked although more exist; here it always does. */
export function pageOf(
  rows: readonly LauncherRow[],
  { MaxRecords: size = 50, ...query }: PageInput,
): { rows: LauncherRow[]; NextToken?: string } {
  if (size < 1 || size > 100) throw invalid(`MaxRecords must be between 1 and 100, not ${size}`);
  return page(rows, { ...query, MaxResults: Math.max(1, size - 1) }, { min: 1, max: 100 }, ({ id }) => id);
}
