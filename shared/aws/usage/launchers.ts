import type { EC2Client } from '@aws-sdk/client-ec2';
import { imageKey, type Region } from '../../model/ids.ts';
import type { Use } from '../../model/inventory.ts';
import { type FindVersion, type NamedTemplate, namedVersions } from './named-versions.ts';
import type { TemplateBook } from './template-book.ts';
import { imageOfVersion, versionName } from './template-versions.ts';
import { unclear } from './unclear.ts';

/** Something that can launch instances later: a group, a fleet, a request. */
export interface Launcher {
  /** In the field's words: `Auto Scaling group web`, `fleet-0a1 (active)`. */
  readonly by: string;
  /** Where it was read. */
  readonly operation: string;
  /** Images that it names itself, by what stands there. */
  readonly images: readonly (string | undefined)[];
  readonly templates: readonly (NamedTemplate | undefined)[];
}

/** Everything that the launchers would launch, each version of a template asked for once. */
export async function launcherUses(
  client: EC2Client,
  region: Region,
  launchers: readonly Launcher[],
  book: TemplateBook,
): Promise<Use[]> {
  const templates = launchers.flatMap((launcher) => launcher.templates.flatMap((template) => template ?? []));
  const find = await namedVersions(client, region, templates, book);
  return launchers.flatMap((launcher) => usesOf(region, launcher, find));
}

/** A launcher that names nothing, or leaves a name out, launches we know not what, so the read fails. */
export function usesOf(region: Region, { by, operation, images, templates }: Launcher, find: FindVersion): Use[] {
  const open = (what: string) => unclear({ operation, region, code: 'NoImageId' }, `${by} does not name ${what}`);
  if (images.length + templates.length === 0) throw open('what it launches');
  const direct = images.map((image): Use => {
    if (image === undefined) throw open('its image');
    if (!image.startsWith('ami-'))
      throw unclear({ operation, region, code: 'UnresolvedImage' }, `${by} names its image as ${image}`);
    return { image: imageKey(region, image), by };
  });
  const throughTemplates = templates.flatMap((template): Use[] => {
    if (template === undefined) throw open('its launch template');
    const version = find(template);
    if (version === undefined) return [];
    const image = imageOfVersion(region, version);
    return image === undefined ? [] : [{ image, by: `${by} by ${versionName(version)}` }];
  });
  return [...direct, ...throughTemplates];
}
