import type { Resources } from './template.ts';

/** Where a template is resolved, and the ARNs of what it makes that already has one. */
export interface Place {
  readonly account: string;
  readonly region: string;
  readonly arns: Readonly<Record<string, string>>;
}

function pseudo(name: string, { account, region }: Place): string {
  const known: Record<string, string> = {
    'AWS::AccountId': account,
    'AWS::Partition': 'aws',
    'AWS::Region': region,
    'AWS::StackId': `arn:aws:cloudformation:${region}:${account}:stack/ami-steward-prod/0a1b`,
    'AWS::URLSuffix': 'amazonaws.com',
  };
  const value = known[name];
  if (value === undefined) throw new Error(`nobody knows what ${name} is here`);
  return value;
}

/** Names of what CloudFormation would make, for all that has no ARN in the world yet. */
function arnOf(id: string, resources: Resources, place: Place): string {
  const known = place.arns[id];
  if (known !== undefined) return known;
  const { account, region } = place;
  if (/^\w+LambdaFunction$/.test(id)) return `arn:aws:lambda:${region}:${account}:function:${id}`;
  const kind = resources[id]?.Type.split('::')[1]?.toLowerCase();
  if (kind === undefined) throw new Error(`the template has no ${id}`);
  return `arn:aws:${kind}:${region}:${account}:${id}`;
}

/** `Ref`, `GetAtt` of an ARN and `Sub` give their text; everything else stays as it is. @throws for what is not there */
export function resolved<T>(value: T, resources: Resources, place: Place): T {
  const go = (one: unknown): unknown => resolved(one, resources, place);
  if (Array.isArray(value)) return value.map(go) as T;
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value as Record<string, unknown>);
  const [[name, inner] = []] = entries;
  if (entries.length === 1 && name === 'Ref') return pseudo(String(inner), place) as T;
  if (entries.length === 1 && name === 'Fn::GetAtt')
    return attribute((inner as string[]).join('.'), resources, place) as T;
  if (entries.length === 1 && name === 'Fn::Sub')
    return String(inner).replaceAll(/\$\{([\w:.]+)\}/g, (_all, what: string) =>
      what.includes('.') ? attribute(what, resources, place) : pseudo(what, place),
    ) as T;
  return Object.fromEntries(entries.map(([key, one]) => [key, go(one)])) as T;
}

function attribute(path: string, resources: Resources, place: Place): string {
  const [id = '', name] = path.split('.');
  if (name !== 'Arn') throw new Error(`only ARNs are resolved, not ${path}`);
  return arnOf(id, resources, place);
}
