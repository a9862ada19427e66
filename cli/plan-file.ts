import { z } from 'zod';
import { actionId } from '../shared/model/action-id.ts';
import { InputError } from '../shared/model/errors.ts';
import type { Action, Plan } from '../shared/model/plan.ts';
import { day, type Instant, minute } from '../shared/model/time.ts';
import { changedParts, type Digests, digestsOf } from '../shared/rules/basis.ts';
import { type CopyEstimate, estimateCopies } from '../shared/rules/estimate.ts';
import { sentence } from '../shared/rules/explain.ts';
import { imagesByKey } from '../shared/rules/lineages.ts';
import type { Header, Survey } from './survey.ts';

export const schemaVersion = 1;
const validFor = day;
/** How far two clocks may differ. */
const skew = 5 * minute;

/** What `plan --json` prints and `plan --out` writes. */
export interface PlanDocument {
  readonly schemaVersion: typeof schemaVersion;
  readonly header: Header;
  readonly plan: Plan;
  readonly digests: Digests;
  /** What the missing copies come to; `apply` does not look at it. */
  readonly estimate: CopyEstimate;
}

/** The part of it that `apply` believes: which actions, and what they rested on. */
export interface PlanFile {
  readonly header: Pick<Header, 'world' | 'account' | 'policyHash' | 'time'>;
  readonly actions: readonly Listed[];
  /** Steps that nothing but the breaker holds, or the doubt about what is seen. */
  readonly halted: readonly Listed[];
  readonly digests: Digests;
}

export interface Listed {
  readonly id: string;
  readonly mode: 'plan' | 'apply';
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
  digests: digestsOf(inventory, [...plan.actions, ...plan.halted]),
  estimate: estimateCopies(plan, imagesByKey(inventory)),
});

const actionSchema = z.looseObject({ kind: z.string(), image: z.string(), mode: z.enum(['plan', 'apply']) });

const fileSchema = z.object({
  schemaVersion: z.literal(schemaVersion),
  header: z.object({
    world: z.enum(['aws', 'local', 'inventory']),
    account: z.string(),
    policyHash: z.string(),
    time: z.number(),
  }),
  plan: z.object({ actions: z.array(actionSchema), halted: z.array(actionSchema).default([]) }),
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
  const listed = (actions: readonly unknown[]) =>
    actions.map((one) => ({ id: actionId(one as Action), mode: (one as Action).mode }));
  return { header, actions: listed(plan.actions), halted: listed(plan.halted), digests };
}

function parseJson(text: string, name: string, next: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new InputError(`is no JSON: ${error instanceof Error ? error.message : String(error)}`, name, next);
  }
}

/**
 * @param halted also look at the steps that the file lists as halted
 * @returns what moved since the plan was made, of the steps that it lists; empty: it may be applied
 */
export function checkPlanFile(
  file: PlanFile,
  { inventory, plan, header, now }: Survey,
  { halted }: { readonly halted: boolean },
): Moved[] {
  const listed = [...file.actions, ...(halted ? file.halted : [])].filter(({ mode }) => mode === 'apply');
  const fresh = digestsOf(inventory, [...plan.actions, ...(halted ? plan.halted : [])]);
  return [
    ...staleness(file.header, header.policyHash, now),
    ...listed.flatMap(({ id }) => movedSince(id, file.digests[id], fresh[id], plan)),
  ];
}

/**
 * At a second look, once the file's halted steps are approved: what is halted all the same, since putting one doubt aside
 * can show another, and what moved since, of everything that the file lists.
 */
export function movedAfterApproval(file: PlanFile, seen: Survey): Moved[] {
  const approved = new Set(file.halted.map(({ id }) => id));
  const left = seen.plan.halted.map(actionId).filter((id) => approved.has(id));
  return [
    ...left.map((id) => ({ what: id, how: goneBecause(id, seen.plan) })),
    ...checkPlanFile(file, seen, { halted: true }),
  ];
}

function staleness(made: PlanFile['header'], policyHash: string, now: Instant): Moved[] {
  const age = now - made.time;
  return [
    ...(age > validFor ? [{ what: 'plan', how: 'it is older than 24 hours' }] : []),
    ...(age < -skew ? [{ what: 'plan', how: 'it was made for a time that has not come' }] : []),
    ...(made.policyHash === policyHash
      ? []
      : [{ what: 'policy', how: `it was ${made.policyHash.slice(0, 7)}, now it is ${policyHash.slice(0, 7)}` }]),
  ];
}

function movedSince(id: string, before: Digests[string] | undefined, now: Digests[string] | undefined, plan: Plan) {
  if (!before) return [{ what: id, how: 'the file holds no digest for it' }];
  if (!now) return [{ what: id, how: goneBecause(id, plan) }];
  const parts = changedParts(before, now);
  return parts.length === 0 ? [] : [{ what: id, how: `changed: ${parts.join(', ')}` }];
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
