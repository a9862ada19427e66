import { readFileSync, writeFileSync } from 'node:fs';
import { type SchemaNode, schemaRoot } from '../cli/policy/reference.ts';
import { type RuleId, ruleTable } from '../cli/policy/rule-table.ts';
import { table } from './markdown-table.ts';

const root = new URL('../', import.meta.url);

/** The files that are made from the schema, by their path in the repository. */
export const generatedFiles = (): Readonly<Record<string, string>> => ({
  'docs/policy.md': policyDocs(readFileSync(new URL('policy.yml', root), 'utf8')),
  'policy.schema.json': schemaText(schemaRoot),
});

/** Lists of words stay on one line, as the formatter would have it. */
function schemaText(schema: unknown): string {
  const text = JSON.stringify(schema, null, 2).replaceAll(/\[\s+([^[\]{}]*?)\s+\]/g, (whole, items: string) => {
    const line = `[${items.replaceAll(/\s*\n\s*/g, ' ')}]`;
    return line.length > 80 ? whole : line;
  });
  return `${text}\n`;
}

const policyDocs = (example: string): string => `# The policy file

<!-- Made by scripts/generate-policy-docs.ts from the schema. Change the schema, then run the script. -->

\`policy.yml\` says what happens to which images. It is YAML 1.2 or JSON. \`npx ami-steward validate\` checks it and shows
all problems at once. Editors with the YAML language server complete and check it by \`policy.schema.json\`.

A missing section means that nobody takes care of it: without \`copy\` no copies, without \`retain\` nothing is ever
retired. The policy that \`policy.yml\` holds to begin with:

\`\`\`yaml
${example.trimEnd()}
\`\`\`

## Keys

${table(['key', 'value', 'default', 'meaning'], keyRows(schemaRoot, ''))}

**Durations** are a whole number and one unit: \`12h\`, \`30d\`, \`6w\`. A day is 24 hours, arithmetic is UTC. Minutes exist
only in \`completeWithin\`; months and years do not exist, since their length varies.

**Account ids** belong in quotes: without them YAML reads a number and loses leading zeros.

**Several policies on one image**: giving adds up, taking needs the consent of all. Copies, shares and tags are united;
of waits, ages and counts to keep the longest holds; contradictions are errors.

**The hash** of a policy is the sha256 of its compiled form, with defaults filled in. Comments, the order of keys and the
order of policies do not change it.

## Blind spots

Never looked into, and named in every plan: EC2 Fleets of type \`instant\`, which launch once and which EC2 does not list; what
a running instance refresh changes a group to; AWS Batch, EMR and Elastic Beanstalk.

## Rules

A rule with an override may be excused by name, in \`overrides\` of the policy. Warnings let the policy pass.

${table(['rule', 'kind', 'override', 'says'], ruleRows())}
`;

const ruleRows = (): string[][] =>
  (Object.keys(ruleTable) as RuleId[]).map((id) => {
    const { severity, overridable, says } = ruleTable[id];
    return [`\`${id}\``, severity, overridable ? 'yes' : '', says];
  });

/** One row per key, depth first; entries of lists are written as `key[]`. */
function keyRows(node: SchemaNode, prefix: string): string[][] {
  return Object.entries(node.properties ?? {}).flatMap(([key, child]) => {
    const place = prefix === '' ? key : `${prefix}.${key}`;
    const required = node.required?.includes(key) ?? false;
    const row = [`\`${place}\``, kind(child), standard(child, required), child.description ?? ''];
    const below = child.items === undefined ? keyRows(child, place) : keyRows(child.items, `${place}[]`);
    return [row, ...below];
  });
}

const standard = (node: SchemaNode, required: boolean): string => {
  if (required) return 'required';
  return node.default === undefined || node.type === 'object' ? '' : `\`${JSON.stringify(node.default)}\``;
};

const durationPattern = '[hdw]$';

function kind(node: SchemaNode): string {
  if (node.anyOf) return [...new Set(node.anyOf.map(kind))].join(' or ');
  if (node.enum) return node.enum.map((word) => `\`${word}\``).join(' or ');
  if (node.const !== undefined) return `\`${node.const}\``;
  if (node.type === 'array')
    return node.items?.type === 'object' ? 'list of maps' : `list of ${kind(node.items ?? {})}`;
  if (node.type === 'object')
    return typeof node.additionalProperties === 'object' ? `map of ${kind(node.additionalProperties)}` : 'map';
  if (node.type === 'integer') return `${node.minimum}–${node.maximum}`;
  if (node.type === 'boolean') return '`true` or `false`';
  if (node.pattern?.endsWith(durationPattern)) return 'duration';
  if (node.pattern?.endsWith('[mhd]$')) return 'time such as `45m`';
  return node.pattern?.startsWith('^\\d{4}') ? 'date' : 'text';
}

if (import.meta.main)
  for (const [path, text] of Object.entries(generatedFiles())) writeFileSync(new URL(path, root), text);
