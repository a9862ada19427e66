import * as z from 'zod';
import { regionPattern } from './ids.ts';
import { accountPrincipal, type Principal } from './policy.ts';
import { type Duration, datePattern, day, hour, minute, parseDate, week } from './time.ts';

/**
 * The text of a refused value: the rule's id and the sentence. `{value}` in the sentence stands for the value as it is
 * written in the file, which only the reader of the file knows.
 */
export const says = (rule: string, sentence: string): string => `${rule}: ${sentence}`;

/** The opposite of {@link says}. */
export function heard(message: string): { rule: string; sentence: string } | undefined {
  const rule = /^([a-z]+\/[a-z-]+): /.exec(message)?.[1];
  return rule === undefined ? undefined : { rule, sentence: message.slice(`${rule}: `.length) };
}

const units: Readonly<Record<string, Duration>> = { m: minute, h: hour, d: day, w: week };
const durationPattern = /^\d{1,5}[hdw]$/;
const completionPattern = /^\d{1,5}[mhd]$/;

const measure = (text: string): Duration => Number(text.slice(0, -1)) * (units[text.slice(-1)] ?? 0);

/** @returns the duration of `12h`, `30d`, `6w`, or `undefined` for anything else */
export const parseDuration = (value: unknown): Duration | undefined =>
  typeof value === 'string' && durationPattern.test(value) ? measure(value) : undefined;

/** @returns minutes of `45m`, `2h`, `1d`, or `undefined` for anything else */
export const parseCompletion = (value: unknown): number | undefined =>
  typeof value === 'string' && completionPattern.test(value) ? measure(value) / minute : undefined;

const didYouMean = (problem: string, better: string) => says('schema/duration', `${problem}; did you mean ${better}?`);

/** Why `value` is no duration, with what was probably meant. */
function explainDuration(value: unknown): string {
  const isText = typeof value === 'string' || typeof value === 'number';
  const found = isText && /^(\d{1,5})\s*([a-z]*)$/i.exec(String(value).trim());
  if (!found) return says('schema/duration', '{value} is no duration; write a whole number and h, d or w');
  const [, amount, word] = found;
  const unit = String(word).toLowerCase();
  if (unit === '') return says('schema/duration', `{value} has no unit; write ${amount}d`);
  if (/^(m|min|mins|minutes?)$/.test(unit)) return didYouMean('no minutes here', `${amount}d`);
  if (/^(mo|mon|months?)$/.test(unit)) return didYouMean('no months, their length varies', `${Number(amount) * 30}d`);
  if (/^(y|yr|yrs|years?)$/.test(unit)) return didYouMean('no years, their length varies', `${Number(amount) * 365}d`);
  const letter = /^(h|d|w)/.exec(unit)?.[0];
  if (letter !== undefined) return didYouMean('{value} is no duration', `${amount}${letter}`);
  return says('schema/duration', `{value} has no unit that is known; write ${amount}h, ${amount}d or ${amount}w`);
}

function explainCompletion(value: unknown): string {
  const bare = typeof value === 'number' || (typeof value === 'string' && /^\d+$/.test(value));
  return says(
    'schema/duration',
    bare ? `{value} has no unit; write ${value}m` : '{value} is no time such as 45m or 2h',
  );
}

/** `12h`, `30d`, `6w`, in milliseconds once read. Here and below the error of the text serves its checks as well. */
export const duration = z
  .string({ error: ({ input }) => explainDuration(input) })
  .regex(durationPattern)
  .transform(measure);

/** `45m`, `2h`, in minutes once read. */
export const completion = z
  .string({ error: ({ input }) => explainCompletion(input) })
  .regex(completionPattern)
  .transform((text) => measure(text) / minute);

/** `2027-03-31`, midnight UTC at its beginning once read. `form` says what would be right. */
export function dateOr(form: string) {
  const error = says('schema/value', `{value} is not ${form}`);
  return z
    .string({ error })
    .regex(datePattern)
    .refine((text) => !datePattern.test(text) || parseDate(text) !== undefined)
    .transform((text) => parseDate(text) ?? 0);
}

/** Text of a fixed form; `form` says what would be right. */
export const textLike = (pattern: RegExp, form: string) =>
  z.string().regex(pattern, { error: says('schema/value', `{value} is not ${form}`) });

