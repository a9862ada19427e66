import { putInstance } from '../../local/ec2/fixtures.ts';
import { putRecipe, type RecipeRow, removeRecipe } from '../../local/ec2/recipes.ts';
import { type ImageRow, type InstanceRow, save } from '../../local/ec2/rows.ts';
import { day, hour } from '../../shared/model/time.ts';
import type { Actor, Stage } from './actors.ts';
import { Dice } from './dice.ts';
import { account } from './scenario.ts';

/** Other accounts that launch what was shared with them, some of it long ago. */
export class Neighbour implements Actor {
  readonly name = 'neighbour';
  readonly perDay = 1;
  readonly #stage: Stage;
  readonly #dice: Dice;

  constructor(stage: Stage) {
    this.#stage = stage;
    this.#dice = new Dice(`neighbour ${stage.scenario.seed}`);
  }

  act(): void {
    const { truth, aws, count } = this.#stage;
    const shared = truth.images().filter((row) => row.state === 'available' && accountsIn(row).length > 0);
    const image = this.#dice.one(shared);
    const by = image && this.#dice.one(accountsIn(image));
    if (!image || !by) return;
    const row = putInstance(aws, image, { account: by, launchedAt: truth.now() });
    count('shared image launched by another account');
    if (this.#dice.chance(0.6))
      this.#stage.later(this.#dice.between(6 * hour, 3 * day), `${by} ends ${row.id}`, () =>
        save(aws, 'instances', { ...row, state: 'terminated' } satisfies InstanceRow),
      );
  }
}

const accountsIn = ({ permissions }: ImageRow): string[] =>
  permissions.flatMap((one) => (one.startsWith('account:') ? [one.slice('account:'.length)] : []));

/** Names images by parameters, by templates that read those, and by recipes. */
export class Librarian implements Actor {
  readonly name = 'librarian';
  readonly perDay = 1.5;
  readonly #stage: Stage;
  readonly #dice: Dice;
  #number = 1;

  constructor(stage: Stage) {
    this.#stage = stage;
    this.#dice = new Dice(`librarian ${stage.scenario.seed}`);
  }

  act(): void {
    const image = this.#dice.one(this.#stage.truth.images());
    if (!image) return;
    this.#dice.of(
      () => this.#parameter(image),
      () => this.#migrated(image),
      () => this.#recipe(image),
    )();
  }

  #parameter({ id, region }: ImageRow): string {
    const Name = `/library/book-${this.#number++}`;
    const Value = this.#dice.of(id, `{"base":"${id}"}`, `other,${id}`);
    this.#stage.call('PutParameter', region, { Name, Type: 'String', Value }, 'ssm');
    this.#stage.count('image named by a parameter');
    this.#later(() => this.#stage.call('DeleteParameter', region, { Name }, 'ssm'));
    return Name;
  }

  /** What a template named it names by a parameter from now on. */
  #migrated({ id, region }: ImageRow): void {
    const Name = `/library/book-${this.#number++}`;
    this.#stage.call('PutParameter', region, { Name, Type: 'String', Value: id }, 'ssm');
    const name = { LaunchTemplateName: `reader-${this.#number}` };
    const LaunchTemplateData = { ImageId: `resolve:ssm:${Name}` };
    this.#stage.call('CreateLaunchTemplate', region, { ...name, LaunchTemplateData });
    this.#stage.count('template reads a parameter');
    this.#later(() => {
      this.#stage.call('DeleteLaunchTemplate', region, name);
      this.#stage.call('DeleteParameter', region, { Name }, 'ssm');
    });
  }

  #recipe({ id, region }: ImageRow): void {
    const { aws, count } = this.#stage;
    const kind = this.#dice.of<RecipeRow['kind']>('image-recipe', 'container-recipe');
    const row = { account, region, kind, name: `recipe-${this.#number++}`, version: '1.0.0', imageId: id };
    putRecipe(aws, { ...row, ...{ madeAt: this.#stage.truth.now() } });
    count('image named by a recipe');
    this.#later(() => removeRecipe(aws, row));
  }

  #later(end: () => void): void {
    if (this.#dice.chance(0.85)) this.#stage.later(this.#dice.between(6 * hour, 3 * day), 'librarian lets go', end);
  }
}
