import { type Access, keyFamily, valuesOf } from './access.ts';
import { isKnownKey } from './supplied-keys.ts';
import { arnWildcard, type Matches, wildcard } from './wildcard.ts';

/** The element `Condition` of a statement: operator, key, values. */
export type ConditionBlock = Readonly<Record<string, Readonly<Record<string, string | readonly string[]>>>>;

type Test = (access: Access) => boolean;
type Values = readonly string[] | undefined;

/** How one value of a key is compared with one in the policy. */
const comparisons: Readonly<Record<string, (wanted: string) => Matches>> = {
  String: (wanted) => (given) => given === wanted,
  StringLike: wildcard,
  Arn: arnWildcard,
  Bool: (wanted) => (given) => given.toLowerCase() === wanted.toLowerCase(),
};

interface Operator {
  readonly compare: (wanted: string) => Matches;
  readonly negated: boolean;
}

const operator = (compare: keyof typeof comparisons & string, negated = false): Operator => ({
  compare: comparisons[compare] as Operator['compare'],
  negated,
});

/** Of ARNs, equal and like mean the same. */
const operators: Readonly<Record<string, Operator>> = {
  StringEquals: operator('String'),
  StringNotEquals: operator('String', true),
  StringLike: operator('StringLike'),
  StringNotLike: operator('StringLike', true),
  ArnEquals: operator('Arn'),
  ArnLike: operator('Arn'),
  ArnNotEquals: operator('Arn', true),
  ArnNotLike: operator('Arn', true),
  Bool: operator('Bool'),
};

/** Whether the values that are there pass, for each way in which an operator looks at more than one. */
const quantifiers: Readonly<Record<string, (passes: Matches, negated: boolean) => (values: Values) => boolean>> = {
  '': (passes, negated) => (values) =>
    values === undefined ? negated : negated ? values.every(passes) : values.some(passes),
  ForAllValues: (passes) => (values) => values === undefined || values.every(passes),
  ForAnyValue: (passes) => (values) => values?.some(passes) ?? false,
};

const isAbsent = (wanted: string): ((values: Values) => boolean) => {
  if (wanted !== 'true' && wanted !== 'false') throw new Error(`Null is true or false, not ${wanted}`);
  return (values) => (values === undefined) === (wanted === 'true');
};

function testOf(name: string, wanted: readonly string[]): (values: Values) => boolean {
  if (name === 'Null') return isAbsent(wanted.join());
  const [, quantifier = '', plain = ''] = /^(?:(\w+):)?(\w+)$/.exec(name) ?? [];
  const found = Object.hasOwn(operators, plain) ? operators[plain] : undefined;
  const quantify = Object.hasOwn(quantifiers, quantifier) ? quantifiers[quantifier] : undefined;
  if (!found || !quantify) throw new Error(`the condition operator ${name} is not built`);
  const matches = wanted.map(found.compare);
  const one: Matches = (given) => matches.some((match) => match(given)) !== found.negated;
  return quantify(one, found.negated);
}

/** All operators and all keys must hold. @throws for an operator or a key that nobody here knows: it would never hold, or always */
export function conditionOf(block: ConditionBlock): Test {
  const tests = Object.entries(block).flatMap(([name, keys]) =>
    Object.entries(keys).map(([key, wanted]): Test => {
      if (!isKnownKey(key) && !isKnownKey(keyFamily(key))) throw new Error(`the condition key ${key} is not known`);
      const test = testOf(name, [wanted].flat());
      return (access) => test(valuesOf(access, key));
    }),
  );
  return (access) => tests.every((test) => test(access));
}
