import type {
  DisableImageDeprecationRequest,
  DisableImageDeprecationResult,
  DisableImageDeregistrationProtectionRequest,
  DisableImageDeregistrationProtectionResult,
  DisableImageRequest,
  DisableImageResult,
  EnableImageDeprecationRequest,
  EnableImageDeprecationResult,
  EnableImageDeregistrationProtectionRequest,
  EnableImageDeregistrationProtectionResult,
  EnableImageRequest,
  EnableImageResult,
} from '@aws-sdk/client-ec2';
import { day, minute } from '../../shared/model/time.ts';
import { AwsError, type Call } from '../kernel/service.ts';
import { invalidValue, required } from './errors.ts';
import { emitImageState } from './events.ts';
import { isProtectedAt } from './image-view.ts';
import { publicLife } from './launch-permissions.ts';
import { type ImageRow, save } from './rows.ts';
import { isPublic, ownImage } from './visibility.ts';

const furthestDeprecation = 3653 * day;
const protectionCooldown = day;

const incorrectState = (row: ImageRow, wanted: string): AwsError =>
  new AwsError('IncorrectState', `The image '${row.id}' is in state ${row.state}; it must be ${wanted}`);

export function enableImageDeprecation(input: EnableImageDeprecationRequest, call: Call): EnableImageDeprecationResult {
  const row = ownImage(call, input.ImageId);
  const wanted = required(input.DeprecateAt, 'DeprecateAt').getTime();
  const now = call.world.timeline.now();
  if (Number.isNaN(wanted)) throw invalidValue('DeprecateAt', 'no date');
  const deprecateAt = Math.round(wanted / minute) * minute;
  if (wanted < now) throw invalidValue('DeprecateAt', input.DeprecateAt?.toISOString(), 'is in the past');
  const latest = isPublic(row) ? row.createdAt + publicLife : now + furthestDeprecation;
  if (wanted > latest) throw invalidValue('DeprecateAt', input.DeprecateAt?.toISOString(), 'is too far in the future');
  save(call.world, 'images', { ...row, deprecateAt });
  return { Return: true };
}

/** A public image cannot be without a deprecation date. */
export function disableImageDeprecation(
  input: DisableImageDeprecationRequest,
  call: Call,
): DisableImageDeprecationResult {
  const row = ownImage(call, input.ImageId);
  if (isPublic(row))
    throw new AwsError('OperationNotPermitted', 'The deprecation of a public image cannot be cancelled');
  save(call.world, 'images', { ...row, deprecateAt: undefined });
  return { Return: true };
}

/** Every launch permission is lost, and EC2 keeps no list of them. */
export function disableImage(input: DisableImageRequest, call: Call): DisableImageResult {
  const { world } = call;
  const row = ownImage(call, input.ImageId);
  if (row.state !== 'available') throw incorrectState(row, 'available');
  if (!world.switches.disableWorksOnProtected && isProtectedAt(row.protection, world.timeline.now()))
    throw new AwsError(world.switches.protectedCode, `The image '${row.id}' is protected`);
  const disabled: ImageRow = { ...row, state: 'disabled', permissions: [] };
  save(world, 'images', disabled);
  emitImageState(world, disabled, 'disabled', { requestId: call.requestId() });
  return { Return: true };
}

/** Launch permissions do not come back. */
export function enableImage(input: EnableImageRequest, call: Call): EnableImageResult {
  const row = ownImage(call, input.ImageId);
  if (row.state !== 'disabled') throw incorrectState(row, 'disabled');
  const enabled: ImageRow = { ...row, state: 'available' };
  save(call.world, 'images', enabled);
  emitImageState(call.world, enabled, 'available', { requestId: call.requestId() });
  return { Return: true };
}

export function enableImageDeregistrationProtection(
  input: EnableImageDeregistrationProtectionRequest,
  call: Call,
): EnableImageDeregistrationProtectionResult {
  const row = ownImage(call, input.ImageId);
  const mode = input.WithCooldown ? 'enabled-with-cooldown' : 'enabled';
  save(call.world, 'images', { ...row, protection: { mode } });
  return { Return: 'true' };
}

/** With cooldown, the image stays protected for another day. */
export function disableImageDeregistrationProtection(
  input: DisableImageDeregistrationProtectionRequest,
  call: Call,
): DisableImageDeregistrationProtectionResult {
  const row = ownImage(call, input.ImageId);
  if (row.protection.mode === 'disabled') return { Return: 'true' };
  const until = call.world.timeline.now() + protectionCooldown;
  const cools = row.protection.mode === 'enabled-with-cooldown';
  save(call.world, 'images', { ...row, protection: { mode: 'disabled', ...(cools && { until }) } });
  return { Return: 'true' };
}
