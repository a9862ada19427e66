import type { CopyImageCommandInput, Tag } from '@aws-sdk/client-ec2';
import { imageRef } from '../model/ids.ts';
import type { Tags } from '../model/image.ts';
import type { CopyRequest } from '../model/records.ts';

/** EC2 refuses a key without `Encrypted`. Tags come from the request alone, never from the source. */
export function copyInput(request: CopyRequest, clientToken: string): CopyImageCommandInput {
  const source = imageRef(request.source);
  const tags = tagList(request.tags);
  return {
    SourceRegion: source.region,
    SourceImageId: source.id,
    Name: request.name,
    ClientToken: clientToken,
    CopyImageTags: false,
    ...(tags.length === 0
      ? {}
      : {
          TagSpecifications: [
            { ResourceType: 'image', Tags: tags },
            { ResourceType: 'snapshot', Tags: tags },
          ],
        }),
    ...(request.kmsKey === undefined ? {} : { Encrypted: true, KmsKeyId: request.kmsKey }),
    ...(request.completeWithinMinutes === undefined
      ? {}
      : { SnapshotCopyCompletionDurationMinutes: request.completeWithinMinutes }),
  };
}

export const tagList = (tags: Tags): Tag[] => Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));
