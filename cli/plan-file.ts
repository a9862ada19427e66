import { z } from 'zod';
import { canonicalJson, shortDigest } from '../shared/model/digest.ts';
import { InputError } from '../shared/model/errors.ts';
import type { ImageKey } from '../shared/model/ids.ts';
import type { Inventory } from '../shared/model/inventory.ts';
import type { Action, ActionKind, Plan } from '../shared/model/plan.ts';
import { day, type Instant, minute } from '../shared/model/time.ts';
import { sentence } from '../shared/rules/explain.ts';
import { imagesByKey, lineagesOf } from '../shared/rules/lineages.ts';
import { actionId, type Sharing } from './action-id.ts';
import type { Header, Survey } from './survey.ts';

export const schemaVersion = 1;
const validFor = day;
/** How far two clocks may differ. */
const skew = 5 * minute;

/** By action, then by what it rests on: `image.state`, `uses`, `reasons`, ... Each a short digest. */
export type Digests = Readonly<Record<string, Readonly<Record<string, string>>>>;

/** What `plan --json` prints and `plan --out` writes. */
export interface PlanDocument {
  readonly schemaVersion: typeof schemaVersion;
  readonly header: Header;
  readonly plan: Plan;
  readonly digests: Digests;
}

/** The part of it that `apply` believes: which actions, and what they rested on. */
export interface PlanFile {
  readonly header: Pick<Header, 'world' | 'account' | 'policyHash' | 'time'>;
  readonly actions: readonly { readonly id: string; readonly mode: 'plan' | 'apply' }[];
  readonly digests: Digests;
}

/** Something that is not as it was when the plan was made. */
export interface Moved {
  /** An action's id, or `plan`. */
  readonly what: string;
  readonly how: string;
}

export const planDocument = ({ header, plan, inventory }: Survey): PlanDocument => ({
  schemaVersion,
  header,
  plan,
  digests: digestsOf(inventory, plan),
});

function digestsOf(inventory: Inventory, plan: Plan): Digests {
  const members = membersByRoot(inventory);
  const images = imagesByKey(inventory);
  return Object.fromEntries(
    plan.actions.map((action) => {
      const evidence = evidenceOf(action, { inventory, images, members });
      return [actionId(action), Object.fromEntries(Object.entries(evidence).map(([k, v]) => [k, shortDigest(v, 12)]))];
    }),
  );
}

interface Seen {
  readonly inventory: Inventory;
  readonly images: ReturnType<typeof imagesByKey>;
  readonly members: ReadonlyMap<ImageKey, readonly ImageKey[]>;
}

/** Time alone moves nothing, so ages are left out; use and launches only matter to a step that takes. */
function evidenceOf(action: Action, { inventory, images, members }: Seen): Record<string, unknown> {
  const { why, policy: _name, ...wish } = action;
  const { lastLaunchedAt, severity: _scanned, ...image } = images.get(action.image) ?? {};
  const lineage = members.get(action.root) ?? [action.image];
  const fields = Object.fromEntries(Object.entries(image).map(([field, value]) => [`image.${field}`, value]));
  return {
    ...fields,
    action: wish,
    reasons: why.map(({ code, data: { age: _age, ...data } = {} }) => [code, data]),
    'launch permissions': inventory.grants[action.image],
    ...(takes(action) && { 'last launch': lastLaunchedAt, uses: usesOf(lineage, inventory) }),
  };
}

const takes = (action: Action): boolean => ('remove' in action ? action.remove.length > 0 : taking[action.kind]);

const taking: Readonly<Record<Exclude<ActionKind, Sharing['kind']>, boolean>> = {
  'copy-image': false,
  'mark-image': false,
  'publish-image': false,
  'clean-up-copy': true,
  'deprecate-image': true,
  'give-notice': true,
  'request-usage-report': false,
  'disable-image': true,
  'approve-removal': true,
  'deregister-image': true,
};

