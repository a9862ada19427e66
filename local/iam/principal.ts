import type { AccountId } from '../../shared/model/ids.ts';
import type { Access } from './access.ts';
import { type PolicyDocument, type Rule, rulesOf } from './policy.ts';

/** What IAM keeps of a role, with everything in its policies resolved. */
export interface RoleDefinition {
  readonly name: string;
  readonly account: AccountId;
  readonly policies: readonly PolicyDocument[];
  /** Absent: without a permissions boundary. */
  readonly boundary?: PolicyDocument;
}

export type Decision = 'allowed' | 'denied' | 'not allowed' | 'outside the boundary';

/** Is told of every decision. */
export type Watch = (principal: Principal, access: Access, decision: Decision) => void;

interface Relevant {
  readonly own: readonly Rule[];
  readonly boundary: readonly Rule[] | undefined;
}

const says = (rules: readonly Rule[], effect: Rule['effect'], access: Access): boolean =>
  rules.some((rule) => rule.effect === effect && rule.covers(access));

/** Somebody whose policies are asked about every call. */
export class Principal {
  readonly name: string;
  readonly account: AccountId;
  readonly arn: string;
  readonly #rules: Relevant;
  readonly #watch: Watch;
  /** The few statements that speak of an action, since calls come by the thousand and actions by the dozen. */
  readonly #relevant = new Map<string, Relevant>();
  readonly #plain = new Map<string, Decision>();

  constructor({ name, account, policies, boundary }: RoleDefinition, watch: Watch = () => undefined) {
    this.name = name;
    this.account = account;
    this.arn = `arn:aws:sts::${account}:assumed-role/${name}/embedded-aws`;
    this.#rules = { own: policies.flatMap(rulesOf), boundary: boundary && rulesOf(boundary) };
    this.#watch = watch;
  }

  may(access: Access): boolean {
    const decision = this.decide(access);
    this.#watch(this, access, decision);
    return decision === 'allowed';
  }

  /** Most questions are about nothing but an action, a resource and a Region, and have had their answer before. */
  decide(access: Access): Decision {
    if (access.tags || access.requestTags || access.values) return this.#weigh(access);
    const question = `${access.action} ${access.type} ${access.region} ${access.calledVia ?? ''} ${access.resource}`;
    const decision = this.#plain.get(question) ?? this.#weigh(access);
    this.#plain.set(question, decision);
    return decision;
  }

  /** A denial counts more than anything; the boundary allows nothing by itself, but without it nothing is allowed. */
  #weigh(access: Access): Decision {
    const { own, boundary = [] } = this.#speakingOf(access.action);
    if (says(own, 'Deny', access) || says(boundary, 'Deny', access)) return 'denied';
    if (!says(own, 'Allow', access)) return 'not allowed';
    return this.#rules.boundary && !says(boundary, 'Allow', access) ? 'outside the boundary' : 'allowed';
  }

  #speakingOf(action: string): Relevant {
    const known = this.#relevant.get(action);
    if (known) return known;
    const { own, boundary } = this.#rules;
    const relevant = {
      own: own.filter((rule) => rule.coversAction(action)),
      boundary: boundary?.filter((rule) => rule.coversAction(action)),
    };
    this.#relevant.set(action, relevant);
    return relevant;
  }
}
