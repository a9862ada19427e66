import type { GetImageAncestryRequest, GetImageAncestryResult, ImageAncestryEntry } from '@aws-sdk/client-ec2';
import type { Instant } from '../../shared/model/time.ts';
import type { Call, World } from '../kernel/service.ts';
import type { ImageRow } from './rows.ts';
import { seenImage } from './visibility.ts';

/** What EC2 remembers of an image's origin, for good: it outlives the image. Keyed `region/id`. */
interface Origin {
  readonly createdAt: Instant;
  readonly ownerAlias?: string;
  readonly source?: { readonly id: string; readonly region: string };
}

const maxEntries = 50;
const roots = ['amazon', 'aws-marketplace'];

const origins = (world: World) => world.state.table<Origin>('image-ancestry');

/** Called for every new image. Only CreateImage and CopyImage know a source. */
export function recordOrigin(world: World, row: ImageRow): void {
  const source =
    row.sourceImageId && row.sourceImageRegion ? { id: row.sourceImageId, region: row.sourceImageRegion } : undefined;
  origins(world).set(`${row.region}/${row.id}`, {
    createdAt: row.createdAt,
    ...(row.ownerAlias && { ownerAlias: row.ownerAlias }),
    ...(source && { source }),
  });
}

/** From the given image upward to its root, 50 entries at the most, whoever owns them and whether they still exist. */
export function getImageAncestry(input: GetImageAncestryRequest, call: Call): GetImageAncestryResult {
  const { id, region } = seenImage(call, input.ImageId);
  const entries: ImageAncestryEntry[] = [];
  let at: { id: string; region: string } | undefined = { id, region };
  while (at && entries.length < maxEntries) {
    const origin: Origin | undefined = origins(call.world).get(`${at.region}/${at.id}`);
    if (!origin) break;
    const isRoot = roots.includes(origin.ownerAlias ?? '');
    const source: Origin['source'] = isRoot ? undefined : origin.source;
    entries.push({
      ImageId: at.id,
      CreationDate: new Date(origin.createdAt),
      ...(origin.ownerAlias && { ImageOwnerAlias: origin.ownerAlias }),
      ...(source && { SourceImageId: source.id, SourceImageRegion: source.region }),
    });
    at = source;
  }
  return { ImageAncestryEntries: entries };
}
