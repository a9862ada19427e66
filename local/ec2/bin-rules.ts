import type { AccountId, Region } from '../../shared/model/ids.ts';
import { type Duration, day, type Instant } from '../../shared/model/time.ts';
import type { World } from '../kernel/service.ts';
import type { Row, TagMap } from './rows.ts';

export const resourceTypes = ['EC2_IMAGE', 'EBS_SNAPSHOT'] as const;
export type ResourceType = (typeof resourceTypes)[number];

export interface ResourceTag {
  readonly ResourceTagKey?: string | undefined;
  readonly ResourceTagValue?: string | undefined;
}

/** A retention rule of the Recycle Bin. */
export interface RuleRow extends Row {
  readonly description: string;
  readonly resourceType: ResourceType;
  readonly days: number;
  /** Tag-level: any of them. None: the whole Region. */
  readonly tags: readonly ResourceTag[];
  readonly excluded: readonly ResourceTag[];
  /** Keeps nothing before. */
  readonly actsFrom: Instant;
}

const keyOf = ({ account, region, id }: Row): string => `${account}/${region}/${id}`;
const table = (world: World) => world.state.table<RuleRow>('bin-rules');

export const saveRule = (world: World, row: RuleRow): void => table(world).set(keyOf(row), row);
export const removeRule = (world: World, row: RuleRow): void => table(world).delete(keyOf(row));
export const ruleById = (world: World, at: { account: AccountId; region: Region }, id: string): RuleRow | undefined =>
  table(world).get(keyOf({ ...at, id }));

export const rulesOf = (world: World, at: { account: AccountId; region: Region }): RuleRow[] =>
  [...table(world).values()]
    .filter(({ account, region }) => account === at.account && region === at.region)
    .sort((a, b) => (a.id < b.id ? -1 : 1));

const hasAny = (tags: TagMap, wanted: readonly ResourceTag[]): boolean =>
  wanted.some(({ ResourceTagKey: key = '', ResourceTagValue: value = '' }) => tags[key] === value);

const matches = (rule: RuleRow, tags: TagMap): boolean =>
  (rule.tags.length === 0 || hasAny(tags, rule.tags)) && !hasAny(tags, rule.excluded);

/** How long something that is deleted now is kept: of several rules, the longest; `undefined`: not at all. */
export function retentionOf(
  world: World,
  resourceType: ResourceType,
  row: Row & { readonly tags: TagMap },
): Duration | undefined {
  const now = world.timeline.now();
  const days = rulesOf(world, row)
    .filter((rule) => rule.resourceType === resourceType && rule.actsFrom <= now && matches(rule, row.tags))
    .map((rule) => rule.days);
  return days.length === 0 ? undefined : Math.max(...days) * day;
}
