import type {
  DescribeImageReferencesRequest,
  DescribeImageReferencesResult,
  ImageReference,
  ResourceTypeRequest,
} from '@aws-sdk/client-ec2';
import { AwsError, type Call } from '../kernel/service.ts';
import { parametersOf } from '../services/parameters.ts';
import { checkId, invalidCombination, invalidValue, required } from './errors.ts';
import { isImageAlias, resolveAlias } from './image-alias.ts';
import { page } from './paging.ts';
import { type RecipeRow, recipeArn, recipesIn } from './recipes.ts';
import { type InstanceRow, rowsIn, type TemplateRow } from './rows.ts';
import { versionsOf } from './template-rows.ts';

type Type = NonNullable<ImageReference['ResourceType']>;

const maxImages = 10;
/** Versions of a launch template that are looked at unless the caller says otherwise. */
const usualDepth = 10;
const mostVersions = 10_000;
const states: readonly InstanceRow['state'][] = [
  'pending',
  'running',
  'shutting-down',
  'terminated',
  'stopping',
  'stopped',
];

interface Found {
  readonly imageId: string;
  readonly arn: string;
}

/** What of one type refers to an image, with the options that the caller gave for it. */
type Finder = (call: Call, options: ReadonlyMap<string, readonly string[]>) => Found[];

const finders: Readonly<Record<Type, Finder>> = {
  'ec2:Instance': (call, options) => {
    const wanted = options.get('state-name') ?? states;
    return rowsIn(call.world, 'instances', call.region)
      .filter(({ account, state }) => account === call.account && wanted.includes(state))
      .map(({ imageId, id }) => ({ imageId, arn: arnOf(call, 'ec2', `instance/${id}`) }));
  },
  'ec2:LaunchTemplate': (call, options) => {
    const depth = Number(options.get('version-depth')?.[0] ?? usualDepth);
    const own = rowsIn(call.world, 'launch-templates', call.region).filter(({ account }) => account === call.account);
    return own.flatMap((template) => {
      const arn = arnOf(call, 'ec2', `launch-template/${template.id}`);
      return imagesOfTemplate(call, template, depth).map((imageId) => ({ imageId, arn }));
    });
  },
  'ssm:Parameter': (call) =>
    parametersOf(call).flatMap(({ name, value }) =>
      (value.match(/ami-(?:[0-9a-f]{17}|[0-9a-f]{8})\b/g) ?? []).map((imageId) => ({
        imageId,
        arn: arnOf(call, 'ssm', `parameter${name.startsWith('/') ? '' : '/'}${name}`),
      })),
    ),
  'imagebuilder:ImageRecipe': (call) => recipes(call, 'image-recipe'),
  'imagebuilder:ContainerRecipe': (call) => recipes(call, 'container-recipe'),
};

const recipes = (call: Call, kind: RecipeRow['kind']): Found[] =>
  recipesIn(call.world, call.region)
    .filter((recipe) => recipe.account === call.account && recipe.kind === kind)
    .map((recipe) => ({ imageId: recipe.imageId, arn: recipeArn(recipe) }));

const arnOf = ({ region, account }: Call, service: string, what: string): string =>
  `arn:aws:${service}:${region}:${account}:${what}`;

/** Images that the newest versions name. A template counts once for each. */
function imagesOfTemplate(call: Call, template: TemplateRow, depth: number): string[] {
  const newest = versionsOf(call, template).reverse().slice(0, depth);
  const named = newest.flatMap(({ data }) => (typeof data.ImageId === 'string' ? data.ImageId : []));
  return [...new Set(named.flatMap((name) => resolved(call, name) ?? []))];
}

const resolved = (call: Call, name: string): string | undefined =>
  !isImageAlias(name) ? name : call.world.switches.referencesResolveAlias ? resolveAlias(call, name) : undefined;

function checkedOptions(type: Type, { ResourceTypeOptions: given = [] }: ResourceTypeRequest): Map<string, string[]> {
  const options = new Map(given.map(({ OptionName, OptionValues }) => [String(OptionName), OptionValues ?? []]));
  for (const [name, values] of options) {
    const isState = type === 'ec2:Instance' && name === 'state-name';
    const isDepth = type === 'ec2:LaunchTemplate' && name === 'version-depth';
    if (!isState && !isDepth) throw invalidValue('OptionName', name, `is no option of ${type}`);
    const known = (value: string): boolean =>
      isState ? (states as readonly string[]).includes(value) : Number(value) >= 1 && Number(value) <= mostVersions;
    if (values.length === 0 || !values.every(known)) throw invalidValue('OptionValues', values.join(', '));
  }
  return options;
}

/** Types named by the caller go with their options; all others with the usual ones. */
function wantedTypes(input: DescribeImageReferencesRequest): [Type, Map<string, string[]>][] {
  const named = (input.ResourceTypes ?? []).map((request): [Type, Map<string, string[]>] => {
    const type = required(request.ResourceType, 'ResourceType');
    if (!Object.hasOwn(finders, type)) throw invalidValue('ResourceType', type);
    return [type, checkedOptions(type, request)];
  });
  if (!input.IncludeAllResourceTypes && named.length === 0)
    throw invalidCombination('Either IncludeAllResourceTypes or ResourceTypes must be given');
  const all = input.IncludeAllResourceTypes ? (Object.keys(finders) as Type[]) : [];
  return [...new Map([...all.map((type): [Type, Map<string, string[]>] => [type, new Map()]), ...named])];
}

/**
 * Of the caller's account in this Region. Blind to launch configurations, to what Auto Scaling groups and fleets
 * override, and to versions of a launch template beyond the depth.
 */
export function describeImageReferences(
  input: DescribeImageReferencesRequest,
  call: Call,
): DescribeImageReferencesResult {
  const ids = input.ImageIds ?? [];
  if (ids.length === 0) throw new AwsError('MissingParameter', 'The request must contain the parameter ImageId');
  if (ids.length > maxImages) throw invalidValue('ImageId', ids.length, `exceeds ${maxImages} images`);
  for (const id of ids) checkId('ami', id);
  const found = wantedTypes(input).flatMap(([ResourceType, options]) =>
    finders[ResourceType](call, options)
      .filter(({ imageId }) => ids.includes(imageId))
      .map(({ imageId, arn }): ImageReference => ({ ImageId: imageId, ResourceType, Arn: arn })),
  );
  const keyed = [...new Map(found.map((reference) => [`${reference.ImageId} ${reference.Arn}`, reference]))];
  const rows = keyed.sort(([a], [b]) => (a < b ? -1 : 1));
  const { rows: shown, ...token } = page(rows, input, { min: 5, max: 1000, usual: 100 }, ([key]) => key);
  return { ImageReferences: shown.map(([, reference]) => reference), ...token };
}
