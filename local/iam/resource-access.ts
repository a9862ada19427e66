import type { ImageRow, SnapshotRow } from '../ec2/rows.ts';
import { isPublic } from '../ec2/visibility.ts';
import type { Access, Facts } from './access.ts';

const imageFacts = (row: ImageRow): Facts => ({
  tags: row.tags,
  values: {
    'ec2:ImageID': row.id,
    'ec2:ImageType': 'machine',
    'ec2:Owner': row.ownerAlias ?? row.account,
    'ec2:Public': String(isPublic(row)),
    'ec2:RootDeviceType': row.rootDeviceType,
  },
});

const snapshotFacts = (row: SnapshotRow): Facts => ({
  tags: row.tags,
  values: {
    'ec2:Owner': row.account,
    'ec2:ParentVolume': row.volumeId,
    'ec2:SnapshotID': row.id,
    'ec2:VolumeSize': String(row.sizeGiB),
  },
});

/** The ARNs of both name a Region and no account. */
const access = (
  type: 'image' | 'snapshot',
  action: string,
  row: ImageRow | SnapshotRow,
  facts: Facts,
  more: Facts,
): Access => ({
  action,
  type,
  resource: `arn:aws:ec2:${row.region}::${type}/${row.id}`,
  region: row.region,
  ...facts,
  ...more,
  values: { ...facts.values, ...more.values },
});

export const imageAccess = (action: string, row: ImageRow, more: Facts = {}): Access =>
  access('image', action, row, imageFacts(row), more);

export const snapshotAccess = (action: string, row: SnapshotRow, more: Facts = {}): Access =>
  access('snapshot', action, row, snapshotFacts(row), more);
