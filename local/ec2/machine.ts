import type { ImageRow, Machine } from './rows.ts';

/** What an instance takes over from its image. */
export const machineOf = (image: ImageRow): Machine => ({
  architecture: image.architecture,
  platform: image.platform,
  rootDeviceName: image.rootDeviceName,
  virtualizationType: image.virtualizationType,
  enaSupport: image.enaSupport,
  bootMode: image.bootMode,
  tpmSupport: image.tpmSupport,
  imdsSupport: image.imdsSupport,
  sriovNetSupport: image.sriovNetSupport,
  kernelId: image.kernelId,
  ramdiskId: image.ramdiskId,
  productCodes: image.productCodes,
});
