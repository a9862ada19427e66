import { known, unknown } from '../../shared/model/evidence.ts';
import { type Image, keyOf } from '../../shared/model/image.ts';
import type { Inventory } from '../../shared/model/inventory.ts';
import { type Pointer, type PointerRecord, type PointerState, pointerKey } from '../../shared/model/pointer.ts';
import type { PublishPolicy } from '../../shared/model/policy.ts';
import { day, minute } from '../../shared/model/time.ts';
import { home, now, regions } from '../rules/make.ts';
import type { Dice } from './dice.ts';

const parameters: [string, ...string[]] = [
  '/pub/{nameBase}/{architecture}',
  '/pub/{nameBase}/{architecture}',
  '/pub/{architecture}',
  '/pub/{architecture}/{tag:Team}',
];
const names = ['golden', 'other'].flatMap((base) => ['x86_64', 'arm64'].map((kind) => `${base}/${kind}`));
const pointers: readonly Pointer[] = regions.flatMap((region) => [
  ...[...names, 'x86_64', 'arm64'].map((name) => ({ kind: 'parameter' as const, region, name: `/pub/${name}` })),
  ...['x86_64', 'arm64'].map((name) => ({ kind: 'launch-template' as const, region, name: `fleet-${name}` })),
]);

export const drawPublish = (dice: Dice): PublishPolicy => ({
  when: dice.one(['all-regions', 'each-region']),
  ssm: [{ parameter: dice.one(parameters), regions: dice.usual(85) ? 'all' : [home] }],
  launchTemplates: dice.chance(50) ? [{ name: 'fleet-{architecture}', setDefault: dice.chance(50) }] : [],
});

interface Drawn {
  readonly pointers: Inventory['pointers'];
  readonly records: Inventory['records']['pointers'];
}

/** What the pointers name: nothing, images of ours, somebody else's; and what they were asked to name. */
export function drawPointers(dice: Dice, images: readonly Image[], roots: ReadonlyMap<string, string>): Drawn {
  if (images.length === 0) return { pointers: {}, records: {} };
  const unread = dice.chance(8);
  const drawn = pointers.map((pointer) => {
    const here = images.filter(({ region }) => region === pointer.region);
    const [first, ...more] = here;
    const record = first && dice.odd(40) ? drawRecord(dice, pointer, dice.one([first, ...more]), roots) : undefined;
    const state = unread && dice.chance(50) ? unknown<PointerState>('denied') : known(drawState(dice, pointer, here));
    return { key: pointerKey(pointer), state, record };
  });
  return {
    pointers: Object.fromEntries(drawn.filter(() => !unread || dice.chance(80)).map(({ key, state }) => [key, state])),
    records: Object.fromEntries(drawn.flatMap(({ key, record }) => (record ? [[key, record]] : []))),
  };
}

function drawState(dice: Dice, { kind }: Pointer, here: readonly Image[]): PointerState {
  const [first, ...more] = here;
  const image = (): string => (first && dice.usual(92) ? dice.one([first, ...more]).id : 'ami-0f0e1a2b3c4d5e6f7');
  if (dice.chance(60)) return { kind: 'absent' };
  if (kind === 'parameter') return { kind, value: image() };
  const version = (number: number) => ({ version: number, ...(dice.chance(80) && { image: image() }) });
  const latest = version(3);
  return { kind, id: 'lt-1', publishable: dice.usual(85), latest, default: dice.chance(50) ? latest : version(2) };
}

const drawRecord = (dice: Dice, pointer: Pointer, image: Image, roots: ReadonlyMap<string, string>): PointerRecord => ({
  pointer,
  image: image.id,
  root: (roots.get(keyOf(image)) ?? keyOf(image)) as PointerRecord['root'],
  built: image.createdAt ?? now - day,
  setDefault: pointer.kind === 'launch-template' && dice.chance(50),
  policy: 'golden',
  attempt: 1,
  run: 'earlier',
  since: now - dice.one([minute, 20 * minute, day]),
  ...(dice.chance(70) && { confirmedAt: now - minute }),
});
