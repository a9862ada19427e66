import { resolve } from 'node:path';
import { approve } from '../../shared/engine/approve.ts';
import { carryOut } from '../../shared/engine/carry-out.ts';
import type { Report } from '../../shared/engine/engine.ts';
import { actionId } from '../../shared/model/action-id.ts';
import { InputError } from '../../shared/model/errors.ts';
import type { Outcome } from '../../shared/model/outcome.ts';
import type { Action } from '../../shared/model/plan.ts';
import { worldOptions } from '../args.ts';
import { type Call, type Command, exit } from '../command.ts';
import { checkPlanFile, type Moved, movedAfterApproval, type PlanFile, readPlanFile } from '../plan-file.ts';
import { readInput } from '../policy-file.ts';
import { outcomeLines } from '../render/outcomes.ts';
import { counted, headLine } from '../render/words.ts';
import { type Survey, survey } from '../survey.ts';
import { worldRequest } from '../worlds/open.ts';
import type { World } from '../worlds/world.ts';

export const apply: Command = {
  usage: [
    'apply FILE --local | --direct [--yes] [--halted --reason TEXT]',
    'apply FILE --table NAME --halted --reason TEXT',
  ],
  about: [
    'Carries out the plan in FILE, as plan --out wrote it, and nothing else. Looks at everything again first: where an',
    'image, its evidence, its rank or the policy changed since, or after 24 hours, nothing is done. With --halted also',
    'what the breaker stopped, or the doubt about what is seen: read the plan first, it is your word that counts then.',
  ],
  options: {
    local: worldOptions.local,
    table: worldOptions.table,
    direct: { type: 'boolean', help: 'on AWS, here and now, with your own credentials; no stack needed' },
    yes: { type: 'boolean', help: 'do not ask before images are taken away' },
    halted: { type: 'boolean', help: 'also approve what is halted in the file; needs --reason' },
    reason: { type: 'string', value: 'TEXT', help: 'why halted steps are right, for the records' },
    region: worldOptions.region,
    account: worldOptions.account,
  },
  takes: { from: 1, to: 1 },
  run: async (call) => {
    const name = call.args.positionals[0] ?? '';
    const file = readPlanFile(await readInput(resolve(call.io.cwd, name), name, 'ami-steward plan --out FILE'), name);
    checkWorld(call, file, name);
    const reason = approvalReason(call, file, name);
    const world = await call.open(worldRequest(call.args, call.io, true));
    try {
      if (!world.engine) throw new InputError('this world cannot be changed', name);
      const halted = reason !== undefined;
      const isChosen = chooser(file, world.kind, halted);
      let seen = await survey(world);
      let moved = [...otherAccount(file, world.account), ...checkPlanFile(file, seen, { halted })];
      if (moved.length > 0) return refuse(call, moved, name, 'Nothing was done');
      await confirm(call, seen.plan.actions.filter(isChosen), halted ? seen.plan.halted.filter(isChosen) : []);
      if (halted) {
        await approve(world.engine, seen, isChosen, reason);
        if (isForFunctions(call)) return leave(call, file);
        seen = await survey(world);
        moved = movedAfterApproval(file, seen);
        if (moved.length > 0) return refuse(call, moved, name, 'Approved, and nothing was done');
      }
      return tell(call, seen, await carryOut(world.engine, seen, isChosen), file);
    } finally {
      await world.close();
    }
  },
};

/** Which AWS is meant is said twice, in the file and in the call, so that no plan ends up in the wrong one. */
function checkWorld({ args }: Call, { header }: PlanFile, name: string): void {
  if (args.flag('local') && args.flag('direct')) throw new InputError('choose one world', '--local and --direct');
  if (header.world === 'inventory')
    throw new InputError(
      'was made from a saved inventory, which cannot be acted on',
      name,
      'ami-steward plan --out FILE',
    );
  if (header.world === 'local' && !args.flag('local'))
    throw new InputError('was made in the embedded AWS', name, `ami-steward apply ${name} --local`);
  if (header.world === 'aws' && args.flag('local'))
    throw new InputError('was made on AWS, not in the embedded AWS', name, `ami-steward apply ${name} --direct`);
  if (header.world === 'aws' && !args.flag('direct') && args.text('table') === undefined)
    throw new InputError(
      'says nothing of who acts',
      name,
      'add --direct to act from here, or --table for a deployed stack',
    );
  if (isForFunctions({ args }) && !args.flag('halted'))
    throw new InputError(
      'needs no word: the functions of the stack do by themselves what is not halted',
      name,
      '--halted',
    );
}

