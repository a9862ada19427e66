import * as z from 'zod';
import { imageStates, severities } from './image.ts';
import { accountPrincipal, type Principal } from './policy.ts';
import {
  accountId,
  asSet,
  completion,
  count,
  dateOr,
  duration,
  imageId,
  kmsKey,
  organizationArn,
  region,
  says,
  setOf,
  sharee,
  tagFilter,
  unitArn,
  words,
} from './policy-values.ts';
import { day, type Instant } from './time.ts';

/** The words of a selector: of policies, and of `search`. */
export const selectFields = z.strictObject({
  owners: z
    .array(
      z.enum(['self'], {
        error: says(
          'schema/value',
          '{value} is not self; policies act on own images only, only search looks at others',
        ),
      }),
    )
    .min(1, { error: says('schema/value', 'is empty; write [self] or leave it out') })
    .default(['self'])
    .describe('Policies act on own images only.'),
  name: words.exactOptional().describe('Any of these patterns; `*` is any text, `?` one character; case counts.'),
  notName: words.exactOptional().describe('None of these patterns.'),
  tags: tagFilter.exactOptional().describe('Every key, with any of its values; `"*"` asks for the key only.'),
  notTags: tagFilter.exactOptional().describe('Any match excludes the image.'),
  architecture: setOf(z.enum(['x86_64', 'arm64', 'i386', 'x86_64_mac', 'arm64_mac']))
    .transform((names): string[] => names)
    .exactOptional()
    .describe('Any of these architectures.'),
  platform: setOf(z.enum(['linux', 'windows']))
    .exactOptional()
    .describe('Any of these platforms.'),
  rootDevice: setOf(z.enum(['ebs', 'instance-store']))
    .prefault(['ebs'])
    .describe('Any of these root device types. Images on instance store are recorded, never copied.'),
  regions: z
    .array(region)
    .transform(asSet)
    .prefault([])
    .describe('Regions where the images are born. None named: the home Region.'),
  encrypted: z.boolean().exactOptional().describe('Only images with encrypted, or only with unencrypted, snapshots.'),
  state: setOf(z.enum(imageStates)).exactOptional().describe('Any of these states.'),
  sharedWith: setOf(sharee)
    .exactOptional()
    .describe('Any of these may launch it: account ids (in quotes), ARNs of organizations or units, or `anyone`.'),
  olderThan: duration.exactOptional().describe('Built at least this long ago.'),
  newerThan: duration.exactOptional().describe('Built less than this long ago.'),
  notLaunchedFor: duration
    .exactOptional()
    .describe("Not launched for this long, or never; EC2's figure is up to 24 h late."),
  descendsFrom: setOf(imageId).exactOptional().describe('Built from one of these images, in any number of steps.'),
  severityAtLeast: z
    .enum(severities)
    .exactOptional()
    .describe("Amazon Inspector's worst finding is this or worse. Images that were never scanned do not match."),
});

export const selectSchema = selectFields
  .transform(({ owners: _onlySelf, ...select }) => select)
  .describe('Which images, matched against the root image; copies follow their root. All keys given must match.');

const copyTargetSchema = z
  .strictObject({
    region: region.describe('Target Region.'),
    kmsKey: kmsKey
      .exactOptional()
      .describe('Customer key of the target Region. Without it EC2 chooses; a copy on `aws/ebs` cannot be shared.'),
    completeWithin: completion
      .exactOptional()
      .describe('Time-based copy, 15m to 48h in steps of 15m, at a higher price.'),
  })
  .transform(({ completeWithin, ...target }) => ({
    ...target,
    ...(completeWithin !== undefined && { completeWithinMinutes: completeWithin }),
  }));

export const copySchema = z
  .strictObject({
    to: z
      .array(copyTargetSchema)
      .min(1, { error: says('schema/value', 'is empty; name at least one Region') })
      .describe('One copy in each of these Regions.'),
    name: z
      .string()
      .default('{name}')
      .describe("Name of the copies; `{name}` is the root's name. A short hash is added where the name is taken."),
    copyTags: z.boolean().default(true).describe("Give the root's tags to copies and their snapshots."),
    addTags: z.record(z.string(), z.string()).default({}).describe('More tags for copies and their snapshots.'),
    since: z
      .union([dateOr('a date such as 2027-03-31, nor "all"'), z.literal('all')])
      .describe('Images built before this day (UTC) are not copied; `all` copies every image there is.'),
    maxInFlight: count(1, 100).default(5).describe('Copies under way at a time in each target Region.'),
    maxPerDay: count(1, 10_000)
      .default(100)
      .describe('Copies begun within 24 hours, in all Regions together; more wait.'),
  })
  .describe('Copies in other Regions.');

interface Grant {
  readonly principal: Principal;
  readonly until?: Instant;
}

/** `until` names the last day of the permission; what is compiled is the instant at which that day is over. */
const grantSchema = (id: z.ZodType<string, string>, principal: (id: string) => Principal) =>
  z
    .union([id, z.strictObject({ id, until: dateOr('a date such as 2027-03-31') })])
    .transform(
      (given): Grant =>
        typeof given === 'string'
          ? { principal: principal(given) }
          : { principal: principal(given.id), until: given.until + day },
    );

const grants = (id: z.ZodType<string, string>, principal: (id: string) => Principal, what: string) =>
  z
    .array(grantSchema(id, principal))
    .prefault([])
    .describe(`${what} that may launch the images: an id, or \`{ id, until }\` with the last day (UTC).`);

/** One entry per principal, in order; of several the one that lasts longest. */
function united(given: readonly Grant[]): Grant[] {
  const fromShortest = [...given].sort((a, b) => lasts(a) - lasts(b));
  const longest = new Map(fromShortest.map((grant) => [grant.principal, grant]));
  // Stryker disable next-line EqualityOperator: no two are equal
  return [...longest.values()].sort((a, b) => (a.principal < b.principal ? -1 : 1));
}

const lasts = (grant: Grant): number => grant.until ?? Number.MAX_SAFE_INTEGER;

export const shareSchema = z
  .strictObject({
    accounts: grants(accountId, accountPrincipal, 'Accounts (12 digits, in quotes)'),
    organizations: grants(organizationArn, (arn) => `organization:${arn}`, 'Organizations (ARN)'),
    organizationalUnits: grants(unitArn, (arn) => `unit:${arn}`, 'Organizational units (ARN)'),
    exact: z.boolean().default(false).describe('Also take away launch permissions that are not listed here.'),
    snapshots: z
      .boolean()
      .default(false)
      .describe('Let the accounts also copy the images. EC2 has no organization or unit there.'),
    kms: z
      .enum(['verify', 'grant', 'off'])
      .default('verify')
      .describe(
        '`verify`: read the policy of each customer key and say who cannot use it. `grant`: also grant its use to the accounts.',
      ),
    public: z.boolean().default(false).describe('Let everyone launch the images. Needs `acknowledgePublic`.'),
    acknowledgePublic: z.string().exactOptional().describe("This policy's name, to confirm `public: true`."),
  })
  .transform((share) => ({
    with: united([
      ...share.accounts,
      ...share.organizations,
      ...share.organizationalUnits,
      ...(share.public ? [{ principal: 'everyone' }] : []),
    ]),
    exact: share.exact,
    snapshots: share.snapshots,
    kms: share.kms,
  }))
  .describe('Launch permissions of root and copies.');
