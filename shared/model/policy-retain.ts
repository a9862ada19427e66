import * as z from 'zod';
import { optionalSources } from './inventory.ts';
import { keepUntilTag } from './marks.ts';
import { weekdays } from './policy.ts';
import { asSet, count, duration, endOfTime, imageId, says, setOf, tagFilter, timeOfDay } from './policy-values.ts';
import { referenceSources } from './references.ts';

/** Usage sources that a policy may switch off. `instances` can never be. */
export const sourcesThatMayBeOff = [...optionalSources, ...referenceSources] as const;

const stagesSchema = z
  .strictObject({
    deprecate: z
      .strictObject({ afterSuperseded: duration.describe('Wait since the image left the newest `keepLast`.') })
      .exactOptional()
      .describe('First step: hidden from lists, still launches.'),
    disable: z
      .strictObject({ afterDeprecated: duration.describe('Wait since it was deprecated.') })
      .exactOptional()
      .describe('Second step: launches no more; can be undone.'),
    deregister: z
      .strictObject({
        afterDisabled: duration.describe('Quarantine since it was disabled; everything is checked again at its end.'),
        deleteSnapshots: z.boolean().default(true).describe('Delete the snapshots that no other image uses.'),
      })
      .exactOptional()
      .describe('Last step: the image is gone.'),
  })
  .describe(
    'The steps of retirement, each with its wait. `{}` retires nothing, and so holds what another policy would retire.',
  );

const guardsSchema = z
  .strictObject({
    off: z
      .array(
        z.enum(sourcesThatMayBeOff, {
          error: ({ input }) =>
            input === 'instances' ? says('schema/value', '{value} can never be switched off') : undefined,
        }),
      )
      .transform((sources): string[] => asSet(sources))
      .prefault([])
      .describe('Usage sources that are not looked at. Every source is on unless named here.'),
    templateDepth: count(1, 10_000)
      .default(20)
      .describe(
        'Newest versions read of each launch template, besides the default one. `image-references` looks at all of them once an image would be taken.',
      ),
    sharedAccounts: z
      .boolean()
      .default(true)
      .describe('Have EC2 count use by other accounts. `false` stops a shared image before it is disabled.'),
    lastLaunchedWithin: duration.prefault('30d').describe('A launch since then keeps the image; at least 2d.'),
    descendants: z
      .enum(['keep', 'warn', 'ignore'])
      .default('keep')
      .describe('Whether living images that were built from it keep an image.'),
    onUnknown: z
      .enum(['keep', 'fail'])
      .default('keep')
      .describe('A usage source that cannot be read keeps images; `fail` also ends the run with an error.'),
    minInUse: count(0, 1_000_000)
      .default(1)
      .describe('Fewer images in use than this, once there were any, stop retirement: the sources cannot be right.'),
  })
  .describe('What keeps an image. Guards hold disable and deregister.');

export const windowSchema = z
  .strictObject({
    days: setOf(z.enum(weekdays))
      .prefault([...weekdays])
      .describe('Days on which it opens.'),
    from: timeOfDay.describe('Open from this time on, in quotes: `"09:00"`.'),
    to: endOfTime.describe('No longer open at this time. Before `from`: on the next day.'),
    timezone: z.string().default('UTC').describe('IANA name, such as `Europe/London`.'),
  })
  .describe('Steps of retirement are taken only inside this window. Of several policies, all must be open.');

const noticeSchema = z
  .strictObject({
    before: duration.describe('So long before disable, and again before deregister.'),
    owner: z
      .string()
      .min(1, { error: says('schema/value', 'is empty') })
      .exactOptional()
      .describe('Whom it concerns: a template as in `family.key`, such as `{tag:Owner}`.'),
  })
  .describe('An event `AMI Retirement Notice` is sent first, and the step waits until it is old enough.');

export const retainSchema = z
  .strictObject({
    unit: z
      .enum(['lineage', 'image'])
      .default('lineage')
      .describe('`lineage`: root and copies leave together, one use keeps all. `image`: each is judged alone.'),
    keepLast: count(2, 10_000).default(3).describe('Newest finished images kept per family, architecture and Region.'),
    keepPublished: z.boolean().default(true).describe('Keep what a pointer of ours names (`publish`).'),
    maxAge: duration
      .exactOptional()
      .describe('Retirement begins only when older than this and outside the newest `keepLast`.'),
    stages: stagesSchema,
    guards: guardsSchema.prefault({}),
    exclude: z
      .strictObject({
        tags: tagFilter.default({}).describe('Images with any of these tags are never retired.'),
        images: z.array(imageId).transform(asSet).prefault([]).describe('Images that are never retired.'),
      })
      .prefault({})
      .describe('Images that are never retired.'),
    keepTag: z
      .string()
      .min(1, { error: says('schema/value', 'is empty') })
      .default(keepUntilTag)
      .describe('Tag with which an owner keeps an image until a date, or `forever`.'),
    limits: z
      .strictObject({
        perPlan: count(1, 10_000).default(5).describe('More lineages than this in one step halt the plan.'),
        percentOfFamily: count(1, 100)
          .default(10)
          .describe('More of a family than this in one step halts the plan; one image always passes.'),
      })
      .prefault({})
      .describe('The breaker.'),
    recycleBin: z
      .enum(['optional', 'required'])
      .default('optional')
      .describe(
        '`required`: no deregister unless rules of the Recycle Bin keep the image, and its snapshots as long, and have done so for 30 minutes.',
      ),
    window: windowSchema.exactOptional(),
    notice: noticeSchema.exactOptional(),
  })
  .describe('Retirement of superseded images.');
