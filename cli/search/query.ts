import type * as z from 'zod';
import { isAccountId } from '../../shared/model/ids.ts';
import type { Selector } from '../../shared/model/policy.ts';
import { selectFields, selectSchema } from '../../shared/model/policy-sections.ts';
import { heard } from '../../shared/model/policy-values.ts';
import { didYouMean, nearest } from '../policy/nearest.ts';
import { type Piece, queryError, type Term, termsOf } from './terms.ts';

/** What is searched for: the words of a policy's selector, and whose images. */
export interface Query {
  readonly select: Selector;
  /** Owners besides the account itself: account ids, and names that EC2 has for AWS and its sellers. */
  readonly foreign: readonly string[];
  readonly self: boolean;
}

type Field = keyof typeof selectFields.shape;

/** Words of the query and the keys of a selector that they stand for. */
const words: Readonly<Record<string, Field>> = {
  name: 'name',
  notName: 'notName',
  architecture: 'architecture',
  platform: 'platform',
  rootDevice: 'rootDevice',
  region: 'regions',
  encrypted: 'encrypted',
  state: 'state',
  sharedWith: 'sharedWith',
  olderThan: 'olderThan',
  newerThan: 'newerThan',
  notLaunchedFor: 'notLaunchedFor',
  descendsFrom: 'descendsFrom',
  severityAtLeast: 'severityAtLeast',
};
const tagWords: Readonly<Record<string, Field>> = { tag: 'tags', notTag: 'notTags' };
const single: readonly Field[] = ['encrypted', 'olderThan', 'newerThan', 'notLaunchedFor', 'severityAtLeast'];
const aliases = ['amazon', 'aws-marketplace', 'aws-backup-vault'];
/** Owners of more images than anybody wants to list. */
const vast = ['amazon', 'aws-marketplace'];

export const queryWords: readonly string[] = [...Object.keys(words), 'owner', 'tag:KEY', 'notTag:KEY'];

/** @throws InputError with the place of what is wrong, and with what was probably meant */
export function parseQuery(text: string): Query {
  const terms = termsOf(text);
  const seen = new Set<string>();
  const written: Record<string, unknown> = { rootDevice: ['ebs', 'instance-store'] };
  let owners: readonly string[] = ['self'];
  for (const term of terms) {
    if (seen.has(term.word.text))
      throw queryError(term.word.at, `"${term.word.text}" stands twice; several values are joined by commas`);
    seen.add(term.word.text);
    if (term.word.text === 'owner') owners = term.values.map(ownerOf);
    else Object.assign(written, fieldOf(term, written));
  }
  const query = { select: selectSchema.parse(written), ...ownersOf(owners) };
  const wide = terms.find(
    ({ word, values }) => word.text === 'owner' && values.some(({ text: one }) => vast.includes(one)),
  );
  if (wide && query.select.name === undefined)
    throw queryError(wide.word.at, 'these owners have very many images; say which by name=PATTERN');
  return query;
}

const ownersOf = (owners: readonly string[]) => ({
  self: owners.includes('self'),
  foreign: [...new Set(owners.filter((owner) => owner !== 'self'))].sort(),
});

function ownerOf({ text, at }: Piece): string {
  if (text === 'self' || aliases.includes(text) || isAccountId(text)) return text;
  const near = didYouMean(nearest(text, ['self', ...aliases]));
  throw queryError(at, `"${text}" is no owner: self, ${aliases.join(', ')} or an account id of 12 digits${near}`);
}

/** The part of a selector that the term stands for, as a policy file would have it. */
function fieldOf(term: Term, written: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const { word, values } = term;
  const colon = word.text.indexOf(':');
  const tagWord = colon < 0 ? undefined : own(tagWords, word.text.slice(0, colon));
  if (tagWord) {
    const key = word.text.slice(colon + 1);
    if (key === '') throw queryError(word.at, `"${word.text}" names no tag; write ${word.text}KEY=VALUE`);
    const tag = { [key]: values.map(({ text }) => text) };
    check(tagWord, tag, term);
    return { [tagWord]: { ...(written[tagWord] as object | undefined), ...tag } };
  }
  const field = own(words, word.text);
  if (!field) throw unknownWord(word);
  const value = given(field, term);
  check(field, value, term);
  return { [field]: value };
}

const own = (table: Readonly<Record<string, Field>>, key: string): Field | undefined =>
  Object.hasOwn(table, key) ? table[key] : undefined;

function unknownWord({ text, at }: Piece): Error {
  const near = own(tagWords, text) ? `${text}:KEY` : nearest(text, queryWords);
  return queryError(at, `unknown word "${text}"${didYouMean(near)}`);
}

function given(field: Field, { word, values }: Term): unknown {
  const texts = values.map(({ text }) => text);
  if (!single.includes(field)) return texts;
  const surplus = values[1];
  if (surplus) throw queryError(surplus.at, `${word.text} takes one value`);
  if (field !== 'encrypted') return texts[0];
  return texts[0] === 'true' ? true : texts[0] === 'false' ? false : texts[0];
}

function check(field: Field, value: unknown, term: Term): void {
  const issue = selectFields.shape[field].safeParse(value, { reportInput: true }).error?.issues[0];
  if (!issue) return;
  const index = issue.path.at(-1);
  const wrong = (typeof index === 'number' ? term.values[index] : undefined) ?? term.values[0] ?? term.word;
  throw queryError(wrong.at, `${term.word.text}: ${sentenceOf(issue, wrong.text)}`);
}

function sentenceOf(issue: z.core.$ZodIssue, text: string): string {
  const said = heard(issue.message)?.sentence;
  if (said !== undefined) return said.replaceAll('{value}', () => `"${text}"`);
  const choices = issue.code === 'invalid_value' ? issue.values.map(String) : ['true', 'false'];
  return `"${text}" is not ${choices.join(', ')}${didYouMean(nearest(text, choices))}`;
}
