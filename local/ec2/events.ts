import { imageArn, imageKey } from '../../shared/model/ids.ts';
import type { World } from '../kernel/service.ts';
import type { ImageRow } from './rows.ts';

/** `EC2 AMI State Change` on the default bus of the image's account and Region. */
export function emitImageState(
  world: World,
  row: ImageRow,
  state: 'available' | 'failed' | 'deregistered' | 'disabled',
  options: { requestId: string; errorMessage?: string },
): void {
  world.emit({
    'detail-type': 'EC2 AMI State Change',
    source: 'aws.ec2',
    account: row.account,
    region: row.region,
    resources: [imageArn(imageKey(row.region, row.id))],
    detail: {
      RequestId: options.requestId,
      ImageId: row.id,
      State: state,
      ErrorMessage: options.errorMessage ?? '',
    },
  });
}