/** The table of a stack without `--direct`: a person gives their word, and the functions act on it. */
const isForFunctions = ({ args }: Pick<Call, 'args'>): boolean =>
  args.text('table') !== undefined && !args.flag('direct');

function leave({ args, print, json }: Call, { halted }: PlanFile): number {
  const count = counted(halted.length, 'halted step');
  if (args.flag('json')) json({ schemaVersion: 1, approved: halted.map(({ id }) => id) });
  else print([`Approved ${count} for a day. The functions of the stack carry them out in their next run.`]);
  return exit.done;
}

const otherAccount = ({ header }: PlanFile, account: string): Moved[] =>
  header.account === account ? [] : [{ what: 'account', how: `the plan is for ${header.account}, this is ${account}` }];

/** Without a stack there is no bus, and so nobody whom a notice could reach: it is left to the functions. */
function chooser({ actions, halted }: PlanFile, world: World['kind'], withHalted: boolean) {
  const ids = new Set(
    [...actions, ...(withHalted ? halted : [])]
      .filter(({ id, mode }) => mode === 'apply' && !(world === 'aws' && id.startsWith('give-notice ')))
      .map(({ id }) => id),
  );
  return (action: Action): boolean => ids.has(actionId(action));
}

/** Said aloud, and with a reason, or a pipeline that applies every plan would overrule the breaker each time. */
function approvalReason({ args }: Call, file: PlanFile, name: string): string | undefined {
  const reason = args.text('reason');
  if (!args.flag('halted')) {
    if (reason !== undefined) throw new InputError('is for halted steps', '--reason', 'add --halted, or leave it out');
    return undefined;
  }
  if (file.halted.length === 0) throw new InputError('nothing in it is halted', name, 'leave --halted out');
  if (reason === undefined || reason.trim().length < leastReason)
    throw new InputError(
      `needs --reason with ${leastReason} characters or more`,
      '--halted',
      'say why these steps are right',
    );
  return reason;
}

function refuse({ say, args, json }: Call, moved: readonly Moved[], name: string, done: string): number {
  const next = 'ami-steward plan --out FILE makes a new one';
  if (args.flag('json')) json({ schemaVersion: 1, applied: false, moved });
  else
    say([
      `${name}: refused, since the world moved. ${done}.`,
      ...moved.map(({ what, how }) => `  ${what}: ${how}`),
      `Next: ${next}`,
    ]);
  return exit.stopped;
}

const leastReason = 10;

const taking: readonly Action['kind'][] = ['disable-image', 'deregister-image', 'clean-up-copy'];

/** A person types how many images are concerned; without a person, `--yes` has to have been said. */
async function confirm({ args, io }: Call, actions: readonly Action[], halted: readonly Action[]): Promise<void> {
  const taken = actions.filter(({ kind }) => taking.includes(kind));
  const images = new Set([...taken, ...halted].map(({ image }) => image));
  if (images.size === 0 || args.flag('yes')) return;
  const count = counted(images.size, 'image');
  const what = halted.length > 0 ? `goes on with halted steps, on ${count}` : `disables or deregisters ${count}`;
  if (!io.ask) throw new InputError(`${what}, and nobody is there to ask`, 'apply', 'add --yes');
  const answer = await io.ask(`This ${what}. Type the number to go on: `);
  if (answer.trim() !== String(images.size)) throw new InputError('that is another number; nothing was done', 'apply');
}

const isBad = ({ status }: Outcome): boolean => status === 'blocked' || status === 'failed' || status === 'waiting';

function tell({ args, print, json }: Call, { header }: Survey, report: Report, file: PlanFile): number {
  const { outcomes } = report;
  const shown = file.actions.length - outcomes.length;
  if (args.flag('json')) json({ schemaVersion: 1, applied: true, header, outcomes, events: report.events });
  else
    print([
      { text: headLine('apply', header), style: 'head' },
      ...outcomeLines(outcomes),
      `${counted(outcomes.length, 'action')}: ${outcomes.filter((one) => !isBad(one)).length} done, ${outcomes.filter(isBad).length} not${shown > 0 ? `; ${shown} left alone (mode plan, or a notice that only deployed functions can give)` : ''}.`,
    ]);
  return outcomes.some(isBad) || Object.keys(report.degraded).length > 0 ? exit.partly : exit.done;
}