function usesOf(lineage: readonly ImageKey[], { usage, references, reports }: Inventory): unknown[] {
  const regional = usage.map(({ source, region, uses }) => {
    const found = uses.complete ? uses.value.filter(({ image }) => lineage.includes(image)) : 'unread';
    return canonicalJson([source, region, found]);
  });
  const single = lineage.map((image) => {
    const found = reports?.[image];
    const elsewhere = found?.complete ? found.value.flatMap(({ uses }) => uses) : 'unread';
    return canonicalJson([image, references?.[image]?.by, elsewhere]);
  });
  return [...regional, ...single].sort();
}

const membersByRoot = (inventory: Inventory): Map<ImageKey, ImageKey[]> =>
  new Map(
    lineagesOf(inventory).map(({ root, members }) => [
      root,
      members.map(({ region, id }) => `${region}/${id}` as ImageKey),
    ]),
  );

const fileSchema = z.object({
  schemaVersion: z.literal(schemaVersion),
  header: z.object({
    world: z.enum(['aws', 'local', 'inventory']),
    account: z.string(),
    policyHash: z.string(),
    time: z.number(),
  }),
  plan: z.object({
    actions: z.array(z.looseObject({ kind: z.string(), image: z.string(), mode: z.enum(['plan', 'apply']) })),
  }),
  digests: z.record(z.string(), z.record(z.string(), z.string())),
});

/** @throws InputError when the text is no plan file, or one of a newer version */
export function readPlanFile(text: string, name: string): PlanFile {
  const again = 'ami-steward plan --out FILE';
  const data = parseJson(text, name, again);
  const version = z.looseObject({ schemaVersion: z.number() }).safeParse(data).data?.schemaVersion;
  if (version !== undefined && version !== schemaVersion)
    throw new InputError(`schemaVersion ${version} is not known here, only ${schemaVersion}`, name, again);
  const parsed = fileSchema.safeParse(data);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw new InputError(`is no plan file: ${issue?.path.join('.') ?? ''} ${issue?.message ?? ''}`, name, again);
  }
  const { header, plan, digests } = parsed.data;
  const actions = plan.actions.map((action) => ({ id: actionId(action as unknown as Action), mode: action.mode }));
  return { header, actions, digests };
}

function parseJson(text: string, name: string, next: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new InputError(`is no JSON: ${error instanceof Error ? error.message : String(error)}`, name, next);
  }
}

/** @returns what moved since the plan was made, of the actions that it lists; empty: it may be applied */
export function checkPlanFile(
  file: PlanFile,
  inventory: Inventory,
  plan: Plan,
  policyHash: string,
  now: Instant,
): Moved[] {
  const { header } = file;
  const age = now - header.time;
  const stale: Moved[] = [
    ...(age > validFor ? [{ what: 'plan', how: 'it is older than 24 hours' }] : []),
    ...(age < -skew ? [{ what: 'plan', how: 'it was made for a time that has not come' }] : []),
    ...(header.policyHash === policyHash
      ? []
      : [{ what: 'policy', how: `it was ${header.policyHash.slice(0, 7)}, now it is ${policyHash.slice(0, 7)}` }]),
  ];
  const fresh = digestsOf(inventory, plan);
  const listed = file.actions.filter(({ mode }) => mode === 'apply');
  return [...stale, ...listed.flatMap(({ id }) => movedSince(id, file.digests[id], fresh[id], plan))];
}

function movedSince(id: string, before: Digests[string] | undefined, now: Digests[string] | undefined, plan: Plan) {
  if (!before) return [{ what: id, how: 'the file holds no digest for it' }];
  if (!now) return [{ what: id, how: goneBecause(id, plan) }];
  const parts = [...new Set([...Object.keys(before), ...Object.keys(now)])].filter((key) => before[key] !== now[key]);
  return parts.length === 0 ? [] : [{ what: id, how: `changed: ${parts.sort().join(', ')}` }];
}

function goneBecause(id: string, plan: Plan): string {
  const held = plan.held.find(({ step, image }) => {
    const base = `${step} ${image}`;
    return id === base || (id.startsWith(`${base} `) && id.endsWith(' back'));
  });
  if (held) return `held: ${held.guards.map(sentence).join('; ')}`;
  const [, image] = id.split(' ');
  const [reason] = plan.verdicts.find((verdict) => verdict.image === image)?.reasons ?? [];
  return reason ? `no longer planned: ${sentence(reason)}` : 'the image is no longer there';
}
