import { DeregisterImageCommand, DisableImageCommand, type EC2Client } from '@aws-sdk/client-ec2';
import { isPortError, PortError } from '../model/errors.ts';
import type { ImageRef } from '../model/ids.ts';

/** How EC2 says that a dry run would have been allowed. */
export const wouldSucceed = 'DryRunOperation';

/** A dry run, which EC2 refuses as it would refuse the call, and otherwise ends with an error that means yes. */
export async function rehearse(
  client: EC2Client,
  call: 'DisableImage' | 'DeregisterImage',
  image: ImageRef,
): Promise<void> {
  const input = { ImageId: image.id, DryRun: true };
  try {
    if (call === 'DisableImage') await client.send(new DisableImageCommand(input));
    else await client.send(new DeregisterImageCommand(input));
  } catch (error) {
    if (isPortError(error) && error.code === wouldSucceed) return;
    throw error;
  }
  const at = { operation: call, region: image.region, code: 'UnexpectedAnswer' };
  throw new PortError('unexpected', at, 'a dry run was answered as if it were none');
}
