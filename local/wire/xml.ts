import type { NormalizedSchema } from '@smithy/core/schema';
import { scalarText } from './scalar.ts';
import { membersOf } from './schema.ts';

const entities: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', '\r': '&#xD;' };

/** Characters that XML 1.0 cannot carry at all are left out. */
export const escapeXml = (text: string): string =>
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are the characters that XML forbids
  text.replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f]/g, '').replace(/[&<>"\r]/g, (sign) => entities[sign] ?? sign);

export const element = (name: string, content: string): string =>
  content === '' ? `<${name}/>` : `<${name}>${content}</${name}>`;

/** One value under its element name; lists become `<name><member>…</member></name>`, and in EC2's model `item`. */
function writeValue(schema: NormalizedSchema, name: string, value: unknown): string {
  if (schema.isListSchema()) {
    const item = schema.getValueSchema();
    const itemName = item.getMergedTraits().xmlName ?? 'member';
    const items = (value as unknown[]).map((part) => writeValue(item, itemName, part));
    return element(name, items.join(''));
  }
  if (schema.isMapSchema()) return element(name, entriesOf(schema, value as object).join(''));
  if (schema.isStructSchema()) return element(name, writeMembers(schema, value as object));
  return element(name, escapeXml(scalarText(value)));
}

const entriesOf = (schema: NormalizedSchema, value: object): string[] =>
  Object.entries(value).map(([key, part]) =>
    element('entry', element('key', escapeXml(key)) + writeValue(schema.getValueSchema(), 'value', part)),
  );

/**
 * The members of a structure as XML elements, in the order of AWS's model; absent ones are left out.
 * @throws Error when the value has a member that AWS's model lacks
 */
export function writeMembers(schema: NormalizedSchema, value: object): string {
  const members = membersOf(schema);
  const given = new Map(Object.entries(value).filter(([, part]) => part != null));
  for (const name of given.keys())
    if (!members.has(name)) throw new Error(`${schema.getName() ?? 'answer'} has no member ${name}`);
  return [...members]
    .filter(([name]) => given.has(name))
    .map(([name, member]) => writeValue(member, member.getMemberTraits().xmlName ?? name, given.get(name)))
    .join('');
}
