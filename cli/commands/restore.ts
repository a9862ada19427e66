import { carryOut } from '../../shared/engine/carry-out.ts';
import type { Engine } from '../../shared/engine/engine.ts';
import { asRestored, lookBack, restore as writeDown } from '../../shared/engine/restore.ts';
import { InputError } from '../../shared/model/errors.ts';
import type { ImageKey } from '../../shared/model/ids.ts';
import type { Inventory } from '../../shared/model/inventory.ts';
import type { Outcome } from '../../shared/model/outcome.ts';
import type { Action, ActionKind } from '../../shared/model/plan.ts';
import { decide } from '../../shared/rules/decide.ts';
import { type Call, type Command, exit } from '../command.ts';
import { FamilyTree } from '../family-tree.ts';
import { findImage, withHistory } from '../find-image.ts';
import { placeOf, placeOptions } from '../place.ts';
import { outcomeLines } from '../render/outcomes.ts';
import { type Restoration, restorationLines } from '../render/restoration.ts';
import { counted } from '../render/words.ts';
import { type Survey, survey } from '../survey.ts';
import { worldRequest } from '../worlds/open.ts';
import type { World } from '../worlds/world.ts';

export const restore: Command = {
  usage: ['restore AMI --local | --direct | --table NAME [--reason TEXT] [--plan]'],
  about: [
    'Undoes what was done to an image and all its copies: takes them out of the Recycle Bin while it has them, enables',
    'them, gives back the launch permissions that disabling wiped, and cancels our deprecation. A revocation is taken',
    'back, too, so that pointers go forward to the image again. Nothing is taken from it for 30 days. What cannot be',
    'given back is told. With --table it is written down for the functions of a stack, which act in their next run;',
    'only taking images out of the Recycle Bin needs --direct beside it.',
  ],
  options: {
    ...placeOptions,
    reason: { type: 'string', value: 'TEXT', help: 'why, for the records' },
    plan: { type: 'boolean', help: 'only show what would happen' },
  },
  takes: { from: 1, to: 1 },
  run: async (call) => {
    const { args, io } = call;
    const who = placeOf(args, 'restore');
    const reason = args.text('reason')?.trim() || 'no reason was given';
    const world = await call.open(worldRequest(args, io, !args.flag('plan')));
    try {
      const { engine } = world;
      if (!engine) throw new InputError('this world cannot be changed', 'restore', 'leave --inventory out');
      const seen = await survey(world);
      const known = await withHistory(world, seen.inventory);
      const root = new FamilyTree(known).rootOf(findImage(args.positionals[0] ?? '', known));
      const found = await restoration(root, known, seen, world, engine, reason);
      if (!args.flag('json')) call.print(restorationLines(seen.header, found));
      if (args.flag('plan') || isNothing(found)) return leave(call, found);
      await writeDown(engine, root, reason);
      if (who === 'functions') return leave(call, found);
      return tell(call, found, await act(world, engine, seen, found));
    } finally {
      await world.close();
    }
  },
};

async function restoration(
  root: ImageKey,
  known: Inventory,
  { inventory, now }: Survey,
  { policy }: World,
  engine: Engine,
  reason: string,
): Promise<Restoration> {
  const { images } = known.records;
  const record = images[root];
  if (!record) throw new InputError('was never recorded, so nothing is known that could be undone', root);
  const { actions: recoveries, lost } = await lookBack(engine, root);
  const records = { ...inventory.records, images: { ...inventory.records.images, [root]: record } };
  const plan = decide(asRestored({ ...inventory, records }, root, now, reason), policy, now);
  const steps = plan.actions.filter((action) => action.root === root && undoing.includes(action.kind));
  const survivor = Object.values(images).find((one) => one.root === root && one.goneAt === undefined)?.image;
  return {
    root,
    records: images,
    recoveries,
    steps,
    lost,
    ...(record.revoked && { revoked: record.revoked }),
    ...(survivor !== undefined && { survivor }),
  };
}

const undoing: readonly ActionKind[] = ['enable-image', 'cancel-deprecation', 'return-shares'];

const isNothing = ({ recoveries, steps, revoked }: Restoration): boolean =>
  recoveries.length + steps.length === 0 && !revoked;

/** Enabling makes sharing possible, and both a pointer: more rounds than that would be a loop. */
const mostRounds = 4;

async function act(world: World, engine: Engine, first: Survey, found: Restoration): Promise<Outcome[]> {
  const { root, recoveries, revoked } = found;
  const kinds: readonly ActionKind[] = [...undoing, 'mark-image', ...(revoked ? (['publish-image'] as const) : [])];
  const isChosen = (action: Action): boolean => action.root === root && kinds.includes(action.kind);
  const outcomes: Outcome[] = [];
  if (recoveries.length > 0)
    outcomes.push(
      ...(await carryOut(engine, { ...first, plan: { ...first.plan, actions: recoveries } }, () => true)).outcomes,
    );
  for (let round = 0; round < mostRounds; round++) {
    const { outcomes: next } = await carryOut(engine, await survey(world), isChosen);
    outcomes.push(...next);
    if (!next.some(({ status }) => status === 'done')) break;
  }
  return outcomes;
}

const dataOf = ({ root, recoveries, steps, lost }: Restoration) => ({
  schemaVersion: 1,
  root,
  recoveries,
  steps,
  lost,
});

function leave({ args, print, json }: Call, found: Restoration): number {
  if (args.flag('json')) json(dataOf(found));
  else if (isNothing(found)) print(['Nothing to undo.']);
  else if (!args.flag('plan'))
    print([
      'Written down. The functions of the stack undo it in their next runs.',
      ...(found.recoveries.length > 0 ? ['Add --direct to take images out of the Recycle Bin.'] : []),
    ]);
  return found.lost.length > 0 ? exit.partly : exit.done;
}

function tell({ args, print, json }: Call, found: Restoration, outcomes: readonly Outcome[]): number {
  const open = outcomes.filter(({ status }) => status !== 'done' && status !== 'not-needed');
  const lost = outcomes.flatMap(({ detail }) =>
    Array.isArray(detail.lost) ? (detail.lost as { principal: string; why: string }[]) : [],
  );
  if (args.flag('json')) json({ ...dataOf(found), outcomes });
  else
    print([
      ...outcomeLines(outcomes),
      `${counted(outcomes.length - open.length, 'step')} done, ${open.length} not, ${counted(found.lost.length, 'image')} lost.`,
      ...lost.map(({ principal, why }) => `Not shared again with ${principal}: ${why}`),
    ]);
  return open.length + lost.length + found.lost.length > 0 ? exit.partly : exit.done;
}
