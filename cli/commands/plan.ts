import { writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { InputError } from '../../shared/model/errors.ts';
import { imagesByKey } from '../../shared/rules/lineages.ts';
import { worldOptions } from '../args.ts';
import { type Call, type Command, exit } from '../command.ts';
import { visibleJson } from '../output.ts';
import { planDocument } from '../plan-file.ts';
import { renderPlan, renderVerdicts } from '../render/plan.ts';
import { type Survey, survey } from '../survey.ts';
import { type WorldRequest, worldRequest } from '../worlds/open.ts';
import type { World } from '../worlds/world.ts';

export const plan: Command = {
  usage: ['plan [--out FILE] [--verdicts] [--detailed-exitcode]'],
  about: ['Looks at everything, decides, and shows what would change and why. Changes nothing.'],
  options: {
    ...worldOptions,
    out: { type: 'string', value: 'FILE', help: 'also write the plan to a file, for apply' },
    verdicts: { type: 'boolean', help: 'also show what was decided about every image' },
    'detailed-exitcode': { type: 'boolean', help: 'exit with 2 when changes wait' },
  },
  takes: { from: 0, to: 0 },
  run: async (call) => {
    const request = worldRequest(call.args, call.io);
    const out = call.args.text('out');
    if (out !== undefined && request.at !== undefined && request.inventory === undefined)
      throw new InputError('a plan for another time cannot be applied', '--out with --at');
    const world = await call.open(request);
    try {
      const seen = await survey(world, request.at);
      if (out !== undefined) await save(call, out, seen);
      show(call, seen, world, nextCommand(request, out));
      return codeFor(call, seen);
    } finally {
      await world.close();
    }
  },
};

async function save({ io, say }: Call, out: string, seen: Survey): Promise<void> {
  try {
    await writeFile(resolve(io.cwd, out), `${visibleJson(planDocument(seen))}\n`);
  } catch (error) {
    throw new InputError(`cannot be written (${error instanceof Error ? error.message : String(error)})`, out);
  }
  say([`Wrote ${out}.`]);
}

function show({ args, print, json }: Call, seen: Survey, world: World, next: string): void {
  if (args.flag('json')) {
    json(planDocument(seen));
    return;
  }
  print(renderPlan(seen, world, next));
  if (args.flag('verdicts')) print(['', ...renderVerdicts(seen.plan, imagesByKey(seen.inventory))]);
}

/** What to type to get exactly this done. A saved inventory can be looked at, never acted on. */
function nextCommand({ local, inventory, policy, table }: WorldRequest, out: string | undefined): string {
  const file = out ?? 'p.json';
  const flags = [
    ...(local ? ['--local'] : []),
    ...(table === undefined ? [] : ['--table', table]),
    ...(policy === undefined ? [] : ['--policy', policy]),
  ].join(' ');
  const where = flags === '' ? '' : ` ${flags}`;
  if (inventory !== undefined) return 'plan the account itself, without --inventory';
  const apply = `ami-steward apply ${file}${where}${local || table !== undefined ? '' : ' --direct'}`;
  return out === undefined ? `ami-steward plan${where} --out ${file} && ${apply}` : apply;
}

function codeFor({ args }: Call, { plan: made, header }: Survey): number {
  const halted = made.held.some(({ guards }) => guards.some(({ code }) => code === 'breaker'));
  if (halted || made.verdicts.some(({ code }) => code === 'policy-conflict')) return exit.stopped;
  if (Object.keys(header.degraded).length > 0) return exit.partly;
  return args.flag('detailed-exitcode') && made.actions.length > 0 ? exit.changesWait : exit.done;
}
