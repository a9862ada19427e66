import {
  type EC2Client,
  RestoreImageFromRecycleBinCommand,
  RestoreSnapshotFromRecycleBinCommand,
} from '@aws-sdk/client-ec2';
import { isPortError } from '../model/errors.ts';
import type { ImageId, SnapshotId } from '../model/ids.ts';

/** @returns `false` when nothing came back: the Recycle Bin does not have it */
export async function recoverImage(client: EC2Client, image: ImageId): Promise<boolean> {
  const answer = await orAbsent(() => client.send(new RestoreImageFromRecycleBinCommand({ ImageId: image })));
  return answer !== undefined && answer.Return !== false;
}

/** @returns `false` when the Recycle Bin does not have it */
export const recoverSnapshot = async (client: EC2Client, snapshot: SnapshotId): Promise<boolean> =>
  (await orAbsent(() => client.send(new RestoreSnapshotFromRecycleBinCommand({ SnapshotId: snapshot })))) !== undefined;

async function orAbsent<T>(call: () => Promise<T>): Promise<T | undefined> {
  try {
    return await call();
  } catch (error) {
    if (isPortError(error, 'not-found')) return undefined;
    throw error;
  }
}
