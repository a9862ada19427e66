import type { AccountId, ImageId, Region, SnapshotId } from '../../shared/model/ids.ts';
import type { Instant } from '../../shared/model/time.ts';
import type { Table } from '../kernel/state.ts';
import type { LauncherTables } from './launch-rows.ts';
import type { LockRow } from './lock-row.ts';
import type { ScanRow } from './scan-row.ts';

/** Every row has these three; together they are its key. */
export interface Row {
  readonly account: AccountId;
  readonly region: Region;
  readonly id: string;
}

export type TagMap = Readonly<Record<string, string>>;

export interface Disk {
  readonly deviceName: string;
  readonly virtualName?: string | undefined;
  readonly snapshotId?: SnapshotId | undefined;
  readonly sizeGiB: number;
  readonly volumeType: string;
  readonly encrypted: boolean;
  readonly kmsKeyId?: string | undefined;
  /** Where it lies, when not in the Region itself: the ARN of an Outpost or a Local Zone. */
  readonly outpostArn?: string | undefined;
  readonly zone?: string | undefined;
  readonly deleteOnTermination: boolean;
}

export interface Protection {
  readonly mode: 'disabled' | 'enabled' | 'enabled-with-cooldown';
  /** After protection with cooldown was switched off: protected until then. */
  readonly until?: Instant | undefined;
}

/** What an instance takes over from its image, and an image from the instance that it is made of. */
export interface Machine {
  readonly architecture: string;
  readonly platform?: 'windows' | undefined;
  readonly rootDeviceName: string;
  readonly virtualizationType: string;
  readonly enaSupport: boolean;
  readonly bootMode?: string | undefined;
  readonly tpmSupport?: string | undefined;
  readonly imdsSupport?: string | undefined;
  readonly sriovNetSupport?: string | undefined;
  readonly kernelId?: string | undefined;
  readonly ramdiskId?: string | undefined;
  readonly productCodes: readonly string[];
}

export interface ImageRow extends Row, Machine {
  readonly name: string;
  readonly description?: string | undefined;
  readonly state: 'pending' | 'available' | 'failed' | 'disabled';
  readonly stateReason?: { readonly code: string; readonly message: string } | undefined;
  readonly createdAt: Instant;
  readonly ownerAlias?: string | undefined;
  readonly rootDeviceType: 'ebs' | 'instance-store';
  readonly watermarks?: readonly string[] | undefined;
  readonly disks: readonly Disk[];
  readonly tags: TagMap;
  /** `account:<id>`, `group:all`, `organization:<arn>` or `unit:<arn>`. */
  readonly permissions: readonly string[];
  readonly deprecateAt?: Instant | undefined;
  readonly protection: Protection;
  readonly sourceImageId?: ImageId | undefined;
  readonly sourceImageRegion?: Region | undefined;
  readonly sourceInstanceId?: string | undefined;
  /** What Amazon Inspector found last. */
  readonly scan?: ScanRow | undefined;
  /** Launches that still count: the last one that EC2 shows already, and the later ones. Ascending. */
  readonly launches: readonly Instant[];
  /** Of the call that made the image; the event at its end carries it. */
  readonly requestId: string;
}

export interface SnapshotRow extends Row {
  readonly state: 'pending' | 'completed' | 'error';
  readonly stateMessage?: string | undefined;
  readonly description: string;
  readonly volumeId: string;
  readonly sizeGiB: number;
  readonly startedAt: Instant;
  readonly completedAt?: Instant | undefined;
  readonly encrypted: boolean;
  readonly kmsKeyId?: string | undefined;
  readonly completionMinutes?: number | undefined;
  readonly productCodes: readonly string[];
  readonly tags: TagMap;
  /** `account:<id>` or `group:all`. */
  readonly permissions: readonly string[];
  readonly lock?: LockRow | undefined;
}

export type Volume = Disk & { readonly volumeId: string };

export interface InstanceRow extends Row {
  readonly reservationId: string;
  readonly launchIndex: number;
  readonly imageId: ImageId;
  readonly instanceType: string;
  readonly state: 'pending' | 'running' | 'shutting-down' | 'terminated' | 'stopping' | 'stopped';
  readonly launchedAt: Instant;
  readonly machine: Machine;
  readonly volumes: readonly Volume[];
  readonly tags: TagMap;
}

export interface TemplateRow extends Row {
  readonly name: string;
  readonly createdAt: Instant;
  readonly defaultVersion: number;
  readonly latestVersion: number;
  readonly tags: TagMap;
}

/** `id` is the template's id and the version number with a slash between. */
export interface TemplateVersionRow extends Row {
  readonly templateId: string;
  readonly number: number;
  readonly description?: string | undefined;
  readonly createdAt: Instant;
  /** RequestLaunchTemplateData as plain JSON. */
  readonly data: Readonly<Record<string, unknown>>;
}

/** Something in the Recycle Bin, as it was when it was deleted. */
export interface Binned<R> extends Row {
  readonly kept: R;
  readonly enteredAt: Instant;
  readonly exitsAt: Instant;
}

export interface Tables extends LauncherTables {
  images: ImageRow;
  snapshots: SnapshotRow;
  instances: InstanceRow;
  'launch-templates': TemplateRow;
  'launch-template-versions': TemplateVersionRow;
  'binned-images': Binned<ImageRow>;
  'binned-snapshots': Binned<SnapshotRow>;
}

interface Holder {
  readonly state: { table<T>(name: string): Table<T> };
}

export const rowKey = (row: Row): string => `${row.account}/${row.region}/${row.id}`;

/** The rows of one kind. */
export const tableOf = <K extends keyof Tables>(world: Holder, name: K): Table<Tables[K]> =>
  world.state.table<Tables[K]>(name);

/** Adds or replaces the row; absent fields stay absent, as they do after a save. */
export function save<K extends keyof Tables>(world: Holder, name: K, row: Tables[K]): void {
  const plain = Object.fromEntries(Object.entries(row).filter(([, value]) => value !== undefined)) as Tables[K];
  tableOf(world, name).set(rowKey(row), plain);
}

export const remove = (world: Holder, name: keyof Tables, row: Row): void => tableOf(world, name).delete(rowKey(row));

interface Sorted {
  readonly version: number;
  readonly byRegion: ReadonlyMap<Region, readonly Row[]>;
}

/** Most calls read and few write, so the order is kept until the table changes. */
const sortedRows = new WeakMap<object, Sorted>();

/** All rows of a Region, whoever owns them, by id: an order that tells nothing, as EC2's. */
export function rowsIn<K extends keyof Tables>(world: Holder, name: K, region: Region): readonly Tables[K][] {
  const table = tableOf(world, name);
  const last = sortedRows.get(table);
  const sorted = last?.version === table.version ? last : sortedAnew(table);
  return (sorted.byRegion.get(region) ?? []) as readonly Tables[K][];
}

function sortedAnew(table: Table<Row>): Sorted {
  const rows = [...table.values()].sort((a, b) => (a.id < b.id ? -1 : 1));
  const sorted = { version: table.version, byRegion: Map.groupBy(rows, (row) => row.region) };
  sortedRows.set(table, sorted);
  return sorted;
}

/** Ids are unique within a Region; the owner may be anyone, `account` is only looked at first. */
export function findRow<K extends keyof Tables>(
  world: Holder,
  name: K,
  at: { account: AccountId; region: Region },
  id: string,
): Tables[K] | undefined {
  const table = tableOf(world, name);
  const own = table.get(`${at.account}/${at.region}/${id}`);
  if (own) return own;
  for (const row of table.values()) if (row.id === id && row.region === at.region) return row;
  return undefined;
}
