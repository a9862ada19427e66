import type { EC2Client } from '@aws-sdk/client-ec2';
import type { ImageId, ImageRef, Region } from '../../model/ids.ts';
import type { Tags } from '../../model/image.ts';
import type { ReferenceSourceName, UsageReport } from '../../model/references.ts';
import type { ImageUsage, References } from '../../ports/image-usage.ts';
import type { ClientOf } from '../clients.ts';
import { referencesOf } from './references.ts';
import { reportsOf, requestReport } from './reports.ts';

/** What EC2 says about the use of single images, in every Region. */
export class Ec2ImageUsage implements ImageUsage {
  readonly #in: ClientOf<EC2Client>;

  constructor(clients: ClientOf<EC2Client>) {
    this.#in = clients;
  }

  references(
    region: Region,
    images: readonly ImageId[],
    sources: readonly ReferenceSourceName[],
  ): Promise<Map<ImageId, References>> {
    return referencesOf(this.#in(region), region, images, sources);
  }

  reports(region: Region, images: readonly ImageId[]): Promise<Map<ImageId, UsageReport[]>> {
    return reportsOf(this.#in(region), region, images);
  }

  requestReport(image: ImageRef, tags: Tags, clientToken: string): Promise<string> {
    return requestReport(this.#in(image.region), image, tags, clientToken);
  }
}
