import fc from 'fast-check';
import { known, unknown } from '../../shared/model/evidence.ts';
import type { ImageKey } from '../../shared/model/ids.ts';
import { type Image, keyOf, type Tags } from '../../shared/model/image.ts';
import { type Inventory, usageSources } from '../../shared/model/inventory.ts';
import { approved, mark, marksFor } from '../../shared/model/marks.ts';
import type { CompiledPolicy } from '../../shared/model/policy.ts';
import type { CopyIntent, ImageRecord } from '../../shared/model/records.ts';
import { day, hour, minute } from '../../shared/model/time.ts';
import { abroad, account, home, idOf, image, now, record, regions } from '../rules/make.ts';
import { demandBin } from './bin.ts';
import { Dice } from './dice.ts';
import { drawKeepers } from './keepers.ts';
import { observe } from './observe.ts';
import { drawOddities, drawTags } from './oddities.ts';
import { hearPeople } from './people.ts';
import { drawPointers } from './pointers.ts';
import { accounts, drawPolicies, type Unit } from './policies.ts';

export interface GeneratedWorld {
  readonly inventory: Inventory;
  readonly policy: CompiledPolicy;
  /** Images that are copies, by how they were made, whatever their tags say. */
  readonly copies: ReadonlySet<ImageKey>;
  /** The true root of every image. */
  readonly roots: ReadonlyMap<ImageKey, ImageKey>;
  readonly unit: Unit;
}

export const worlds: fc.Arbitrary<GeneratedWorld> = fc.noBias(
  fc.gen().map((generate) => new Builder(new Dice(generate)).build()),
);

class Builder {
  readonly #dice: Dice;
  readonly #images: Image[] = [];
  readonly #records = new Map<ImageKey, ImageRecord>();
  readonly #intents: Record<ImageKey, Record<string, CopyIntent>> = {};
  readonly #grants: Record<ImageKey, Inventory['grants'][ImageKey]> = {};
  readonly #granted: Record<ImageKey, string[]> = {};
  readonly #copies = new Set<ImageKey>();
  readonly #roots = new Map<ImageKey, ImageKey>();
  #number = 1;

  constructor(dice: Dice) {
    this.#dice = dice;
  }

  build(): GeneratedWorld {
    const dice = this.#dice;
    const unit = dice.one<Unit>(['lineage', 'lineage', 'image']);
    const policies = drawPolicies(dice, unit);
    const troubled = dice.odd(60);
    for (let left = dice.upTo(18); left > 0; left--) this.#lineage(dice.one(['golden', 'golden', 'golden', 'other']));
    const isPublishing = policies.policies.some(({ publish }) => publish !== undefined);
    const pointers = drawPointers(dice, isPublishing ? this.#images : [], this.#roots);
    const inventory = observe(dice, troubled, {
      images: this.#images,
      roots: [...this.#roots.values()],
      grants: this.#grants,
      pointers: pointers.pointers,
      records: {
        images: Object.fromEntries(this.#records),
        intents: this.#intents,
        granted: this.#granted,
        pointers: pointers.records,
      },
    });
    const policy = demandBin(dice, policies);
    return {
      inventory: drawKeepers(dice, hearPeople(dice, inventory), this.#images),
      policy,
      copies: this.#copies,
      roots: this.#roots,
      unit,
    };
  }

  #next(more: Partial<Image>): Image {
    return image(this.#number++, more);
  }

  #lineage(family: string): void {
    const dice = this.#dice;
    const age = dice.one([0, 2, 3, 6, 8, 20, 60, 61, 90, 120, 200, 400]) * day + dice.upTo(1000) * minute;
    const parent = dice.chance(15) ? this.#images[dice.upTo(Math.max(0, this.#images.length - 1))] : undefined;
    const region = parent?.region ?? dice.one([home, home, abroad]);
    const fresh = this.#next({
      region,
      name: `${family}-${this.#number}`,
      createdAt: now - age,
      architecture: dice.one(['x86_64', 'x86_64', 'x86_64', 'x86_64', 'arm64']),
      state:
        age < day
          ? dice.one(['available', 'pending', 'failed'])
          : dice.one(['available', 'available', 'available', 'available', 'available', 'failed']),
      ...(parent && {
        sourceImageId: parent.id,
        sourceImageRegion: parent.region,
        sourceInstanceId: 'i-0123456789abcdef0',
      }),
      ...drawOddities(dice),
    });
    const { createdAt: _unreadable, ...undated } = fresh;
    const root: Image = dice.odd(4) ? undated : dice.odd(3) ? { ...fresh, createdAt: now + day } : fresh;
    const stage = age < 10 * day ? 0 : dice.one([0, 0, 1, 1, 2, 2, 3]);
    const key = keyOf(root);
    const tags = drawTags(dice);
    const isMarked = dice.usual(85);
    const rootGone = dice.chance(8);
    const finished = dice.usual(75);
    if (!rootGone) this.#add(this.#dress(root, key, root, tags, isMarked, stage), key);
    if (dice.chance(85) || finished)
      this.#records.set(key, {
        ...record(root),
        ...this.#records.get(key),
        ...(finished && { finishedAt: now - age + hour }),
        // By number and not by dice, so that the worlds stay what they are otherwise.
        ...(!dice.calm && this.#number % 19 === 0 && { newer: true as const }),
        ...(!dice.calm && this.#number % 5 === 0 && { shownBy: shownBefore(this.#number) }),
      });
    for (const target of regions)
      if (target !== region && dice.chance(65)) this.#copy(root, target, tags, isMarked, stage);
  }

  #copy(root: Image, region: string, tags: Tags, isMarked: boolean, stage: number): void {
    const dice = this.#dice;
    const key = keyOf(root);
    const { sourceInstanceId: _instance, ...rest } = root;
    const copy: Image = {
      ...rest,
      ...this.#next({}),
      region,
      name: root.name,
      architecture: root.architecture,
      createdAt: (root.createdAt ?? now) + hour,
      state: stage > 0 ? 'available' : dice.one(['available', 'available', 'available', 'pending', 'failed']),
      sourceImageId: root.id,
      sourceImageRegion: root.region,
      ownerId: account,
    };
    if (dice.chance(5)) {
      this.#intend(root, region, undefined);
      return;
    }
    // A copy of somebody else's image is an original of ours.
    if (root.ownerId !== account) {
      this.#add(copy, keyOf(copy));
      return;
    }
    this.#copies.add(keyOf(copy));
    this.#add(this.#dress(copy, key, root, tags, isMarked && dice.usual(95), stage), key);
    if (dice.chance(60))
      this.#records.set(keyOf(copy), { ...record(copy), role: 'copy', root: key, ...this.#records.get(keyOf(copy)) });
    if (dice.chance(60)) this.#intend(root, region, copy.id);
  }

