import type { Access } from './access.ts';
import { type ConditionBlock, conditionOf } from './conditions.ts';
import { arnWildcard, type Matches, wildcard } from './wildcard.ts';

export interface Statement {
  readonly Sid?: string;
  readonly Effect: 'Allow' | 'Deny';
  readonly Action: string | readonly string[];
  readonly Resource: string | readonly string[];
  readonly Condition?: ConditionBlock;
}

export interface PolicyDocument {
  readonly Version: string;
  readonly Statement: readonly Statement[];
}

/** A statement, read once. */
export interface Rule {
  readonly effect: Statement['Effect'];
  readonly coversAction: Matches;
  readonly covers: (access: Access) => boolean;
}

const elements = new Set(['Sid', 'Effect', 'Action', 'Resource', 'Condition']);

const anyOf =
  (matchers: readonly Matches[]): Matches =>
  (text) =>
    matchers.some((matches) => matches(text));

function ruleOf(statement: Statement): Rule {
  const strange = Object.keys(statement).filter((name) => !elements.has(name));
  if (strange.length > 0) throw new Error(`policy elements that are not built: ${strange.join(', ')}`);
  const { Effect: effect, Action, Resource, Condition } = statement;
  if (effect !== 'Allow' && effect !== 'Deny') throw new Error(`a statement allows or denies, not ${effect}`);
  const actions = anyOf([Action].flat().map((action) => wildcard(action.toLowerCase())));
  const coversResource = anyOf([Resource].flat().map(arnWildcard));
  const holds = conditionOf(Condition ?? {});
  return {
    effect,
    coversAction: (action) => actions(action.toLowerCase()),
    covers: (access) => coversResource(access.resource) && holds(access),
  };
}

const read = new WeakMap<PolicyDocument, readonly Rule[]>();

/** @throws for whatever is not built, since to pass over it would change what the policy means */
export function rulesOf(document: PolicyDocument): readonly Rule[] {
  const { Version, Statement } = document;
  if (Version !== '2012-10-17') throw new Error(`policies of version ${Version} are not built`);
  const rules = read.get(document) ?? Statement.map(ruleOf);
  read.set(document, rules);
  return rules;
}
