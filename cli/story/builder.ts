import type { EmbeddedAws } from '../../local/world.ts';
import { minute } from '../../shared/model/time.ts';

export interface Build {
  readonly name: string;
  /** Id of the image that the build starts from. */
  readonly base: string;
  readonly tags: Readonly<Record<string, string>>;
}

/** Somebody else's pipeline: launches the base image, makes an image of the instance, and throws the instance away. */
export async function buildImage(aws: EmbeddedAws, build: Build): Promise<string> {
  const launched = aws.call('ec2', 'RunInstances', {
    ImageId: build.base,
    InstanceType: 't3.micro',
    MinCount: 1,
    MaxCount: 1,
  }) as { Instances: { InstanceId: string }[] };
  const instance = launched.Instances[0]?.InstanceId ?? '';
  await aws.timeline.advanceTo(aws.timeline.now() + 5 * minute);
  const tags = Object.entries(build.tags).map(([Key, Value]) => ({ Key, Value }));
  const { ImageId } = aws.call('ec2', 'CreateImage', {
    InstanceId: instance,
    Name: build.name,
    TagSpecifications: [{ ResourceType: 'image', Tags: tags }],
  }) as { ImageId: string };
  aws.call('ec2', 'TerminateInstances', { InstanceIds: [instance] });
  return ImageId;
}
