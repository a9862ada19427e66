import { keyArn, saveKeyRow } from '../../local/ec2/keys.ts';
import { type ImageRow, save } from '../../local/ec2/rows.ts';
import { day, hour } from '../../shared/model/time.ts';
import type { Actor, Stage } from './actors.ts';
import { Dice } from './dice.ts';
import { account, home } from './scenario.ts';
import { keyOfRow } from './truth.ts';

/** Looks after what is stored: locks, keys, the Recycle Bin, dates, and the images of other services. */
export class Custodian implements Actor {
  readonly name = 'custodian';
  readonly perDay = 3;
  readonly #stage: Stage;
  readonly #dice: Dice;
  readonly #acts: readonly (() => void)[];
  readonly #binned = new Set<string>();
  #number = 1;

  constructor(stage: Stage) {
    this.#stage = stage;
    this.#dice = new Dice(`custodian ${stage.scenario.seed}`);
    this.#acts = [
      () => this.#lock(),
      () => this.#lock(),
      () => this.#lock(),
      () => this.#key(),
      () => this.#key(),
      () => this.#bin(),
      () => this.#bin(),
      () => this.#date(),
      () => this.#foreign(),
      () => this.#future(),
    ];
  }

  act(): void {
    this.#dice.one(this.#acts)?.();
  }

  /** One whose last day is not near, so that what is left over can still be told from what is forgotten. */
  #lock(): void {
    const { truth, call, later, scenario } = this.#stage;
    if (truth.now() > scenario.faultsUntil - day) return;
    const image = this.#dice.one(this.#retiring());
    const snapshot = image?.disks[0]?.snapshotId;
    if (!image || snapshot === undefined) return;
    call('LockSnapshot', image.region, { SnapshotId: snapshot, LockMode: 'governance', LockDuration: 2 });
    truth.hold(keyOfRow(image));
    this.#stage.count('snapshot locked by a person');
    if (this.#dice.chance(0.3))
      later(this.#dice.between(hour, day), `custodian unlocks ${snapshot}`, () =>
        call('UnlockSnapshot', image.region, { SnapshotId: snapshot }),
      );
  }

  /** The disks of an image turn out to lie under a key, which is disabled for a while. */
  #key(): void {
    const { aws, truth, later } = this.#stage;
    const image = this.#dice.one(this.#retiring());
    if (!image) return;
    const key = keyArn({ account, region: image.region }, `alias/${image.id}`);
    const disks = image.disks.map((disk) => ({ ...disk, encrypted: true, kmsKeyId: key }));
    save(aws, 'images', { ...image, disks });
    saveKeyRow(aws, key, { disabled: true });
    truth.hold(keyOfRow(image));
    this.#stage.count('key disabled by a person');
    later(this.#dice.between(12 * hour, 3 * day), `custodian enables ${key}`, () =>
      saveKeyRow(aws, key, { disabled: false }),
    );
  }

  /** Images alone, or snapshots as well, and as long. */
  #bin(): void {
    const region = this.#dice.one(this.#stage.scenario.regions) ?? home;
    if (this.#binned.has(region)) return;
    this.#binned.add(region);
    const RetentionPeriod = { RetentionPeriodValue: this.#dice.whole(2, 3), RetentionPeriodUnit: 'DAYS' };
    const rule = (ResourceType: string) =>
      this.#stage.call('CreateRule', region, { ResourceType, RetentionPeriod }, 'rbin');
    rule('EC2_IMAGE');
    if (this.#dice.chance(0.5)) rule('EBS_SNAPSHOT');
    this.#stage.count('Recycle Bin turned on');
  }

  #date(): void {
    const { truth, call } = this.#stage;
    const image = this.#dice.one(truth.images().filter(({ state }) => state === 'available'));
    if (!image) return;
    const DeprecateAt = new Date(truth.now() + this.#dice.of(hour, 30 * day, 4_000 * day));
    call('EnableImageDeprecation', image.region, { ImageId: image.id, DeprecateAt });
    this.#stage.count('deprecation set by a person');
  }

  /** A backup with a name that our policies select. */
  #foreign(): void {
    const { place, count, truth } = this.#stage;
    const name = `golden-web-${800 + this.#number++}`;
    const tags = { Team: 'platform', 'aws:backup:source-resource': 'i-0a1b2c3d4e5f60718' };
    place({ account, region: home, name, tags, createdAt: truth.now() - 50 * day });
    count('image of another service met');
  }

  /** Nobody can say how old it is. */
  #future(): void {
    const { place, count, truth } = this.#stage;
    const name = `golden-cache-${800 + this.#number++}`;
    place({ account, region: home, name, createdAt: truth.now() + 400 * day });
    count('image from the future met');
  }

  /** What is on its way out shows what stops it. */
  #retiring(): ImageRow[] {
    const { truth } = this.#stage;
    const ours = truth.images().filter((row) => truth.policiesOf(truth.rootOf(keyOfRow(row))).length > 0);
    const disabled = ours.filter(({ state }) => state === 'disabled');
    if (disabled.length > 0) return disabled;
    const leaving = ours.filter((row) => (row.deprecateAt ?? Number.MAX_VALUE) <= truth.now());
    return leaving.length > 0 ? leaving : ours.filter(({ state }) => state === 'available');
  }
}
