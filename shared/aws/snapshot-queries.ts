import { type EC2Client, paginateDescribeSnapshots, paginateListImagesInRecycleBin } from '@aws-sdk/client-ec2';
import type { ImageId, SnapshotId } from '../model/ids.ts';
import type { Tags } from '../model/image.ts';
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
