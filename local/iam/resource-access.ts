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

export const imageAccess = (action: string, row: ImageRow, more: Facts = {}): Access => {
  const { values, ...facts } = imageFacts(row);
  const resource = `arn:aws:ec2:${row.region}::image/${row.id}`;
  return {
    action,
    type: 'image',
    resource,
    region: row.region,
    ...facts,
    ...more,
    values: { ...values, ...more.values },
  };
};

export const snapshotAccess = (action: string, row: SnapshotRow, more: Facts = {}): Access => {
  const { values, ...facts } = snapshotFacts(row);
  const resource = `arn:aws:ec2:${row.region}::snapshot/${row.id}`;
  return {
    action,
    type: 'snapshot',
    resource,
    region: row.region,
    ...facts,
    ...more,
    values: { ...values, ...more.values },
  };
};
