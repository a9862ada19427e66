import {
  DescribeLockedSnapshotsCommand,
  type DescribeLockedSnapshotsRequest,
  type DescribeLockedSnapshotsResult,
  EC2Client,
  paginateDescribeSnapshots,
  paginateListImagesInRecycleBin,
} from '@aws-sdk/client-ec2';
import { createPaginator } from '@smithy/core';
import type { ImageId, SnapshotId } from '../model/ids.ts';
import type { Tags } from '../model/image.ts';
import type { SnapshotLocks } from '../model/locks.ts';
import { chunks } from './batches.ts';

/** EC2 takes 200 values in a filter, and gives 1,000 items in a page. */
const valuesPerFilter = 200;
const pageSize = 1_000;

/** Asked by a filter, since one id that is unknown would fail a call that names ids. */
export async function tagsOfSnapshots(
  client: EC2Client,
  snapshots: readonly SnapshotId[],
): Promise<Record<SnapshotId, Tags>> {
  const found: Record<SnapshotId, Tags> = {};
  for (const ids of chunks([...new Set(snapshots)], valuesPerFilter)) {
    const request = { MaxResults: pageSize, OwnerIds: ['self'], Filters: [{ Name: 'snapshot-id', Values: ids }] };
    for await (const { Snapshots = [] } of paginateDescribeSnapshots({ client }, request))
      for (const { SnapshotId, Tags = [] } of Snapshots)
        if (SnapshotId !== undefined)
          found[SnapshotId] = Object.fromEntries(Tags.map(({ Key = '', Value = '' }) => [Key, Value]));
  }
  return found;
}

export async function imagesInBin(client: EC2Client): Promise<ImageId[]> {
  const found: ImageId[] = [];
  for await (const { Images = [] } of paginateListImagesInRecycleBin({ client }, { MaxResults: pageSize }))
    found.push(...Images.flatMap(({ ImageId }) => ImageId ?? []));
  return found;
}

/** The SDK has none of its own for this operation. */
const paginateDescribeLockedSnapshots = createPaginator<
  { client: EC2Client },
  DescribeLockedSnapshotsRequest,
  DescribeLockedSnapshotsResult
>(EC2Client, DescribeLockedSnapshotsCommand, 'NextToken', 'NextToken', 'MaxResults');

/** A lock that has expired is still listed, and holds nothing. A state that we do not know does. */
export async function locksOfSnapshots(client: EC2Client): Promise<SnapshotLocks> {
  const found: Record<SnapshotId, { until?: number }> = {};
  for await (const { Snapshots = [] } of paginateDescribeLockedSnapshots({ client }, { MaxResults: pageSize }))
    for (const { SnapshotId, LockState, LockExpiresOn: until } of Snapshots)
      if (SnapshotId !== undefined && LockState !== 'expired')
        found[SnapshotId] = until === undefined ? {} : { until: until.getTime() };
  return found;
}