const unquoted = ({ input }: { input?: unknown }): string | undefined =>
  typeof input === 'number'
    ? says('share/unquoted-account', '{value} is read as a number; put it in quotes')
    : undefined;

/** As in EC2: a number would have lost its leading zeros. */
export const accountId = z
  .string({ error: unquoted })
  .regex(/^\d{12}$/, { error: says('schema/value', '{value} is not an account id of 12 digits') });

export const region = textLike(regionPattern, 'a Region such as eu-west-1');
export const imageId = textLike(/^ami-(?:[0-9a-f]{8}|[0-9a-f]{17})$/, 'an image id such as ami-0123456789abcdef0');
const organizationPattern = /^arn:aws[a-z-]*:organizations::\d{12}:organization\/o-[a-z0-9]{10,32}$/;
const unitPattern = /^arn:aws[a-z-]*:organizations::\d{12}:ou\/o-[a-z0-9]{10,32}\/ou-[0-9a-z]{4,32}-[0-9a-z]{8,32}$/;

export const organizationArn = textLike(
  organizationPattern,
  'an organization ARN such as arn:aws:organizations::111122223333:organization/o-a1b2c3d4e5',
);
export const unitArn = textLike(
  unitPattern,
  'an organizational unit ARN such as arn:aws:organizations::111122223333:ou/o-a1b2c3d4e5/ou-ab12-cdef3456',
);
/** Whoever may launch an image, in one text, a principal once read. */
export const sharee = z
  .string({ error: unquoted })
  .regex(new RegExp([/^\d{12}$/, /^anyone$/, organizationPattern, unitPattern].map(({ source }) => source).join('|')), {
    error: says('schema/value', '{value} is no account id of 12 digits, ARN of an organization or unit, or "anyone"'),
  })
  .transform((text): Principal => {
    if (text === 'anyone') return 'everyone';
    if (/^\d/.test(text)) return accountPrincipal(text);
    return `${organizationPattern.test(text) ? 'organization' : 'unit'}:${text}`;
  });

export const kmsKey = textLike(
  /^(?:alias\/[\w/-]+|arn:aws[a-z-]*:kms:[a-z0-9-]+:\d{12}:(?:key|alias)\/[\w/-]+|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|mrk-[0-9a-f]{32})$/,
  'a KMS key: alias/name, an ARN, a key id or mrk-...',
);

/** Sorted and without repeats, since the order of a set must not change the hash. */
export const asSet = <T extends string>(items: readonly T[]): T[] => [...new Set(items)].sort();

export const setOf = <T extends string>(item: z.ZodType<T, unknown>) =>
  z
    .array(item)
    .min(1, { error: says('schema/value', 'is empty; name at least one or leave it out') })
    .transform((items) => asSet(items));

const word = z.string().min(1, { error: says('schema/value', 'is empty') });

/** One text or a list of them, always a list once read. */
export const words = z
  .union([word, z.array(word).min(1, { error: says('schema/value', 'is empty; name at least one or leave it out') })])
  .transform((given) => asSet([given].flat()));

/** Tags by key, each with one value or a list of values; `*` asks for the key only. */
export const tagFilter = z.record(z.string(), words);

const clock = (pattern: RegExp) =>
  z
    .string({
      error: ({ input }) =>
        typeof input === 'number' ? says('schema/type', '{value} is read as a number; put it in quotes') : undefined,
    })
    .regex(pattern, { error: says('schema/value', '{value} is no time of day such as 09:00') })
    .transform((text) => Number(text.slice(0, 2)) * 60 + Number(text.slice(3)));

/** `09:30`, in minutes of the day once read. `24:00` is the end of a day, never its beginning. */
export const timeOfDay = clock(/^(?:[01]\d|2[0-3]):[0-5]\d$/);
export const endOfTime = clock(/^(?:(?:[01]\d|2[0-3]):[0-5]\d|24:00)$/);

/** A whole number within limits. */
export const count = (from: number, to: number) =>
  z
    .int({
      error: ({ code }) => (code === 'invalid_type' ? says('schema/type', '{value} is no whole number') : undefined),
    })
    .min(from, { error: says('schema/value', `{value} is less than ${from}`) })
    .max(to, { error: says('schema/value', `{value} is more than ${to}`) });
