/** An EventBridge event pattern. Source: AWS documentation of event patterns for rules. */
export type EventPattern = Readonly<Record<string, unknown>>;
export type EventMatcher = (event: unknown) => boolean;

type Fields = Readonly<Record<string, unknown>>;
/** Whether one scalar of the event satisfies one condition. */
type ScalarTest = (value: unknown) => boolean;

export class InvalidPatternError extends Error {
  constructor(problem: string) {
    super(`Event pattern is not valid. Reason: ${problem}`);
    this.name = 'InvalidEventPatternException';
  }
}

const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const isScalar = (value: unknown): boolean => value === null || ['string', 'number', 'boolean'].includes(typeof value);

const onText =
  (test: (text: string) => boolean): ScalarTest =>
  (value) =>
    typeof value === 'string' && test(value);

function needText(operand: unknown, operator: string): string {
  if (typeof operand !== 'string' || operand === '') throw new InvalidPatternError(`${operator} needs a text`);
  return operand;
}

/** `prefix` and `suffix` take a text, or `{"equals-ignore-case": text}`. */
function affix(operand: unknown, operator: 'prefix' | 'suffix'): ScalarTest {
  const folded = isFields(operand) && Object.hasOwn(operand, 'equals-ignore-case');
  const wanted = needText(folded ? operand['equals-ignore-case'] : operand, operator);
  const fold = (text: string): string => (folded ? text.toLowerCase() : text);
  return onText((text) =>
    operator === 'prefix' ? fold(text).startsWith(fold(wanted)) : fold(text).endsWith(fold(wanted)),
  );
}

/** `*` stands for any number of characters; a backslash takes away its meaning. */
function wildcard(operand: unknown): ScalarTest {
  const text = needText(operand, 'wildcard');
  if (/(?<!\\)\*\*/.test(text)) throw new InvalidPatternError('wildcard has two * in a row');
  const literal = (part: string): string => part.replace(/[.*+?^${}()|[\]\\/]/g, '\\$&');
  const source = text.replace(/\\[*\\]|\*|[^*\\]+|\\/g, (part) =>
    part === '*' ? '[^]*' : literal(part.length === 2 && part.startsWith('\\') ? part.slice(1) : part),
  );
  const pattern = new RegExp(`^${source}$`);
  return onText((value) => pattern.test(value));
}

const comparisons: Record<string, (value: number, limit: number) => boolean> = {
  '=': (value, limit) => value === limit,
  '<': (value, limit) => value < limit,
  '<=': (value, limit) => value <= limit,
  '>': (value, limit) => value > limit,
  '>=': (value, limit) => value >= limit,
};

function numeric(operand: unknown): ScalarTest {
  if (!Array.isArray(operand) || operand.length === 0 || operand.length % 2 !== 0) {
    throw new InvalidPatternError('numeric needs pairs of comparison and number');
  }
  const tests = operand.flatMap((sign: unknown, index) => {
    if (index % 2 === 1) return [];
    const compare = comparisons[String(sign)];
    const limit: unknown = operand[index + 1];
    if (!compare || typeof limit !== 'number') throw new InvalidPatternError(`numeric does not know ${String(sign)}`);
    return [(value: number) => compare(value, limit)];
  });
  return (value) => typeof value === 'number' && tests.every((test) => test(value));
}

function anythingBut(operand: unknown): ScalarTest {
  const tests = (Array.isArray(operand) ? operand : [operand]).map((part: unknown) => {
    if (isScalar(part)) return (value: unknown) => value === part;
    const [operator, wanted] = soleOperator(part);
    const texts: unknown[] = Array.isArray(wanted) ? wanted : [wanted];
    const each = texts.map((text) => textTest(operator, text));
    return (value: unknown) => each.some((test) => test(value));
  });
  if (tests.length === 0) throw new InvalidPatternError('anything-but needs a value');
  return (value) => !tests.some((test) => test(value));
}

function soleOperator(condition: unknown): [string, unknown] {
  const entries = isFields(condition) ? Object.entries(condition) : [];
  const [first, ...rest] = entries;
  if (!first || rest.length > 0) throw new InvalidPatternError('a condition needs exactly one operator');
  return first;
}

function textTest(operator: string, operand: unknown): ScalarTest {
  if (operator === 'prefix' || operator === 'suffix') return affix(operand, operator);
  if (operator === 'wildcard') return wildcard(operand);
  if (operator === 'equals-ignore-case') {
    const wanted = needText(operand, operator).toLowerCase();
    return onText((text) => text.toLowerCase() === wanted);
  }
  throw new InvalidPatternError(`unrecognized match type ${operator}`);
}

/** A condition over all values of one field; `undefined` when the field is absent. */
type LeafTest = (values: readonly unknown[] | undefined) => boolean;

function leaf(condition: unknown): LeafTest {
  const any =
    (test: ScalarTest): LeafTest =>
    (values) =>
      values?.some(test) ?? false;
  if (isScalar(condition)) return any((value) => value === condition);
  const [operator, operand] = soleOperator(condition);
  if (operator === 'exists') {
    if (typeof operand !== 'boolean') throw new InvalidPatternError('exists needs true or false');
    return (values) => (values !== undefined) === operand;
  }
  if (operator === 'numeric') return any(numeric(operand));
  if (operator === 'anything-but') return any(anythingBut(operand));
  return any(textTest(operator, operand));
}

/** The scalars of a field; an object is no leaf, so it counts as absent. */
function scalarsOf(value: unknown): readonly unknown[] | undefined {
  if (value === undefined || isFields(value)) return undefined;
  return Array.isArray(value) ? value.filter(isScalar) : [value];
}

function field(name: string, wanted: unknown): EventMatcher {
  const at = (event: unknown): unknown => (isFields(event) && Object.hasOwn(event, name) ? event[name] : undefined);
  if (Array.isArray(wanted)) {
    if (wanted.length === 0) throw new InvalidPatternError(`${name} has an empty list`);
    const tests = wanted.map(leaf);
    return (event) => tests.some((test) => test(scalarsOf(at(event))));
  }
  if (!isFields(wanted)) throw new InvalidPatternError(`${name} must be an object or an array`);
  const nested = compilePattern(wanted);
  return (event) => {
    const value = at(event);
    return Array.isArray(value) ? value.some(nested) : nested(value);
  };
}

/**
 * All fields must match; within a field any one condition, and of a list any one element. `$or` holds alternatives.
 * @throws InvalidPatternError for an operator that EventBridge lacks or that is not built here (`cidr`)
 */
export function compilePattern(pattern: EventPattern): EventMatcher {
  const entries = Object.entries(pattern);
  if (entries.length === 0) throw new InvalidPatternError('an empty object matches nothing');
  const tests = entries.map(([name, wanted]): EventMatcher => {
    if (name !== '$or' || !Array.isArray(wanted) || wanted.length < 2 || !wanted.every(isFields))
      return field(name, wanted);
    const alternatives = wanted.map(compilePattern);
    return (event) => alternatives.some((test) => test(event));
  });
  return (event) => tests.every((test) => test(event));
}
