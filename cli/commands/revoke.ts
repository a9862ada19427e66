import { carryOut } from '../../shared/engine/carry-out.ts';
import { revoke as writeDown } from '../../shared/engine/revoke.ts';
import { InputError } from '../../shared/model/errors.ts';
import type { ImageKey } from '../../shared/model/ids.ts';
import type { Outcome } from '../../shared/model/outcome.ts';
import type { Action } from '../../shared/model/plan.ts';
import { pointerKey } from '../../shared/model/pointer.ts';
import type { Revocation } from '../../shared/model/records.ts';
import { type Call, type Command, exit } from '../command.ts';
import { placeOf, placeOptions } from '../place.ts';
import { blindLines } from '../render/blind.ts';
import { outcomeLines } from '../render/outcomes.ts';
import { type Consequences, consequenceLines } from '../render/revocation.ts';
import { counted } from '../render/words.ts';
import { type Foreseen, foresee, isDisabled } from '../revocation.ts';
import { type Survey, survey } from '../survey.ts';
import { worldRequest } from '../worlds/open.ts';
import type { World } from '../worlds/world.ts';

export const revoke: Command = {
  usage: [
    'revoke AMI --reason TEXT --local | --direct | --table NAME [--descendants] [--to AMI] [--plan]',
    'revoke AMI --reason TEXT --local | --direct | --table NAME --even-in-use | --pointers-only [...]',
  ],
  about: [
    'Takes an image and its copies out of use: pointers of ours move back to the newest clean one, or to the one that --to',
    'names, until something newer is built; it is copied no more, it no longer counts among the newest of its family, and',
    'it is disabled, with its launch permissions saved. What may descend from it and could not be followed is named and',
    'left as it is. Instances run on. What would launch from it (a launch template, a group, a fleet, a parameter, another',
    'account) keeps it until that is gone, or --even-in-use says that launches may fail. AMI is an id or the beginning',
    'of one. With --table it is written down for the functions of a stack, which act in their next run.',
    'ami-steward restore takes it back.',
  ],
  options: {
    ...placeOptions,
    'pointers-only': { type: 'boolean', help: 'leave the images themselves as they are' },
    'even-in-use': { type: 'boolean', help: 'also disable what something still launches from' },
    descendants: { type: 'boolean', help: 'also what was built from it, in any number of steps' },
    to: { type: 'string', value: 'AMI', help: 'what pointers name instead (default: the newest clean image)' },
    reason: { type: 'string', value: 'TEXT', help: 'why, for the records and for whoever follows the pointers' },
    plan: { type: 'boolean', help: 'only show what would happen' },
    yes: { type: 'boolean', help: 'do not ask' },
  },
  takes: { from: 1, to: 1 },
  run: async (call) => {
    const { args, io } = call;
    const who = placeOf(args, 'revoke');
    const word = wordOf(call);
    const world = await call.open(worldRequest(args, io, !args.flag('plan')));
    try {
      const { engine } = world;
      if (!engine) throw new InputError('this world cannot be changed', 'revoke', 'leave --inventory out');
      const wish = {
        text: args.positionals[0] ?? '',
        word,
        descendants: args.flag('descendants'),
        to: args.text('to'),
      };
      const foreseen = await foresee(world, engine, wish);
      const { seen, inventory, found } = foreseen;
      show(call, foreseen, world);
      const partly = isPartly(found, seen) ? exit.partly : exit.done;
      if (args.flag('plan')) return partly;
      await confirm(call, found);
      await writeDown(engine, inventory, found.roots);
      if (who === 'functions') return leave(call, found) || partly;
      return tell(call, found, await act(world, found)) || partly;
    } finally {
      await world.close();
    }
  },
};

/** Something that descends from the image was not, or may not have been, reached. */
const isPartly = ({ beyond, unsure }: Consequences, { header }: Survey): boolean =>
  beyond.length + unsure.length > 0 || Object.keys(header.degraded).length > 0;

function wordOf({ args }: Call): Omit<Revocation, 'at'> {
  const reason = args.text('reason')?.trim() ?? '';
  if (reason === '') throw new InputError('needs a reason', 'revoke', 'add --reason with why');
  if (!args.flag('pointers-only')) return { reason, disable: args.flag('even-in-use') ? 'all' : 'idle' };
  if (args.flag('even-in-use')) throw new InputError('exclude each other', '--pointers-only and --even-in-use');
  return { reason };
}

