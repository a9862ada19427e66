import { type ActionDefinition, type Role, type Workbench, waiting } from '../actions/action.ts';
import { actions } from '../actions/index.ts';
import { isPortError, isRetryable } from '../model/errors.ts';
import { type Image, tagsOf } from '../model/image.ts';
import type { Inventory } from '../model/inventory.ts';
import { keepUntilTag } from '../model/marks.ts';
import type { Outcome } from '../model/outcome.ts';
import type { Action, ActionKind, Plan } from '../model/plan.ts';
import { minute } from '../model/time.ts';
import { takes } from '../rules/basis.ts';
import { hasAnyTag } from '../rules/select.ts';
import { worldSkew } from '../rules/world.ts';
import { type Engine, type Run, writtenBy } from './engine.ts';

/** Evidence older than this takes nothing any more: the next run reads it again. */
const evidenceLife = 15 * minute;

/** Applies what the role may do, in the plan's order. One action's failure is its own; outcomes, not exceptions, come back. */
export async function apply(
  engine: Engine,
  run: Run,
  plan: Plan,
  role: Role,
  grants: Inventory['grants'] = {},
): Promise<Outcome[]> {
  const bench = { ...benchFor(engine, run, role), grants };
  const outcomes: Outcome[] = [];
  for (const action of plan.actions) {
    if (action.mode !== 'apply' || definitionOf(action).role(action) !== role) continue;
    const waits = waitsForCopies(action, outcomes);
    const outcome: Outcome = waits
      ? { action, ...waiting('its copies go first') }
      : await applyOne(engine, run, action, bench);
    if (isRefusal(outcome)) await noteRefusal(engine, outcome);
    outcomes.push(outcome);
  }
  return outcomes;
}

/** What actions work with: the engine's ports, and what of the policy counts in the very moment of the act. */
export function benchFor(engine: Engine, run: Run, role: Role): Workbench {
  const keys = engine.policy.policies.flatMap(({ retain }) => retain?.keepTag ?? []);
  const keepTags = [...new Set([keepUntilTag, ...keys])];
  const excludes = (name: string, image: Image): boolean =>
    engine.policy.policies.some(
      (one) => one.name === name && one.retain && hasAnyTag(tagsOf(image), one.retain.exclude.tags),
    );
  return { ...engine, role, ...writtenBy(run), policyHash: engine.policy.hash, keepTags, excludes };
}

/** AWS itself said no to a step that takes: until a person has mended that, it says no again. */
const isRefusal = ({ action, status, error }: Outcome): boolean =>
  status === 'blocked' &&
  takes(action) &&
  (error?.kind === 'denied' || error?.kind === 'protected' || error?.kind === 'invalid');

async function noteRefusal({ ledger, clock }: Engine, { action, detail }: Outcome): Promise<void> {
  const refused = { step: action.kind, at: clock.now(), why: String(detail.why) };
  const known = await ledger.image(action.image);
  if (known) await ledger.saveImage(action.image, (record) => ({ ...(record ?? known), refused }));
}

/** A root speaks for its copies, by the tags and the name that select them: it goes last, or they would stay for ever. */
const waitsForCopies = (action: Action, outcomes: readonly Outcome[]): boolean =>
  action.kind === 'deregister-image' &&
  action.image === action.root &&
  outcomes.some(
    ({ action: other, status }) =>
      other.kind === action.kind && other.root === action.root && status !== 'done' && status !== 'not-needed',
  );

/** The table is exhaustive over kinds; the compiler cannot see that a definition and its action belong together. */
const definitionOf = (action: Action): ActionDefinition<ActionKind> =>
  actions[action.kind] as unknown as ActionDefinition<ActionKind>;

async function applyOne(engine: Engine, run: Run, action: Action, bench: Workbench): Promise<Outcome> {
  const definition = definitionOf(action);
  if (definition.destructive && engine.clock.now() - run.at > evidenceLife)
    return { action, status: 'waiting', detail: { why: 'the evidence of use is too old by now' } };
  if (takes(action) && !isClockRight(engine))
    return { action, status: 'waiting', detail: { why: 'our clock and that of AWS differ, or nobody can tell' } };
  const { scope, why } = await engine.ledger.freeze();
  if (scope === 'all' || (scope === 'retire' && takes(action)))
    return { action, status: 'waiting', detail: { why: `the stop switch says ${scope}: ${why}` } };
  try {
    return { action, ...(await definition.apply(action, bench)) };
  } catch (error) {
    return outcomeOf(action, error);
  }
}

/** Every age rests on the clock: one that is wrong takes nothing (unread counts as wrong). */
const isClockRight = ({ skew }: Engine): boolean => skew === undefined || Math.abs(skew() ?? Number.NaN) <= worldSkew;

function outcomeOf(action: Action, error: unknown): Outcome {
  if (!isPortError(error)) {
    const message = error instanceof Error ? error.message : String(error);
    return {
      action,
      status: 'failed',
      detail: { why: message },
      error: { kind: 'unexpected', code: 'Error', message },
    };
  }
  const { kind, code, message } = error;
  const again = isRetryable(error) || kind === 'not-found' || kind === 'in-use' || kind === 'quota';
  const status = again ? 'waiting' : kind === 'unexpected' ? 'failed' : 'blocked';
  return { action, status, detail: { why: message }, error: { kind, code, message } };
}
