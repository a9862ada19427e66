import type { AccountId, ImageId, Region } from '../../shared/model/ids.ts';
import type { World } from '../kernel/service.ts';

/** A recipe of EC2 Image Builder, as far as it names an image. That service has no operations here. */
export interface RecipeRow {
  readonly account: AccountId;
  readonly region: Region;
  readonly kind: 'image-recipe' | 'container-recipe';
  readonly name: string;
  readonly version: string;
  readonly imageId: ImageId;
}

const table = (world: World) => world.state.table<RecipeRow>('image-builder-recipes');

export const recipeArn = ({ account, region, kind, name, version }: RecipeRow): string =>
  `arn:aws:imagebuilder:${region}:${account}:${kind}/${name}/${version}`;

export const putRecipe = (world: World, recipe: RecipeRow): void => table(world).set(recipeArn(recipe), recipe);

export const removeRecipe = (world: World, recipe: RecipeRow): void => table(world).delete(recipeArn(recipe));

/** Of every account. */
export const recipesIn = (world: World, region: Region): RecipeRow[] =>
  [...table(world).values()].filter((recipe) => recipe.region === region);
