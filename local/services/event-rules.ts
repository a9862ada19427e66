import { page } from '../ec2/paging.ts';
import { AwsError, type BusRule, type Call, type Operation } from '../kernel/service.ts';

interface RuleRequest {
  readonly Name?: string;
  readonly NamePrefix?: string;
  readonly Rule?: string;
  readonly EventBusName?: string;
  readonly NextToken?: string;
  readonly Limit?: number;
}

const limits = { min: 1, max: 100, usual: 100 };

/** Rules are on default buses alone: no other bus is built. */
function rulesOf({ world, account, region }: Call, { EventBusName: bus = 'default' }: RuleRequest) {
  if (bus !== 'default' && !bus.endsWith(':event-bus/default'))
    throw new AwsError('ResourceNotFoundException', `Event bus ${bus} does not exist.`);
  return (world.rules?.() ?? [])
    .filter((rule) => rule.account === account && rule.region === region)
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}

function ruleNamed(name: string | undefined, input: RuleRequest, call: Call): BusRule {
  if (name === undefined) throw new AwsError('ValidationException', 'The request must name a rule.');
  const rule = rulesOf(call, input).find((one) => one.name === name);
  if (!rule) throw new AwsError('ResourceNotFoundException', `Rule ${name} does not exist on EventBus default.`);
  return rule;
}

const viewOf = ({ name, account, region, pattern }: BusRule) => ({
  Name: name,
  Arn: `arn:aws:events:${region}:${account}:rule/${name}`,
  EventPattern: JSON.stringify(pattern),
  State: 'ENABLED',
  EventBusName: 'default',
});

const targetArn = (target: BusRule['target'], account: string): string =>
  'queue' in target ? target.queue : `arn:aws:events:${target.bus}:${account}:event-bus/default`;

function listRules(input: RuleRequest, call: Call): unknown {
  const found = rulesOf(call, input).filter(({ name }) => name.startsWith(input.NamePrefix ?? ''));
  const { rows, ...token } = page(found, paging(input), limits, ({ name }) => name);
  return { Rules: rows.map(viewOf), ...token };
}

/** Each rule here has one target. */
function listTargets(input: RuleRequest, call: Call): unknown {
  const { target, account } = ruleNamed(input.Rule, input, call);
  return { Targets: [{ Id: 'target', Arn: targetArn(target, account) }] };
}

const paging = ({ Limit, ...input }: RuleRequest) => ({ ...input, ...(Limit !== undefined && { MaxResults: Limit }) });

/** Rules are read by calls, and made by the product that is deployed here. */
export const ruleOperations: Readonly<Record<string, Operation>> = {
  ListRules: listRules,
  DescribeRule: (input: RuleRequest, call) => viewOf(ruleNamed(input.Name, input, call)),
  ListTargetsByRule: listTargets,
};
