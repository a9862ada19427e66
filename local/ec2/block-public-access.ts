import type {
  DisableImageBlockPublicAccessRequest,
  DisableImageBlockPublicAccessResult,
  EnableImageBlockPublicAccessRequest,
  EnableImageBlockPublicAccessResult,
  GetImageBlockPublicAccessStateRequest,
  GetImageBlockPublicAccessStateResult,
} from '@aws-sdk/client-ec2';
import { type Instant, minute } from '../../shared/model/time.ts';
import type { Call } from '../kernel/service.ts';
import { invalidValue, required } from './errors.ts';

interface Block {
  readonly state: 'block-new-sharing' | 'unblocked';
  /** A new block takes a while to hold. */
  readonly from: Instant;
}

const delay = 10 * minute;

const blocks = (call: Call) => call.world.state.table<Block>('image-block-public-access');
const keyOf = (call: Call): string => `${call.account}/${call.region}`;

/** Public sharing is blocked unless an account has said otherwise. */
function currentState(call: Call): Block['state'] {
  const block = blocks(call).get(keyOf(call));
  if (!block) return 'block-new-sharing';
  return block.from <= call.world.timeline.now() ? block.state : 'unblocked';
}

export const publicSharingBlocked = (call: Call): boolean => currentState(call) === 'block-new-sharing';

export function enableImageBlockPublicAccess(
  input: EnableImageBlockPublicAccessRequest,
  call: Call,
): EnableImageBlockPublicAccessResult {
  const wanted = required(input.ImageBlockPublicAccessState, 'ImageBlockPublicAccessState');
  if (wanted !== 'block-new-sharing') throw invalidValue('ImageBlockPublicAccessState', wanted);
  if (!publicSharingBlocked(call))
    blocks(call).set(keyOf(call), { state: 'block-new-sharing', from: call.world.timeline.now() + delay });
  return { ImageBlockPublicAccessState: 'block-new-sharing' };
}

export function disableImageBlockPublicAccess(
  _input: DisableImageBlockPublicAccessRequest,
  call: Call,
): DisableImageBlockPublicAccessResult {
  blocks(call).set(keyOf(call), { state: 'unblocked', from: call.world.timeline.now() });
  return { ImageBlockPublicAccessState: 'unblocked' };
}

export const getImageBlockPublicAccessState = (
  _input: GetImageBlockPublicAccessStateRequest,
  call: Call,
): GetImageBlockPublicAccessStateResult => ({ ImageBlockPublicAccessState: currentState(call), ManagedBy: 'account' });
