import type { BinResource, BinRule, BinTag } from '../model/bin.ts';
import { isPortError, PortError } from '../model/errors.ts';
import type { Region } from '../model/ids.ts';
import type { RecycleBin } from '../ports/recycle-bin.ts';
import { mapFew } from './batches.ts';
import type { ClientOf } from './clients.ts';
import {
  GetRuleCommand,
  type GetRuleOutput,
  paginateListRules,
  type RecycleBinClient,
  type ResourceTag,
} from './recycle-bin-client.ts';

/** The most that ListRules gives in one page. */
const pageSize = 1_000;
const rulesAtOnce = 8;

const resources = { EC2_IMAGE: 'image', EBS_SNAPSHOT: 'snapshot' } as const satisfies Record<string, BinResource>;
type ResourceType = keyof typeof resources;
const resourceTypes = Object.keys(resources) as ResourceType[];

/** The retention rules of every Region. ListRules tells neither tags nor status, so each rule is asked for. */
export class AwsRecycleBin implements RecycleBin {
  readonly #in: ClientOf<RecycleBinClient>;

  constructor(clients: ClientOf<RecycleBinClient>) {
    this.#in = clients;
  }

  async rules(region: Region): Promise<BinRule[]> {
    const client = this.#in(region);
    const listed = await Promise.all(resourceTypes.map((type) => ruleIds(client, type, region)));
    const rules = await mapFew(listed.flat(), rulesAtOnce, (id) => ruleOf(client, id, region));
    return rules.flatMap((rule) => rule ?? []);
  }
}

async function ruleIds(client: RecycleBinClient, ResourceType: ResourceType, region: Region): Promise<string[]> {
  const ids: string[] = [];
  for await (const { Rules = [] } of paginateListRules({ client }, { ResourceType, MaxResults: pageSize }))
    for (const { Identifier } of Rules) {
      if (Identifier === undefined) throw odd('ListRules', region, 'a rule without Identifier');
      ids.push(Identifier);
    }
  return ids;
}

/** `undefined`: deleted since it was listed, so that it keeps nothing any more. */
async function ruleOf(client: RecycleBinClient, id: string, region: Region): Promise<BinRule | undefined> {
  try {
    return binRule(await client.send(new GetRuleCommand({ Identifier: id })), region);
  } catch (error) {
    if (isPortError(error, 'not-found')) return undefined;
    throw error;
  }
}

/** The answer of GetRule. A rule that is not understood in full is no evidence, so the reading fails. */
export function binRule(answer: Omit<GetRuleOutput, '$metadata'>, region: Region): BinRule {
  const { Identifier: id, ResourceType = '', RetentionPeriod: period, Status } = answer;
  const days = period?.RetentionPeriodValue;
  if (id === undefined || days === undefined || period?.RetentionPeriodUnit !== 'DAYS' || !isResourceType(ResourceType))
    throw odd('GetRule', region, `a rule that cannot be read: ${JSON.stringify({ id, ResourceType, period })}`);
  return {
    id,
    resource: resources[ResourceType],
    days,
    tags: (answer.ResourceTags ?? []).map((tag) => binTag(tag, region)),
    excluded: (answer.ExcludeResourceTags ?? []).map((tag) => binTag(tag, region)),
    available: Status === 'available',
  };
}

const isResourceType = (type: string): type is ResourceType => Object.hasOwn(resources, type);

function binTag({ ResourceTagKey: key, ResourceTagValue: value }: ResourceTag, region: Region): BinTag {
  if (key === undefined) throw odd('GetRule', region, 'a tag without its key');
  return { key, ...(value !== undefined && { value }) };
}

const odd = (operation: string, region: Region, message: string): PortError =>
  new PortError('unexpected', { operation, region, code: 'UnexpectedAnswer' }, message);
