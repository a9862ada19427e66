import {
  type ResourceTag,
  type ResourceType,
  type RuleRow,
  removeRule,
  resourceTypes,
  ruleById,
  rulesOf,
  saveRule,
} from '../ec2/bin-rules.ts';
import { page } from '../ec2/paging.ts';
import { AwsError, type Call, type Service } from '../kernel/service.ts';

interface RuleInput {
  readonly Identifier?: string;
  readonly Description?: string;
  readonly ResourceType?: string;
  readonly RetentionPeriod?: { readonly RetentionPeriodValue?: number; readonly RetentionPeriodUnit?: string };
  readonly ResourceTags?: readonly ResourceTag[];
  readonly ExcludeResourceTags?: readonly ResourceTag[];
}

const mostDays = 365;

const invalid = (message: string): AwsError => new AwsError('ValidationException', message);

function checkedType(type: string | undefined): ResourceType {
  if (type === undefined) throw invalid('The request must contain the parameter ResourceType.');
  const known = resourceTypes.find((name) => name === type);
  if (!known) throw invalid(`The resource type ${type} is not built into the embedded AWS.`);
  return known;
}

function checkedDays(period: RuleInput['RetentionPeriod']): number {
  const { RetentionPeriodValue: days = 0, RetentionPeriodUnit: unit } = period ?? {};
  if (unit !== 'DAYS' || !Number.isInteger(days) || days < 1 || days > mostDays)
    throw invalid(`The retention period must be 1 to ${mostDays} DAYS.`);
  return days;
}

function checkedTags(tags: readonly ResourceTag[], excluded: readonly ResourceTag[]) {
  if (tags.length > 0 && excluded.length > 0) throw invalid('Only Region-level rules can have exclusion tags.');
  return { tags, excluded };
}

function ownRule(call: Call, id: string | undefined): RuleRow {
  if (id === undefined) throw invalid('The request must contain the parameter Identifier.');
  const row = ruleById(call.world, call, id);
  if (!row) throw new AwsError('ResourceNotFoundException', `The rule ${id} does not exist.`, 404);
  return row;
}

const summaryOf = ({ account, region, id, description, days }: RuleRow) => ({
  Identifier: id,
  Description: description,
  RetentionPeriod: { RetentionPeriodValue: days, RetentionPeriodUnit: 'DAYS' },
  RuleArn: `arn:aws:rbin:${region}:${account}:rule/${id}`,
});

function ruleOf(row: RuleRow, { world }: Call) {
  const acts = row.actsFrom <= world.timeline.now() || world.switches.ruleShowsAvailableEarly;
  return {
    ...summaryOf(row),
    ResourceType: row.resourceType,
    ResourceTags: row.tags,
    ExcludeResourceTags: row.excluded,
    Status: acts ? 'available' : 'pending',
  };
}

function createRule(input: RuleInput, call: Call): unknown {
  const { account, region, world } = call;
  const row: RuleRow = {
    account,
    region,
    id: world.random.uuid().replaceAll('-', '').slice(0, 11),
    description: input.Description ?? '',
    resourceType: checkedType(input.ResourceType),
    days: checkedDays(input.RetentionPeriod),
    ...checkedTags(input.ResourceTags ?? [], input.ExcludeResourceTags ?? []),
    actsFrom: world.timeline.now() + world.switches.ruleStartsAfter,
  };
  saveRule(world, row);
  return ruleOf(row, call);
}

/** What is not given stays; what lies in the bin already keeps its time. */
function updateRule(input: RuleInput, call: Call): unknown {
  const row = ownRule(call, input.Identifier);
  const changed: RuleRow = {
    ...row,
    description: input.Description ?? row.description,
    resourceType: input.ResourceType === undefined ? row.resourceType : checkedType(input.ResourceType),
    days: input.RetentionPeriod === undefined ? row.days : checkedDays(input.RetentionPeriod),
    ...checkedTags(input.ResourceTags ?? row.tags, input.ExcludeResourceTags ?? row.excluded),
  };
  saveRule(call.world, changed);
  return ruleOf(changed, call);
}

function deleteRule({ Identifier }: RuleInput, call: Call): unknown {
  removeRule(call.world, ownRule(call, Identifier));
  return {};
}

const namesAll = (rule: readonly ResourceTag[], wanted: readonly ResourceTag[]): boolean =>
  wanted.every(({ ResourceTagKey: key, ResourceTagValue: value }) =>
    rule.some((tag) => tag.ResourceTagKey === key && (value === undefined || tag.ResourceTagValue === value)),
  );

interface ListInput extends RuleInput {
  readonly MaxResults?: number;
  readonly NextToken?: string;
}

/** Neither tags nor status are in the list. */
function listRules(input: ListInput, call: Call): unknown {
  const type = checkedType(input.ResourceType);
  const found = rulesOf(call.world, call).filter(
    ({ resourceType, tags, excluded }) =>
      resourceType === type &&
      namesAll(tags, input.ResourceTags ?? []) &&
      namesAll(excluded, input.ExcludeResourceTags ?? []),
  );
  const { rows, ...token } = page(found, input, { min: 1, max: 1_000, usual: 1_000 }, ({ id }) => id);
  return { Rules: rows.map(summaryOf), ...token };
}

/** The retention rules. What they keep is EC2's business. */
export const rbinService: Service = {
  name: 'rbin',
  operations: {
    CreateRule: createRule,
    GetRule: (input: RuleInput, call) => ruleOf(ownRule(call, input.Identifier), call),
    ListRules: listRules,
    UpdateRule: updateRule,
    DeleteRule: deleteRule,
  },
  sections: { CreateRule: '1.11', GetRule: '1.11', ListRules: '1.11', UpdateRule: '1.11', DeleteRule: '1.11' },
};
