import type { ImageRow } from '../../local/ec2/rows.ts';
import type { Actor, Stage } from './actors.ts';
import { Dice } from './dice.ts';
import { keyOfRow } from './truth.ts';

/** People who want back what the ladder took, one time because they need it, another because somebody was wrong. */
export class Restorer implements Actor {
  readonly name = 'restorer';
  readonly perDay = 0.4;
  readonly #stage: Stage;
  readonly #dice: Dice;

  constructor(stage: Stage) {
    this.#stage = stage;
    this.#dice = new Dice(`restorer ${stage.scenario.seed}`);
  }

  act(): void {
    const { truth } = this.#stage;
    const taken = truth.images().filter((row) => isTaken(row, truth.now()));
    const image = this.#dice.one(taken);
    if (!image) return;
    const root = truth.rootOf(keyOfRow(image));
    this.#stage.restore(root);
    this.#stage.count(`${image.state} image restored by a person`);
  }
}

const isTaken = ({ state, deprecateAt }: ImageRow, now: number): boolean =>
  state === 'disabled' || (deprecateAt ?? Number.POSITIVE_INFINITY) <= now;
