import { generations, type Rung, rungOf, type Size } from './calls-world.ts';
import type { Counts } from './counting.ts';

const pages = (items: number, size: number): number => Math.max(1, Math.ceil(items / size));

/** The least that a run can do with the pages that it asks for: it reads each list once, and changes each image once. */
export function leastCalls(size: Size): Readonly<Record<'sweep' | 'retire' | 'reap', Counts>> {
  const families = Array.from({ length: Math.floor(size.images / generations) }, (_, number) => rungOf(number));
  const due = (...rungs: Rung[]): number => families.filter((rung) => rungs.includes(rung)).length;
  const listed = { DescribeImages: pages(size.images, 1_000) };
  return {
    sweep: listed,
    retire: {
      ...listed,
      ...usageOf(size),
      ...lastCheckOf(due('disable', 'approve', 'deregister')),
      'DescribeImages, one image': due('deprecate', 'disable', 'approve'),
      EnableImageDeprecation: due('deprecate'),
      DisableImage: due('disable'),
      DescribeLockedSnapshots: 1,
      CreateTags: due('approve'),
      PutEvents: Math.ceil(due('deprecate', 'disable') / 10),
    },
    reap: {
      ...listed,
      ...usageOf(size),
      ...lastCheckOf(due('approve', 'deregister')),
      'DescribeImages, one image': due('approve', 'deregister'),
      DeregisterImage: due('approve', 'deregister'),
      DescribeLockedSnapshots: 1,
      PutEvents: Math.ceil(due('approve', 'deregister') / 10),
    },
  };
}

const usageOf = ({ instances, templates, groups }: Size): Counts => ({
  DescribeInstances: pages(instances, 1_000),
  DescribeLaunchTemplates: pages(templates, 200),
  // Of each template its default and its latest version, and then all that it has.
  'DescribeLaunchTemplateVersions, all templates': pages(2 * templates, 200),
  'DescribeLaunchTemplateVersions, one template': templates,
  DescribeLaunchConfigurations: 1,
  DescribeAutoScalingGroups: pages(groups, 100),
  DescribeSpotInstanceRequests: 1,
  DescribeSpotFleetRequests: 1,
  DescribeFleets: 1,
  DescribeParameters: 1,
});

/** Who refers to an image, ten at a time; who else may use it and its snapshot, which EC2 tells one by one. */
const lastCheckOf = (images: number): Counts => ({
  DescribeImageReferences: Math.ceil(images / 10),
  DescribeImageAttribute: images,
  DescribeSnapshotAttribute: images,
  // Of images and of snapshots.
  ListRules: 2,
});

const beforeItIsWrittenDown =
  'the record says what is about to happen before the call; EC2 judges each image by its tags, so only asking tells that it would refuse (F60)';

/** Why there are more. */
export const why: Readonly<Record<string, string>> = {
  DescribeAutoScalingGroups: 'Auto Scaling may give fewer on a page than it is asked for, and here it does',
  'DisableImage, dry run': beforeItIsWrittenDown,
  'DeregisterImage, dry run': beforeItIsWrittenDown,
  DescribeImageAttribute:
    'DisableImage wipes the launch permissions: what restore gives back is who has them in that moment, not when it was decided',
};
