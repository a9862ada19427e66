import {
  type DescribeLaunchTemplateVersionsRequest,
  type EC2Client,
  type LaunchTemplateVersion,
  paginateDescribeLaunchTemplateVersions,
} from '@aws-sdk/client-ec2';
import { type ImageKey, imageKey, type Region } from '../../model/ids.ts';
import { unclear } from './unclear.ts';

/** Both launch template describes allow 1 to 200. */
export const templatePageSize = 200;

/** All versions that the request means, with aliases resolved, those of templates that AWS services manage included. */
export async function versionsOf(
  client: EC2Client,
  input: DescribeLaunchTemplateVersionsRequest,
): Promise<LaunchTemplateVersion[]> {
  const versions: LaunchTemplateVersion[] = [];
  const request = { ...input, ResolveAlias: true, IncludeManagedResources: true, MaxResults: templatePageSize };
  for await (const page of paginateDescribeLaunchTemplateVersions({ client }, request))
    versions.push(...(page.LaunchTemplateVersions ?? []));
  return versions;
}

/** For example `template web-fleet v7`. */
export const versionName = (version: LaunchTemplateVersion): string =>
  `template ${version.LaunchTemplateName ?? version.LaunchTemplateId} v${version.VersionNumber}`;

/** A version without an image uses none; one whose alias EC2 did not resolve uses we know not what, so the read fails. */
export function imageOfVersion(region: Region, version: LaunchTemplateVersion): ImageKey | undefined {
  const at = { operation: 'DescribeLaunchTemplateVersions', region, code: 'UnresolvedImage' };
  if (version.LaunchTemplateData === undefined) throw unclear(at, `${versionName(version)} came without its data`);
  const image = version.LaunchTemplateData.ImageId;
  if (image === undefined || image === '') return undefined;
  if (image.startsWith('ami-')) return imageKey(region, image);
  throw unclear(at, `${versionName(version)} names its image as ${image}, which EC2 did not resolve`);
}
