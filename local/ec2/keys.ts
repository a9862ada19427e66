import { digest } from '../../shared/model/digest.ts';
import type { AccountId, Region } from '../../shared/model/ids.ts';
import type { World } from '../kernel/service.ts';

interface Place {
  readonly account: AccountId;
  readonly region: Region;
}

/** Row of `kms-keys`, keyed `account/region/<id or alias/name>`. A key without a row works. */
export interface KeyRow {
  readonly disabled?: boolean;
  /** JSON text; absent: the owner's account and nobody else. */
  readonly policy?: string;
}

const uuidOf = (parts: readonly string[]): string =>
  digest(parts)
    .slice(0, 32)
    .replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');

const arnOf = (at: Place, id: string): string => `arn:aws:kms:${at.region}:${at.account}:key/${id}`;

/** The key that AWS manages for EBS (`aws/ebs`): nothing under it can be shared. */
export const defaultKey = (at: Place): string => arnOf(at, uuidOf([at.account, at.region, 'alias/aws/ebs']));

export const isDefaultKey = (key: string | undefined, at: Place): boolean => key === defaultKey(at);

/** The ARN of a key given as id, alias, key ARN or alias ARN. */
export function keyArn(at: Place, given: string): string {
  if (given === 'alias/aws/ebs') return defaultKey(at);
  if (given.startsWith('alias/')) return arnOf(at, uuidOf([at.account, at.region, given]));
  const aliasArn = /^arn:[^:]+:kms:([^:]+):(\d{12}):(alias\/.+)$/.exec(given);
  if (aliasArn?.[1] && aliasArn[2] && aliasArn[3])
    return keyArn({ region: aliasArn[1], account: aliasArn[2] }, aliasArn[3]);
  return given.startsWith('arn:') ? given : arnOf(at, given);
}

/** `account/region/id` of a key ARN. */
const rowKey = (arn: string): string => {
  const [, , , region, account, resource] = arn.split(':');
  return `${account}/${region}/${resource?.replace(/^key\//, '')}`;
};

export const keyRow = (world: World, arn: string): KeyRow =>
  world.state.table<KeyRow>('kms-keys').get(rowKey(arn)) ?? {};

export const saveKeyRow = (world: World, arn: string, row: KeyRow): void =>
  world.state.table<KeyRow>('kms-keys').set(rowKey(arn), row);

/** Whether a copy in this place could use the key: of the same Region, and not disabled. */
export function keyWorks(world: World, at: Place, given: string): boolean {
  const arn = keyArn(at, given);
  const [, , , region, account, resource] = arn.split(':');
  if (region !== at.region || !account) return false;
  const table = world.state.table<KeyRow>('kms-keys');
  const names = [given.replace(/^arn:[^:]+:kms:[^:]+:\d{12}:(key\/)?/, ''), resource?.replace(/^key\//, '')];
  return names.every((name) => !table.get(`${account}/${region}/${name}`)?.disabled);
}

/** Row of `ebs-encryption-by-default`, keyed `account/region`. */
export interface EncryptionByDefault {
  readonly enabled: boolean;
  readonly kmsKeyId?: string;
}

/** The Region's default key for EBS, and whether every new snapshot is encrypted with it. */
export function regionEncryption(world: World, at: Place): { readonly always: boolean; readonly key: string } {
  const row = world.state.table<EncryptionByDefault>('ebs-encryption-by-default').get(`${at.account}/${at.region}`);
  return { always: row?.enabled ?? false, key: row?.kmsKeyId ? keyArn(at, row.kmsKeyId) : defaultKey(at) };
}
