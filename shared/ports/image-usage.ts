import type { Evidence } from '../model/evidence.ts';
import type { ImageId, ImageRef, Region } from '../model/ids.ts';
import type { Tags } from '../model/image.ts';
import type { ReferenceSourceName, UsageReport } from '../model/references.ts';

/** Who refers to an image, by the source that shows it: the sources that were asked for, no others. */
export type References = Readonly<Partial<Record<ReferenceSourceName, Evidence<readonly string[]>>>>;

/** What EC2 tells of the use of single images. Every call may fail with a `PortError`. */
export interface ImageUsage {
  /** One entry for every image asked about; what could not be read of one is told there. */
  references(
    region: Region,
    images: readonly ImageId[],
    sources: readonly ReferenceSourceName[],
  ): Promise<Map<ImageId, References>>;
  /** Every report that EC2 keeps of these images. An image without one is not in it. */
  reports(region: Region, images: readonly ImageId[]): Promise<Map<ImageId, UsageReport[]>>;
  /** Asks for a full report, which takes EC2 a while. The same token asks only once. @returns its id */
  requestReport(image: ImageRef, tags: Tags, clientToken: string): Promise<string>;
}
