import * as z from 'zod';
import { region, says, setOf, textLike } from './policy-values.ts';

const placeholder = String.raw`\{[^{}/]+\}`;

/** The first level stands as it is, since a role is confined to it; the names `aws` and `ssm` are AWS's own. */
const parameterPattern = new RegExp(String.raw`^/(?!(?:aws|ssm))[\w.-]+(?:/(?:[\w.-]|${placeholder})+){0,14}$`, 'i');
const templatePattern = new RegExp(String.raw`^(?:[\w().\-/]|${placeholder}){3,128}$`);

export const publishSchema = z
  .strictObject({
    when: z
      .enum(['all-regions', 'each-region'])
      .default('all-regions')
      .describe('`all-regions`: no pointer moves until every target Region has the image, available and shared.'),
    ssm: z
      .array(
        z.strictObject({
          parameter: textLike(parameterPattern, 'a parameter such as /golden/{architecture}/latest').describe(
            'Parameter of type `aws:ec2:image`; placeholders as in `family.key`, but not in the first level.',
          ),
          regions: z
            .union([
              z.literal('all', { error: says('schema/value', '{value} is neither "all" nor a list of Regions') }),
              setOf(region),
            ])
            .default('all')
            .describe('Regions with this parameter, of those that have the image.'),
        }),
      )
      .default([])
      .describe('SSM parameters that name the newest image, one in each Region.'),
    launchTemplates: z
      .array(
        z.strictObject({
          name: textLike(templatePattern, 'the name of a launch template').describe(
            'Launch template with the tag `ami-steward:publish` = `true`; placeholders as in `family.key`.',
          ),
          setDefault: z.boolean().default(false).describe('Make the new version the default one.'),
        }),
      )
      .default([])
      .describe('Launch templates that get a new version with the newest image.'),
  })
  .describe('Pointers that move to the newest image, never back.');
