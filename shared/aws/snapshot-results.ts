import type { DeleteSnapshotReturnCode, SnapshotReturnCodes } from '@aws-sdk/client-ec2';
import type { SnapshotResult } from '../ports/images.ts';

const snapshotCodes: Readonly<Record<SnapshotReturnCodes, SnapshotResult['code']>> = {
  success: 'success',
  skipped: 'skipped',
  'missing-permissions': 'missing-permissions',
  'internal-error': 'internal-error',
  'client-error': 'client-error',
};

/** A code that we do not know is no success: the snapshot stays on the purge list. */
export function snapshotResult(result: DeleteSnapshotReturnCode): SnapshotResult[] {
  if (result.SnapshotId === undefined) return [];
  const code = result.ReturnCode === undefined ? undefined : snapshotCodes[result.ReturnCode];
  return [{ snapshot: result.SnapshotId, code: code ?? 'internal-error' }];
}
