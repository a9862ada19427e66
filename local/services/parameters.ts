import type { AccountId, ImageId, Region } from '../../shared/model/ids.ts';
import type { Duration, Instant } from '../../shared/model/time.ts';
import { takeInjected } from '../ec2/injected.ts';
import type { Call, World } from '../kernel/service.ts';

/** One version of a parameter. The current ones lie in `ssm-parameters` under `account/region/name`. */
export interface Parameter {
  readonly name: string;
  readonly value: string;
  readonly type: 'String' | 'StringList';
  readonly dataType: string;
  readonly version: number;
  readonly modifiedAt: Instant;
  readonly modifiedBy: AccountId;
  readonly tier: string;
  readonly description?: string;
  readonly allowedPattern?: string;
}

interface Place {
  readonly account: AccountId;
  readonly region: Region;
}

/** Whether the account can see an available image of this id in the Region. */
export type ImageCheck = (place: Place, image: ImageId) => boolean;

const checkKind = 'ssm-image-check';
/** How long the check of an `aws:ec2:image` value takes: not documented, only that it is not at once (facts 5). */
const checkTakes: Duration = 5_000;
/** Parameter Store keeps the newest versions of a parameter. */
const keptVersions = 100;

const keyOf = ({ account, region }: Place, name: string): string => `${account}/${region}/${name}`;

const table = (world: World) => world.state.table<Parameter>('ssm-parameters');
const historyTable = (world: World) => world.state.table<readonly Parameter[]>('ssm-history');

export const findParameter = (world: World, place: Place, name: string): Parameter | undefined =>
  table(world).get(keyOf(place, name));

export function parametersOf({ world, account, region }: Call): Parameter[] {
  const prefix = keyOf({ account, region }, '');
  const own = [...table(world).entries()].filter(([key]) => key.startsWith(prefix));
  return own.map(([, parameter]) => parameter).sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** Oldest version first. */
export const historyOf = (world: World, place: Place, name: string): readonly Parameter[] =>
  historyTable(world).get(keyOf(place, name)) ?? [];

function store(world: World, place: Place, parameter: Parameter): void {
  const key = keyOf(place, parameter.name);
  table(world).set(key, parameter);
  historyTable(world).set(key, [...historyOf(world, place, parameter.name), parameter].slice(-keptVersions));
}

/** Stores the value now, or, where it must name an image, after a check that may also refuse it without a word. */
export function submit(world: World, place: Place, parameter: Parameter): void {
  const { account, region } = place;
  const { timeline } = world;
  if (parameter.dataType !== 'aws:ec2:image') store(world, place, parameter);
  else timeline.schedule(timeline.now() + checkTakes, checkKind, { place: { account, region }, parameter });
}

export function erase(world: World, place: Place, name: string): boolean {
  const key = keyOf(place, name);
  const present = table(world).get(key) !== undefined;
  table(world).delete(key);
  historyTable(world).delete(key);
  return present;
}

/**
 * Lets values of the data type `aws:ec2:image` be checked when their time comes. A row `refuse-parameter/<region>` in
 * `injected` makes the next checks there end badly.
 */
export function attachParameterTimers(world: World, isAvailable: ImageCheck): void {
  world.timeline.on(checkKind, ({ place, parameter }: { place: Place; parameter: Parameter }) => {
    const version = (findParameter(world, place, parameter.name)?.version ?? 0) + 1;
    const refused = takeInjected(world, `refuse-parameter/${place.region}`) !== undefined;
    if (!refused && isAvailable(place, parameter.value)) store(world, place, { ...parameter, version });
  });
}
