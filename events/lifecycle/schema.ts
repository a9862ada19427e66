import * as z from 'zod';
import { type Code, codes } from '../../shared/model/codes.ts';
import { isAccountId, isImageId, isRegion, parseImageKey } from '../../shared/model/ids.ts';
import { eventSource, type LifecycleType, lifecycleTypes } from '../../shared/model/lifecycle-event.ts';

/**
 * The contract of what the product emits: one schema per detail-type over the whole EventBridge entry. Loose objects
 * throughout, since within `metadata.version` 1 fields are only added. For tests and the command line: functions emit
 * typed values and need no zod.
 */
const text = z.string().min(1);
const accountId = z.string().refine(isAccountId, 'not twelve digits');
const region = z.string().refine(isRegion, 'not the name of a Region');
const imageId = z.string().refine(isImageId, 'not an image id');
const imageKey = z.string().refine((key) => parseImageKey(key) !== undefined, 'not Region/image-id');
const principal = z.string().regex(/^(?:account|organization|unit):.+$|^everyone$/);
const time = z.iso.datetime();
/** A reason in the words of the plan: its code and the figures of its sentence. */
const reason = z.looseObject({ code: z.enum(Object.keys(codes) as [Code, ...Code[]]) });
const reasons = z.array(reason).optional();
const snapshot = z.looseObject({ id: z.string().regex(/^snap-/), result: text });

const metadata = z.looseObject({
  id: text,
  version: z.literal('1'),
  timestamp: time,
  policy: text.optional(),
  policyHash: z
    .string()
    .regex(/^[0-9a-f]{7,64}$/)
    .optional(),
  correlationId: text,
  causationId: text,
});

/** What every event says. A run concerns no single image. */
const common = { accountId, region, family: text.optional(), root: imageKey.optional(), name: text.optional() };
const ofImage = { ...common, imageId, root: imageKey };
const publication = {
  ...ofImage,
  reasons,
  pointer: text,
  pointerKind: z.enum(['parameter', 'launch-template']),
  /** Absent when it named nothing before. */
  from: text.optional(),
  fromName: text.optional(),
  to: imageId,
  regions: z.array(region).min(1),
};
const copy = {
  ...ofImage,
  source: imageKey,
  target: region,
  attempt: z.int().min(1),
  kmsKey: text.optional(),
};
/** Without `what`, launch permissions. */
const shares = { ...ofImage, reasons, what: z.enum(['snapshots', 'key']).optional() };

const data = {
  'AMI Observed': z.looseObject({ ...ofImage, role: z.enum(['root', 'copy']), seenBy: z.enum(['event', 'sweep']) }),
  'AMI Copy Started': z.looseObject({ ...copy, reasons, copyId: imageId, adopted: z.boolean().optional() }),
  'AMI Copied': z.looseObject({ ...copy, seconds: z.number().min(0).optional() }),
  'AMI Copy Failed': z.looseObject({
    ...copy,
    error: text.optional(),
    retryAt: z.number().optional(),
    /** Nobody tries again: a person has to look. */
    final: z.boolean().optional(),
  }),
  'AMI Shared': z.looseObject({
    ...shares,
    added: z.array(principal).min(1),
    /** They had it before the image was disabled. */
    returned: z.boolean().optional(),
  }),
  'AMI Unshared': z.looseObject({ ...shares, removed: z.array(principal).min(1) }),
  'AMI Published': z.looseObject(publication),
  /** Back to an older image, since people revoked the one it left. */
  'AMI Publish Rolled Back': z.looseObject(publication),
  'AMI Retirement Notice': z.looseObject({
    ...ofImage,
    reasons,
    step: z.enum(['disable-image', 'deregister-image']),
    due: time,
    owners: z.array(text),
    images: z.array(imageKey).min(1),
  }),
  'AMI Deprecated': z.looseObject({ ...ofImage, reasons }),
  'AMI Disabled': z.looseObject({ ...ofImage, reasons, savedShares: z.array(principal).optional() }),
  'AMI Deregistered': z.looseObject({
    ...ofImage,
    reasons,
    snapshots: z.array(snapshot).optional(),
    failedCopy: z.boolean().optional(),
  }),
  /** An image that was in place is gone, and nothing of ours removed it. */
  'AMI Deregistered Elsewhere': z.looseObject({ ...ofImage, role: z.enum(['root', 'copy']), why: text }),
  /** Which step was undone. Shares that disabling wiped come back with `AMI Shared`. */
  'AMI Restored': z.looseObject({
    ...ofImage,
    reasons,
    undone: z.enum(['deprecate', 'disable', 'deregister']),
    shares: z.array(principal).optional(),
    /** When it will be deprecated after all, in milliseconds since 1970. */
    deprecationAt: z.number().optional(),
    /** As EC2 gave it back from the Recycle Bin. */
    state: text.optional(),
  }),
  'AMI Action Blocked': z.looseObject({
    ...ofImage,
    reasons,
    step: text,
    status: z.enum(['held', 'blocked', 'failed']),
    guards: z.array(reason).min(1).optional(),
    why: text.optional(),
    error: text.optional(),
  }),
  'AMI Drift Detected': z.looseObject({
    ...ofImage,
    field: z.literal('launchPermission'),
    found: z.array(principal).min(1),
    expected: z.array(principal),
  }),
  'AMI Lifecycle Run Completed': z.looseObject({
    ...common,
    function: text,
    images: z.int().min(0),
    enqueued: z.int().min(0).optional(),
    degradedRegions: z.array(region),
  }),
} satisfies Record<LifecycleType, z.ZodType>;

const entryOf = (type: LifecycleType) =>
  z.looseObject({
    source: z.literal(eventSource),
    'detail-type': z.literal(type),
    resources: z.array(z.string().regex(/^arn:aws[a-z-]*:ec2:[a-z0-9-]+::image\/ami-[0-9a-f]+$/)),
    detail: z.strictObject({ metadata, data: data[type] }),
  });

export type LifecycleSchema = ReturnType<typeof entryOf>;

/** The schema of one event type; `z.toJSONSchema` makes the published form of it. */
export const lifecycleSchema = (type: LifecycleType): LifecycleSchema => entryOf(type);

export const lifecycleSchemas: Readonly<Record<string, LifecycleSchema>> = Object.fromEntries(
  lifecycleTypes.map((type) => [type, entryOf(type)]),
);
