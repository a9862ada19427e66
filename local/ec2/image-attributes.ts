import type {
  CancelImageLaunchPermissionRequest,
  CancelImageLaunchPermissionResult,
  DescribeImageAttributeRequest,
  ImageAttribute,
  ModifyImageAttributeRequest,
  ResetImageAttributeRequest,
} from '@aws-sdk/client-ec2';
import { AwsError, type Call } from '../kernel/service.ts';
import { invalidCombination, invalidValue, required, unavailable } from './errors.ts';
import { lastLaunched, protectionText, toProductCodes } from './image-view.ts';
import { changePermissions, fromPermission } from './launch-permissions.ts';
import { type ImageRow, save } from './rows.ts';
import { ownImage, seenImage } from './visibility.ts';

type Reader = (row: ImageRow, now: number) => Partial<ImageAttribute>;

const valued = (Value: string | undefined) => (Value === undefined ? {} : { Value });

const readers: Readonly<Record<string, Reader>> = {
  bootMode: (row) => ({ BootMode: valued(row.bootMode) }),
  deregistrationProtection: (row, now) => ({
    DeregistrationProtection: { Value: protectionText(row.protection, now) },
  }),
  description: (row) => ({ Description: valued(row.description) }),
  imdsSupport: (row) => ({ ImdsSupport: valued(row.imdsSupport) }),
  kernel: (row) => ({ KernelId: valued(row.kernelId) }),
  lastLaunchedTime: (row, now) => ({ LastLaunchedTime: valued(lastLaunched(row, now)) }),
  launchPermission: (row) => ({ LaunchPermissions: row.permissions.map(fromPermission) }),
  productCodes: (row) => ({ ProductCodes: toProductCodes(row.productCodes) }),
  ramdisk: (row) => ({ RamdiskId: valued(row.ramdiskId) }),
  sriovNetSupport: (row) => ({ SriovNetSupport: valued(row.sriovNetSupport) }),
  tpmSupport: (row) => ({ TpmSupport: valued(row.tpmSupport) }),
};

export function describeImageAttribute(input: DescribeImageAttributeRequest, call: Call): ImageAttribute {
  const attribute: string = required(input.Attribute, 'Attribute');
  if (attribute === 'blockDeviceMapping')
    throw new AwsError('AuthFailure', 'Unauthorized attempt to access restricted resource');
  const read = Object.hasOwn(readers, attribute) ? readers[attribute] : undefined;
  if (!read) throw invalidValue('Attribute', attribute);
  const row = ownImage(call, input.ImageId);
  return { ImageId: row.id, ...read(row, call.world.timeline.now()) };
}

const isPermissionChange = (input: ModifyImageAttributeRequest): boolean =>
  input.LaunchPermission !== undefined ||
  [input.UserIds, input.UserGroups, input.OrganizationArns, input.OrganizationalUnitArns].some((list) => list?.length);

/** Which single attribute the request is about: named by `Attribute`, or by the structured field that is present. */
function attributeOf(input: ModifyImageAttributeRequest): string {
  const given = [
    ...(input.Description !== undefined ? ['description'] : []),
    ...(input.ImdsSupport !== undefined ? ['imdsSupport'] : []),
    ...(isPermissionChange(input) ? ['launchPermission'] : []),
    ...(input.Attribute ? [input.Attribute] : []),
  ];
  const distinct = [...new Set(given)];
  if (distinct.length > 1) throw invalidCombination('Only one attribute can be changed in one request');
  return required(distinct[0], 'Attribute');
}

function checkChangeable(row: ImageRow): void {
  if (row.state === 'pending' || row.state === 'failed') throw unavailable(row.id, row.state);
}

/** One attribute per call: `description`, `imdsSupport` (`v2.0`, for good) or `launchPermission`. */
export function modifyImageAttribute(input: ModifyImageAttributeRequest, call: Call): Record<string, never> {
  const attribute = attributeOf(input);
  const row = ownImage(call, input.ImageId);
  switch (attribute) {
    case 'launchPermission':
      changePermissions(call, row, input);
      return {};
    case 'description':
      checkChangeable(row);
      save(call.world, 'images', { ...row, description: input.Description?.Value ?? input.Value ?? '' });
      return {};
    case 'imdsSupport': {
      checkChangeable(row);
      const value = input.ImdsSupport?.Value ?? input.Value;
      if (value !== 'v2.0') throw invalidValue('ImdsSupport', value);
      save(call.world, 'images', { ...row, imdsSupport: value });
      return {};
    }
    default:
      throw invalidValue('Attribute', attribute);
  }
}

/** Back to private; no other attribute can be reset. */
export function resetImageAttribute(input: ResetImageAttributeRequest, call: Call): Record<string, never> {
  if (required(input.Attribute, 'Attribute') !== 'launchPermission') throw invalidValue('Attribute', input.Attribute);
  const row = ownImage(call, input.ImageId);
  if (row.state !== 'available') throw unavailable(row.id, row.state);
  save(call.world, 'images', { ...row, permissions: [] });
  return {};
}

/** The account that an image was shared with takes itself off the list. */
export function cancelImageLaunchPermission(
  input: CancelImageLaunchPermissionRequest,
  call: Call,
): CancelImageLaunchPermissionResult {
  const row = seenImage(call, input.ImageId);
  const own = `account:${call.account}`;
  if (!row.permissions.includes(own))
    throw new AwsError('InvalidRequest', `Image ${row.id} is not shared with account ${call.account} directly`);
  save(call.world, 'images', { ...row, permissions: row.permissions.filter((permission) => permission !== own) });
  return { Return: true };
}
