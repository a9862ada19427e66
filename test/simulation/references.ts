import type { LauncherRow, LauncherTables, LaunchRequestRow } from '../../local/ec2/launch-rows.ts';
import type { RecipeRow } from '../../local/ec2/recipes.ts';
import type { TemplateRow, TemplateVersionRow } from '../../local/ec2/rows.ts';
import type { World } from '../../local/kernel/service.ts';
import type { Parameter } from '../../local/services/parameters.ts';
import { type ImageKey, imageKey } from '../../shared/model/ids.ts';
import type { Instant } from '../../shared/model/time.ts';

/** What would be launched later from an image, without an instance of it. */
export interface Reference {
  readonly image: ImageKey;
  readonly by: string;
  /** Since when anybody could know. */
  readonly since: Instant;
}

interface Template {
  readonly LaunchTemplateId?: string;
  readonly LaunchTemplateName?: string;
  readonly Version?: string;
}

interface Config {
  readonly LaunchTemplateSpecification?: Template;
  readonly Overrides?: readonly { readonly ImageId?: string; readonly LaunchTemplateSpecification?: Template }[];
}

/** Every way in which configurations, groups, requests and fleets name images and templates. */
interface Data {
  readonly ImageId?: string;
  readonly LaunchTemplate?: Template;
  readonly MixedInstancesPolicy?: { readonly LaunchTemplate?: Config };
  readonly LaunchSpecification?: { readonly ImageId?: string };
  readonly LaunchSpecifications?: readonly { readonly ImageId?: string }[];
  readonly LaunchTemplateConfigs?: readonly Config[];
}

const kinds: readonly (keyof LauncherTables)[] = [
  'launch-configurations',
  'auto-scaling-groups',
  'fleets',
  'spot-fleets',
  'spot-requests',
];

const isOver = (row: LauncherRow): boolean => /^(?:cancelled|deleted)/.test((row as LaunchRequestRow).state ?? '');

/** From the tables, as they are, and never through the product's readers. */
export function referencesIn(world: World): Reference[] {
  const launchers = kinds.flatMap((kind) =>
    [...world.state.table<LauncherRow>(kind).values()]
      .filter((row) => !isOver(row))
      .flatMap((row) => referencesOf(row, `${kind} ${row.id}`, world)),
  );
  return [...launchers, ...parametersIn(world), ...recipesIn(world)];
}

/** By value, whatever their names. */
const parametersIn = ({ state }: World): Reference[] =>
  [...state.table<Parameter>('ssm-parameters').entries()].flatMap(([key, { name, value, modifiedAt }]) =>
    (value.match(/ami-[0-9a-f]{8,17}/g) ?? []).map((id) => ({
      image: imageKey(key.split('/')[1] ?? '', id),
      by: `ssm-parameters ${name}`,
      since: modifiedAt,
    })),
  );

const recipesIn = ({ state }: World): Reference[] =>
  [...state.table<RecipeRow & { readonly madeAt?: Instant }>('image-builder-recipes').values()].map(
    ({ region, imageId, name, madeAt = 0 }) => ({
      image: imageKey(region, imageId),
      by: `image-builder ${name}`,
      since: madeAt,
    }),
  );

function referencesOf(row: LauncherRow, by: string, world: World): Reference[] {
  const data = row.data as Data;
  const configs = [data.MixedInstancesPolicy?.LaunchTemplate ?? {}, ...(data.LaunchTemplateConfigs ?? [])];
  const overrides = configs.flatMap(({ Overrides = [] }) => Overrides);
  const images = [data, data.LaunchSpecification ?? {}, ...(data.LaunchSpecifications ?? []), ...overrides];
  const templates = [data.LaunchTemplate, ...[...configs, ...overrides].map((one) => one.LaunchTemplateSpecification)];
  const direct = images.flatMap(({ ImageId }) => (ImageId ? [{ id: ImageId, since: row.createdAt }] : []));
  const versions = templates.flatMap((named) => (named ? versionsNamed(named, row, world) : []));
  const behind = versions.map((version) => ({ id: String(version.data.ImageId), since: version.createdAt }));
  return [...direct, ...behind].map(({ id, since }) => ({
    image: imageKey(row.region, id),
    by,
    since: Math.max(since, row.createdAt),
  }));
}

function versionsNamed(named: Template, { region }: LauncherRow, { state }: World): TemplateVersionRow[] {
  const template = [...state.table<TemplateRow>('launch-templates').values()].find(
    (one) => one.region === region && (one.id === named.LaunchTemplateId || one.name === named.LaunchTemplateName),
  );
  if (!template) return [];
  const words = { $Default: template.defaultVersion, $Latest: template.latestVersion };
  const wanted = named.Version ?? '$Default';
  const number = wanted === '$Default' || wanted === '$Latest' ? words[wanted] : Number(wanted);
  const versions = [...state.table<TemplateVersionRow>('launch-template-versions').values()];
  return versions.filter((version) => version.templateId === template.id && version.number === number);
}
