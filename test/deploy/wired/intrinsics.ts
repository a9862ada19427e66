import type { Template } from '../packaged.ts';

export interface Place {
  readonly account: string;
  readonly region: string;
  /** What the URLs of queues begin with. */
  readonly url: string;
}

/** What CloudFormation would call the resources of the stack, and what it makes of a template's references to them. */
export class Names {
  readonly #stack: Template;
  readonly #place: Place;

  constructor(stack: Template, place: Place) {
    this.#stack = stack;
    this.#place = place;
  }

  /** A value of the template with every `Ref`, `Fn::GetAtt`, `Fn::Sub` and `Fn::Join` in it replaced. */
  resolve(value: unknown): unknown {
    if (Array.isArray(value)) return value.map((one) => this.resolve(one));
    if (typeof value !== 'object' || value === null) return value;
    const [[name, operand] = [], ...more] = Object.entries(value);
    if (more.length === 0 && name !== undefined) {
      if (name === 'Ref') return this.ref(String(operand));
      if (name === 'Fn::GetAtt') return this.#attribute(operand);
      if (name === 'Fn::Sub') return this.#substituted(operand);
      if (name === 'Fn::Join') return this.#joined(operand);
      if (name.startsWith('Fn::')) throw new Error(`${name} is not resolved here`);
    }
    return Object.fromEntries(Object.entries(value).map(([key, part]) => [key, this.resolve(part)]));
  }

  ref(id: string): string {
    const pseudo = this.#pseudo(id);
    if (pseudo !== undefined) return pseudo;
    const { account, url } = this.#place;
    return this.#typeOf(id) === 'AWS::SQS::Queue' ? `${url}/${account}/${this.name(id)}` : this.name(id);
  }

  arn(id: string): string {
    const { account, region } = this.#place;
    const [, service = '', kind = ''] = this.#typeOf(id).split('::');
    if (service === 'IAM') return `arn:aws:iam::${account}:${kind.toLowerCase()}/${this.name(id)}`;
    const separator =
      service === 'SQS' || service === 'SNS' ? '' : `${kind.toLowerCase()}${service === 'Lambda' ? ':' : '/'}`;
    return `arn:aws:${service.toLowerCase()}:${region}:${account}:${separator}${this.name(id)}`;
  }

  name(id: string): string {
    const { FunctionName, RuleName, Name } = this.#stack[id]?.Properties ?? {};
    const given = [FunctionName, RuleName, Name].find((one) => typeof one === 'string');
    return typeof given === 'string' ? given : `ami-steward-prod-${id}`;
  }

  /** The resource that has the ARN, or the name as far as it is a function's. */
  find(reference: unknown): string | undefined {
    return Object.keys(this.#stack).find((id) => this.arn(id) === reference || this.name(id) === reference);
  }

  /** ARN of the role that a function or a schedule works with. */
  roleOf(id: string): unknown {
    const { Role, Target } = (this.#stack[id]?.Properties ?? {}) as { Role?: unknown; Target?: { RoleArn?: unknown } };
    return this.resolve(Role ?? Target?.RoleArn);
  }

  #attribute(operand: unknown): string {
    const [id = '', attribute = ''] = (typeof operand === 'string' ? operand.split('.') : operand) as string[];
    if (attribute === 'Arn') return this.arn(id);
    if (attribute.endsWith('Name')) return this.name(id);
    throw new Error(`the attribute ${attribute} of ${id} is not known here`);
  }

  #substituted(operand: unknown): string {
    const [text, own] = (typeof operand === 'string' ? [operand, {}] : operand) as [string, Record<string, unknown>];
    return text.replace(/\$\{([^!}][^}]*)\}/g, (_whole, name: string) =>
      String(name in own ? this.resolve(own[name]) : name.includes('.') ? this.#attribute(name) : this.ref(name)),
    );
  }

  #joined(operand: unknown): string {
    const [separator, parts] = operand as [string, unknown[]];
    return parts.map((part) => String(this.resolve(part))).join(separator);
  }

  #pseudo(name: string): string | undefined {
    const { account, region } = this.#place;
    const known: Readonly<Record<string, string>> = {
      'AWS::AccountId': account,
      'AWS::Region': region,
      'AWS::Partition': 'aws',
      'AWS::URLSuffix': 'amazonaws.com',
      'AWS::StackName': 'ami-steward-prod',
    };
    return known[name];
  }

  #typeOf(id: string): string {
    const resource = this.#stack[id];
    if (!resource) throw new Error(`the template has no ${id}`);
    return resource.Type;
  }
}
