import type { EventPattern } from '../../../local/services/event-pattern.ts';
import type { EmbeddedAws } from '../../../local/world.ts';
import { allowing, ofType, type Resource, type Template } from '../packaged.ts';
import type { Names } from './intrinsics.ts';

interface Inner {
  readonly Resources: Readonly<Record<string, Resource>>;
}

interface Parameter {
  readonly ParameterKey: string;
  readonly ParameterValue: string;
}

/** Puts the rules of a stack set into its Regions, as far as EventBridge would let them put events on the bus. */
export function connectRegions(stack: Template, names: Names, aws: EmbeddedAws): void {
  for (const [, { Properties }] of ofType(stack, 'AWS::CloudFormation::StackSet')) {
    const parameters = names.resolve(Properties.Parameters) as Parameter[];
    const given = Object.fromEntries(parameters.map((one) => [one.ParameterKey, one.ParameterValue]));
    const inner = JSON.parse(String(Properties.TemplateBody)) as Inner;
    const [{ Regions = [] } = {}] = Properties.StackInstancesGroup as { Regions?: string[] }[];
    for (const region of Regions)
      for (const [, rule] of ofType(inner.Resources, 'AWS::Events::Rule'))
        forward(stack, names, aws, region, withParameters(rule.Properties, given));
  }
}

/** `Ref` to a parameter becomes its value; the rest is for the outer names to resolve. */
function withParameters<T>(value: T, given: Readonly<Record<string, string>>): T {
  const text = JSON.stringify(value).replaceAll(/\{"Ref":"(\w+)"\}/g, (whole, name: string) =>
    name in given ? JSON.stringify(given[name]) : whole,
  );
  return JSON.parse(text) as T;
}

interface Forwarding {
  readonly Name: string;
  readonly EventPattern: EventPattern;
  readonly Targets: readonly { readonly Id: string; readonly Arn: string; readonly RoleArn: string }[];
}

function forward(stack: Template, names: Names, aws: EmbeddedAws, region: string, properties: object): void {
  const { Name, EventPattern: pattern, Targets } = names.resolve(properties) as Forwarding;
  const rule = `arn:aws:events:${region}:${aws.account}:rule/${Name}`;
  for (const { Id, Arn, RoleArn } of Targets) {
    const [, , , home = '', , bus] = Arn.split(':');
    if (bus !== 'event-bus/default' || !mayPut(stack, names, { rule, bus: Arn, role: RoleArn })) continue;
    const place = { name: `${Name}/${Id}`, region, account: aws.account };
    aws.events.addRule({ ...place, pattern, target: { bus: home } });
  }
}

/** Whether EventBridge may become the role for this rule, and the role may put events there. */
function mayPut(stack: Template, names: Names, { rule, bus, role }: Record<'rule' | 'bus' | 'role', string>): boolean {
  const id = names.find(role);
  if (id === undefined) return false;
  const trust = JSON.stringify(names.resolve(stack[id]?.Properties.AssumeRolePolicyDocument));
  const sources = [...trust.matchAll(/"aws:SourceArn":"([^"]+)"/g)].map(([, source = '']) => source);
  const isTrusted = trust.includes('"events.amazonaws.com"') && sources.some((one) => asPattern(one).test(rule));
  const reaches = allowing(stack, id, 'events:PutEvents').some(({ Resource }) => names.resolve(Resource) === bus);
  return isTrusted && reaches;
}

const asPattern = (source: string): RegExp =>
  new RegExp(`^${source.replace(/[.+?^${}()|[\]\\]/g, '\\$&').replaceAll('*', '[^:]*')}$`);
