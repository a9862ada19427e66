import { keyArn } from '../ec2/keys.ts';
import type { Call } from '../kernel/service.ts';
import type { Access } from './access.ts';

/** Fields of the requests of the smaller services that name what is touched. */
interface Input {
  readonly Name?: string;
  readonly Names?: readonly string[];
  readonly Overwrite?: boolean;
  readonly KeyId?: string;
  readonly GranteePrincipal?: string;
  readonly RetiringPrincipal?: string;
  readonly Operations?: readonly string[];
  readonly Entries?: readonly {
    readonly EventBusName?: string;
    readonly Source?: string;
    readonly DetailType?: string;
  }[];
  readonly QueueUrl?: string;
  readonly TopicArn?: string;
  readonly Identifier?: string;
  readonly Rule?: string;
  readonly RoleName?: string;
  readonly PolicySourceArn?: string;
  readonly ServiceCode?: string;
  readonly QuotaCode?: string;
}

type AccessesOf = (action: string, input: Input, call: Call) => readonly Access[];

const one = (
  action: string,
  type: string,
  resource: string,
  { region }: Call,
  values: Access['values'] = {},
): Access[] => [{ action, type, resource, region, values }];

/** Names may carry a version; those of AWS belong to no account. */
function parameterArn(name: string, { region, account }: Call): string {
  if (name.startsWith('arn:')) return name;
  const path = name.replace(/:.*$/, '').replace(/^(?!\/)/, '/');
  return `arn:aws:ssm:${region}:${path.startsWith('/aws/service/') ? '' : account}:parameter${path}`;
}

const parameters: AccessesOf = (action, { Name, Names, Overwrite }, call) =>
  [...(Names ?? []), ...(Name === undefined ? [] : [Name])].flatMap((name) =>
    one(action, 'parameter', parameterArn(name, call), call, { 'ssm:Overwrite': String(Overwrite ?? false) }),
  );

const keys: AccessesOf = (action, input, call) =>
  input.KeyId === undefined
    ? []
    : one(action, 'key', keyArn(call, input.KeyId), call, {
        'kms:CallerAccount': call.account,
        'kms:GranteePrincipal': input.GranteePrincipal,
        'kms:RetiringPrincipal': input.RetiringPrincipal,
        'kms:GrantOperations': input.Operations,
      });

const ownRule = (name: string, { region, account }: Call): string => `arn:aws:events:${region}:${account}:rule/${name}`;

const events: AccessesOf = (action, { Entries = [], Rule }, call) => [
  ...(Rule === undefined ? [] : one(action, 'rule-on-default-event-bus', ownRule(Rule, call), call)),
  ...Entries.flatMap(({ EventBusName: bus = 'default', Source, DetailType }) => {
    const arn = bus.startsWith('arn:') ? bus : `arn:aws:events:${call.region}:${call.account}:event-bus/${bus}`;
    return one(action, 'event-bus', arn, call, { 'events:source': Source, 'events:detail-type': DetailType });
  }),
];

/** Sending ten at once is sending. */
const queues: AccessesOf = (action, { QueueUrl = '' }, call) => {
  const [account, name] = QueueUrl.split('/').slice(-2);
  return one(action.replace(/Batch$/, ''), 'queue', `arn:aws:sqs:${call.region}:${account}:${name}`, call);
};

const rules: AccessesOf = (action, { Identifier }, call) =>
  one(action, 'rule', `arn:aws:rbin:${call.region}:${call.account}:rule/${Identifier ?? ''}`, call);

const roles: AccessesOf = (action, { RoleName, PolicySourceArn }, call) =>
  one(action, 'role', PolicySourceArn ?? `arn:aws:iam::${call.account}:role/${RoleName ?? ''}`, call);

const quotas: AccessesOf = (action, { ServiceCode, QuotaCode }, call) =>
  one(action, 'quota', `arn:aws:servicequotas:${call.region}:${call.account}:${ServiceCode}/${QuotaCode}`, call);

export const serviceAccesses: Readonly<Record<string, AccessesOf>> = {
  ssm: parameters,
  kms: keys,
  events,
  sqs: queues,
  sns: (action, { TopicArn = '' }, call) => one(action, 'topic', TopicArn, call),
  rbin: rules,
  iam: roles,
  servicequotas: quotas,
};
