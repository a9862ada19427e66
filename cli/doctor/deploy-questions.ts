import type { Question } from '../../shared/ports/rights.ts';

type Texts = string | readonly string[];

/** A policy that permits what a deployment calls, as `iam/` holds it. */
export interface DeployPolicy {
  readonly Statement: readonly {
    readonly Action: Texts;
    readonly Resource: Texts;
    readonly Condition?: Readonly<Record<string, Readonly<Record<string, Texts>>>>;
  }[];
}

/** Where the stack is to be, in the words that stand for the wildcards of the policy. */
export interface Target {
  readonly partition: string;
  readonly region: string;
  readonly account: string;
  readonly stackName: string;
  /** The key that it is to lie under. */
  readonly key?: string;
}

/** What IAM has to be asked so that every statement is tried on something that the deployment would touch. */
export const questionsOf = (policy: DeployPolicy, target: Target): Question[] =>
  policy.Statement.flatMap(({ Action, Resource, Condition = {} }) => {
    const patterns = [Resource].flat();
    return contexts(Condition, target).flatMap((context) =>
      asked([Action].flat(), patterns, target).map((one) => ({ ...one, context })),
    );
  });

/** What a bucket holds has names of its own, of which one pattern covers both. */
function asked(actions: readonly string[], patterns: readonly string[], target: Target): Omit<Question, 'context'>[] {
  const resources = patterns.map((pattern) => filled(pattern, target));
  const isOfObject = (action: string): boolean => /^s3:\w+Object/.test(action);
  const [ofObjects, others] = [actions.filter(isOfObject), actions.filter((action) => !isOfObject(action))];
  return [
    { actions: others, resources },
    { actions: ofObjects, resources: resources.map((resource) => `${resource}/x`) },
  ].filter((one) => one.actions.length > 0);
}

/** One value of each key at a time, since a call carries one. */
function contexts(conditions: NonNullable<DeployPolicy['Statement'][0]['Condition']>, target: Target) {
  const keys = Object.values(conditions).flatMap((tests) => Object.entries(tests));
  return keys.reduce<Readonly<Record<string, string>>[]>(
    (made, [key, values]) =>
      [values].flat().flatMap((value) => made.map((one) => ({ ...one, [key]: filled(value, target) }))),
    [{}],
  );
}

/** A text that the pattern matches, as the deployment would have it there. */
function filled(pattern: string, target: Target): string {
  const parts = pattern.split(':');
  const [head, , service = '', region, account, ...rest] = parts;
  if (head !== 'arn') return pattern.replace('.*.', `.${target.region}.`).replace(/(?<=.)\*$/, '');
  if (service === 'kms' && target.key !== undefined) return target.key;
  const place = [region === '*' ? target.region : region, account === '*' ? target.account : account];
  return ['arn', target.partition, service, ...place, named(rest.join(':'), target.stackName)].join(':');
}

/** Most names go on after that of the stack. */
const named = (pattern: string, stackName: string): string =>
  pattern
    .replace(/ami-steward-\*$/, `${stackName}-x`)
    .replace('ami-steward-*', stackName)
    .replaceAll('*', 'x');