/** Pointers first: nothing may go on naming an image that cannot be launched. */
async function act(world: World, { roots, moves }: Consequences): Promise<Outcome[]> {
  const { engine } = world;
  if (!engine) return [];
  const pointers = new Set<string>(moves.map(({ pointer }) => pointerKey(pointer)));
  const moved = await carryOut(
    engine,
    await survey(world),
    (action) => action.kind === 'publish-image' && pointers.has(pointerKey(action.pointer)),
  );
  const disabled = await carryOut(engine, await survey(world), (action) => disables(action, roots));
  const outcomes = [...moved.outcomes, ...disabled.outcomes];
  if (!disabled.outcomes.some(({ status }) => status === 'done')) return outcomes;
  const closed = await carryOut(engine, await survey(world), (action) => closes(action, roots));
  return [...outcomes, ...closed.outcomes];
}

/** Takes back what was given on snapshots and keys of a disabled image, which disabling leaves open. */
const closes = ({ kind, root, why }: Action, roots: readonly ImageKey[]): boolean =>
  (kind === 'share-snapshots' || kind === 'grant-key') &&
  roots.includes(root) &&
  why.some(({ code }) => code === 'revoked');

/** Disables an image, or has EC2 count who else uses it, which comes before. */
const disables = (action: Action, roots: readonly ImageKey[]): boolean =>
  isDisabled(action, roots) || (action.kind === 'request-usage-report' && roots.includes(action.root));

const margin = 100;

/** Whoever has images disabled is told where no use of them was looked for. */
function show({ args, print, json }: Call, { seen, inventory, found }: Foreseen, world: World): void {
  const { header } = seen;
  const blind = args.flag('pointers-only') ? [] : blindLines(world, margin);
  if (!args.flag('json')) print([...consequenceLines(header, found, inventory), ...blind]);
  else if (args.flag('plan')) json({ schemaVersion: 1, header, ...dataOf(found) });
}

const dataOf = ({ roots, ...rest }: Consequences) => ({ revoked: roots, ...rest });

/** In words: `moves 4 pointers back and disables 12 images`; of several who do it, without the endings. */
const summary = ({ moves, disables }: Consequences, ending = 's'): string =>
  [
    `move${ending} ${counted(moves.length, 'pointer')} back`,
    ...(disables.length > 0 ? [`disable${ending} ${counted(disables.length, 'image')}`] : []),
  ].join(' and ');

async function confirm({ args, io }: Call, found: Consequences): Promise<void> {
  if (args.flag('yes')) return;
  const what = summary(found);
  if (!io.ask)
    throw new InputError(`${what}, and nobody is there to ask`, 'revoke', 'add --yes, or --plan to look first');
  const number = String(found.disables.length || found.moves.length);
  const answer = await io.ask(`This ${what}. Type the ${found.disables.length > 0 ? 'last ' : ''}number to go on: `);
  if (answer.trim() !== number) throw new InputError('that is another number; nothing was done', 'revoke');
}

function tell({ args, print, json }: Call, found: Consequences, outcomes: readonly Outcome[]): number {
  const isDone = ({ status }: Outcome): boolean => status === 'done' || status === 'not-needed';
  const count = (kind: Action['kind'], done: boolean): number =>
    outcomes.filter((one) => one.action.kind === kind && isDone(one) === done).length;
  const kept = found.disables.length + found.held.length - count('disable-image', true);
  if (args.flag('json')) json({ schemaVersion: 1, ...dataOf(found), outcomes });
  else
    print([
      ...outcomeLines(outcomes),
      `${counted(count('publish-image', true), 'pointer')} moved, ${count('publish-image', false)} not.`,
      ...(found.disables.length + found.held.length > 0
        ? [`${counted(count('disable-image', true), 'image')} disabled, ${kept} not.`]
        : []),
      ...(kept > 0 ? ['The same command again goes on with what is kept, once nothing keeps it.'] : []),
    ]);
  return outcomes.every(isDone) && kept === 0 ? exit.done : exit.partly;
}

function leave({ args, print, json }: Call, found: Consequences): number {
  if (args.flag('json')) json({ schemaVersion: 1, ...dataOf(found) });
  else print([`Written down. In their next runs the functions of the stack ${summary(found, '')}.`]);
  return exit.done;
}
