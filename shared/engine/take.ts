import type { RunRole } from '../actions/ledger-keys.ts';
import { sightingsOf } from '../model/bin.ts';
import { digest } from '../model/digest.ts';
import type { Inventory } from '../model/inventory.ts';
import type { LifecycleEvent } from '../model/lifecycle-event.ts';
import type { Held, Plan } from '../model/plan.ts';
import type { Instant } from '../model/time.ts';
import { failures } from '../rules/blind.ts';
import { decide, takenBy } from '../rules/decide.ts';
import { sentence } from '../rules/explain.ts';
import { imagesInUse, takenFor, withRun } from '../rules/runs.ts';
import { shownAnew } from '../rules/silence.ts';
import { type Announcer, announcer, heldEvent } from './announce.ts';
import { apply } from './apply.ts';
import { type Cause, degradedOf, type Engine, type Report, type Run, startRun } from './engine.ts';
import { observe } from './observe.ts';
import { purgeLeftOvers } from './purge.ts';
import type { Look } from './reading.ts';
import { finish } from './reconcile.ts';
import { tell } from './tell.ts';

/** The soft steps of the ladder: deprecate, disable, mark what may be removed. One plan for the whole account. */
export async function retire(engine: Engine, cause?: Cause): Promise<Report> {
  const { run, inventory, plan, now } = await survey(engine, 'retire', true, cause);
  await noteBinRules(engine, inventory, now);
  await noteShown(engine, inventory, now);
  const say = announcer(engine, run, inventory);
  const held = await announceHolds(engine, run, plan, say);
  const outcomes = await apply(engine, run, plan, 'retire', inventory.grants);
  const events = [...held, ...(await tell(engine, outcomes, say))];
  const report = await finish(engine, { run, inventory, plan, outcomes, events, degraded: degradedOf(inventory) });
  return ended(engine, report, 'retire', now);
}

/**
 * The hard step: deregister what is approved and still safe, then the snapshots that earlier runs left. In most runs there
 * is no such image, and then nobody is asked who uses what.
 */
export async function reap(engine: Engine, cause?: Cause): Promise<Report> {
  const { run, inventory, plan, now } = await survey(engine, 'reap', isAnyRipe(engine), cause);
  const say = announcer(engine, run, inventory);
  const outcomes = await apply(engine, run, plan, 'reap');
  const events = await tell(engine, outcomes, say);
  const report = await finish(engine, { run, inventory, plan, outcomes, events, degraded: degradedOf(inventory) });
  const kept = await purgeLeftOvers(engine, run, say);
  const { unsent } = await finish(engine, { ...report, outcomes: [], events: kept });
  const whole = { ...report, events: [...report.events, ...kept], unsent: [...report.unsent, ...unsent] };
  return ended(engine, whole, 'reap', now);
}

/** Remembers what is usual, for the breaker and the doubts about what is seen; then complains, where a policy wants it. */
async function ended(engine: Engine, report: Report, role: RunRole, now: Instant): Promise<Report> {
  const { inventory } = report;
  const taken = takenFor(role, takenBy(inventory, engine.policy, now));
  const seen = { taken, ...(role === 'retire' && { inUse: imagesInUse(inventory) }) };
  await engine.ledger.noteRun(role, (before) => withRun(before, seen, now));
  const unread = inventory.usage.length === 0 ? [] : failures(inventory, engine.policy, now);
  if (unread.length > 0) throw new Error(`${role} kept what it could not tell: ${unread.map(sentence).join('; ')}`);
  return report;
}

/** Where nobody was asked who uses what, nothing was to be taken, and nothing is held for lack of an answer. */
async function survey(engine: Engine, what: RunRole, usage: Look['usage'], cause: Cause | undefined) {
  const run = startRun(engine, what, cause);
  const inventory = await observe(engine, { scope: 'account', grants: 'due', usage });
  const now = engine.clock.now();
  const plan = decide(inventory, engine.policy, now);
  return { run, inventory, now, plan: inventory.usage.length === 0 ? { ...plan, held: [] } : plan };
}

/** As long as no use is read, whatever is due is held for that: what is not held then is not due at all. */
const isAnyRipe =
  ({ policy, clock }: Engine) =>
  (seen: Inventory): boolean => {
    const { actions, held } = decide(seen, policy, clock.now());
    return (
      actions.some(({ kind }) => kind === 'deregister-image') || held.some(({ step }) => step === 'deregister-image')
    );
  };

/** From now on the age of each rule of the Recycle Bin is known, which EC2 does not tell. */
async function noteBinRules({ ledger }: Engine, { recycleBin = {} }: Inventory, now: Instant): Promise<void> {
  for (const [region, seen] of Object.entries(recycleBin))
    if (seen.complete) await ledger.noteBinRules(region, (before = {}) => sightingsOf(seen.value.rules, before, now));
}

/** A source that showed a use of an image, and that nothing else confirms, is not believed at once when it says nothing. */
async function noteShown({ ledger, policy }: Engine, inventory: Inventory, now: Instant): Promise<void> {
  for (const [image, news] of shownAnew(inventory, policy, now)) {
    const before = await ledger.image(image);
    if (!before || before.newer) continue;
    await ledger.saveImage(image, (record = before) => ({ ...record, shownBy: { ...record.shownBy, ...news } }));
  }
}

/** A hold is told when it begins or when its reasons change, not in every run. */
async function announceHolds(engine: Engine, run: Run, plan: Plan, say: Announcer): Promise<LifecycleEvent[]> {
  const events: LifecycleEvent[] = [];
  for (const held of plan.held)
    if (!onlyWaits(held) && (await isNews(engine, run, held))) events.push(heldEvent(held, say));
  return events;
}

/** A window opens and closes every day, and so do reports come and age, which is no news; a refusal was told itself. */
const passing: readonly string[] = ['outside-window', 'usage-report-missing', 'usage-report-pending', 'refused-lately'];

const onlyWaits = ({ guards }: Held): boolean => guards.every(({ code }) => passing.includes(code));

async function isNews(engine: Engine, run: Run, held: Held): Promise<boolean> {
  const lasting = held.guards.filter(({ code }) => !passing.includes(code));
  const by = digest(lasting.map(({ code, data }) => [code, data?.by, data?.key, data?.source]));
  const before = await engine.ledger.image(held.image);
  if (!before || before.newer || (before.held?.step === held.step && before.held.by === by)) return false;
  await engine.ledger.saveImage(held.image, (record) => ({
    ...(record ?? before),
    held: { step: held.step, by, since: run.at },
  }));
  return true;
}