  #intend(root: Image, region: string, copyId: string | undefined): void {
    const dice = this.#dice;
    const key = keyOf(root);
    const gone = copyId === undefined && dice.chance(50) ? idOf(0xdead00 + this.#number) : copyId;
    const intent: CopyIntent = {
      root: key,
      region,
      state: dice.one(['intent', 'copying', 'copied', 'failed', 'abandoned']),
      generation: 1 + dice.upTo(2),
      request: { source: key, region, name: `${root.name}-again`, tags: marksFor(key, root.createdAt, 'golden') },
      since: now - dice.one([minute, 10 * minute, day]),
      ...(gone !== undefined && { copyId: gone }),
      ...(dice.chance(30) && { retryAt: now + dice.one([-minute, hour]) }),
    };
    this.#intents[key] = { ...this.#intents[key], [region]: intent };
  }

  /** Marks, a place on the ladder, launch permissions. */
  #dress(plain: Image, root: ImageKey, rootImage: Image, tags: Tags, isMarked: boolean, stage: number): Image {
    const dice = this.#dice;
    const key = keyOf(plain);
    const marks = isMarked ? marksFor(root, rootImage.createdAt, 'golden') : {};
    const isApproved = stage === 3;
    const deprecatedAt = now - dice.one([minute, 2 * day, 40 * day, 41 * day, 50 * day]);
    const readable = dice.usual(96);
    const all = { ...tags, ...marks, ...(isApproved && { [mark.reap]: approved }) };
    const state = stage >= 2 && plain.state === 'available' ? 'disabled' : plain.state;
    if (stage >= 2 && dice.usual(95)) {
      const disabledAt = now - dice.one([hour, 8 * day, 40 * day]);
      this.#records.set(key, {
        ...record(plain, { root, role: root === key ? 'root' : 'copy' }),
        disabledAt,
        savedGrants: dice.chance(30) ? [accounts[0]] : [],
        ...(dice.usual(95) && { checkedAt: disabledAt }),
        ...(isApproved && { approvedAt: now - hour }),
        ...(dice.odd(45) && { notice: { step: 'deregister-image', at: now - dice.one([minute, 7 * day]) } }),
      });
    }
    if (dice.chance(75))
      this.#grants[key] = dice.chance(95)
        ? known(accounts.filter(() => dice.chance(40)).slice(0, 2))
        : unknown('denied');
    if (dice.chance(40)) this.#granted[key] = [dice.one(accounts)];
    return {
      ...plain,
      state,
      tags: readable ? known(all) : unknown('not in the file'),
      ...(stage >= 1 && { deprecationAt: deprecatedAt }),
    };
  }

  #add(added: Image, root: ImageKey): void {
    this.#images.push(added);
    this.#roots.set(keyOf(added), root);
  }
}

/** What one source showed once, today or up to three weeks ago. */
const shownBefore = (number: number): NonNullable<ImageRecord['shownBy']> => ({
  [usageSources[number % usageSources.length] ?? 'fleets']: now - (number % 22) * day,
});
