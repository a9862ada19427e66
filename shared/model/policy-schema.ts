import * as z from 'zod';
import { canonicalJson, digest } from './digest.ts';
import type { CompiledPolicy } from './policy.ts';
import { notifySchema } from './policy-notify.ts';
import { publishSchema } from './policy-publish.ts';
import { retainSchema } from './policy-retain.ts';
import { copySchema, selectSchema, shareSchema } from './policy-sections.ts';
import { says, textLike } from './policy-values.ts';

const mode = z.enum(['plan', 'apply']);

const familyPlaceholders = ['architecture', 'platform', 'name', 'nameBase'] as const;

const policySchema = z.strictObject({
  name: textLike(
    /^(?=.{2,63}$)[a-z][a-z0-9]*(?:-[a-z0-9]+)*$/,
    'a name of 2 to 63 lower-case letters, digits and single hyphens',
  ).describe('Unique; it is in every plan line, record and event.'),
  description: z.string().exactOptional().describe('For people.'),
  mode: mode
    .exactOptional()
    .describe('`plan`: everything is decided and shown, nothing acts. `apply`: it acts. Default: `defaults.mode`.'),
  select: selectSchema,
  family: z
    .strictObject({
      key: z
        .string()
        .min(1, { error: says('schema/value', 'is empty') })
        .describe(
          `Images with the same key replace one another. Placeholders: \`{tag:KEY}\`, ${familyPlaceholders.map((word) => `\`{${word}}\``).join(', ')}; the last is the name without its trailing version.`,
        ),
    })
    .exactOptional()
    .describe('Which images replace one another. Required by `publish` and `retain`.'),
  copy: copySchema.exactOptional(),
  share: shareSchema.exactOptional(),
  publish: publishSchema.exactOptional(),
  lineage: z
    .strictObject({
      stampTags: z
        .boolean()
        .default(true)
        .describe(
          'Mark images with `ami-steward:` tags. Without them an image is recorded, neither shared nor retired.',
        ),
    })
    .prefault({})
    .describe('The marks that tie copies to their root.'),
  retain: retainSchema.exactOptional(),
  notify: notifySchema.exactOptional(),
  overrides: z
    .array(
      z.strictObject({
        rule: z.string().describe('Id of the rule.'),
        reason: z
          .string()
          .min(10, { error: says('schema/value', '{value} is too short a reason; write 10 characters or more') })
          .describe('Why the exception is right, 10 characters or more.'),
      }),
    )
    .default([])
    .describe('Named exceptions from the rules that allow one.'),
});

/** The policy file as people write it; once parsed, as the rules read it. */
export const policyFileSchema = z
  .strictObject({
    $schema: z.string().optional().describe('For editors; not read.'),
    version: z
      .literal(1, { error: says('schema/value', '{value} is not 1, the only version there is') })
      .describe('Version of the policy language.'),
    defaults: z
      .strictObject({ mode: mode.default('plan').describe('Mode of the policies that name none.') })
      .prefault({})
      .describe('What holds for every policy that does not say otherwise.'),
    policies: z
      .array(policySchema)
      .min(1, { error: says('schema/value', 'is empty; write at least one policy') })
      .describe('The policies. Several may match one image: giving adds up, taking needs the consent of all.'),
  })
  .transform(({ version, defaults, policies }) => ({
    version,
    policies: policies.map((policy) => ({ ...policy, mode: policy.mode ?? defaults.mode })),
  }));

/** What the schema makes of a file: everything of {@link CompiledPolicy} but its hash. */
export type PolicyFile = z.output<typeof policyFileSchema>;

/** Placeholders of `family.key`, without braces; tags apart. */
export const familyWords: readonly string[] = familyPlaceholders;

/**
 * Keys and policies sorted, so that neither their order nor comments change the hash.
 * The hash is the sha256 of the canonical JSON of everything else.
 */
export function compilePolicy(file: Omit<CompiledPolicy, 'hash'>): CompiledPolicy {
  // Stryker disable next-line EqualityOperator: of two with one name the order says nothing, and a rule forbids it
  const policies = [...file.policies].sort((a, b) => (a.name < b.name ? -1 : 1));
  const text = canonicalJson({ version: file.version, policies });
  const compiled: Omit<CompiledPolicy, 'hash'> = JSON.parse(text);
  return { hash: digest(compiled), policies: compiled.policies, version: compiled.version };
}

/** The schema for editors: JSON Schema, draft 7, of what people write. */
export const policyJsonSchema = (): Record<string, unknown> =>
  z.toJSONSchema(policyFileSchema, { io: 'input', target: 'draft-07' });
