import { carryOut } from '../../shared/engine/carry-out.ts';
import { asRevoked, revoke as writeDown } from '../../shared/engine/revoke.ts';
import { InputError } from '../../shared/model/errors.ts';
import { type ImageKey, imageRef } from '../../shared/model/ids.ts';
import { keyOf } from '../../shared/model/image.ts';
import type { Inventory } from '../../shared/model/inventory.ts';
import type { Outcome } from '../../shared/model/outcome.ts';
import type { Action, ActionOf } from '../../shared/model/plan.ts';
import { pointerKey } from '../../shared/model/pointer.ts';
import type { Revocation } from '../../shared/model/records.ts';
import { decide } from '../../shared/rules/decide.ts';
import { descentFrom } from '../../shared/rules/descent.ts';
import { lineagesOf } from '../../shared/rules/lineages.ts';
import { sorted } from '../../shared/rules/order.ts';
import { publishedIn } from '../../shared/rules/published.ts';
import { worldOf } from '../../shared/rules/world.ts';
import { type Call, type Command, exit } from '../command.ts';
import { findImage } from '../find-image.ts';
import { placeOf, placeOptions } from '../place.ts';
import { outcomeLines } from '../render/outcomes.ts';
import { type Consequences, consequenceLines } from '../render/revocation.ts';
import { counted } from '../render/words.ts';
import { type Survey, survey } from '../survey.ts';
import { worldRequest } from '../worlds/open.ts';
import type { World } from '../worlds/world.ts';

export const revoke: Command = {
  usage: [
    'revoke AMI --reason TEXT --local | --direct | --table NAME [--even-in-use] [--descendants] [--plan]',
    'revoke AMI --reason TEXT --local | --direct | --table NAME --pointers-only [--descendants] [--plan]',
  ],
  about: [
    'Takes an image and its copies out of use: pointers of ours move back to the newest one that is not revoked, it is',
    'copied no more, it no longer counts among the newest of its family, and it is disabled, with its launch permissions',
    'saved. Instances run on. What would launch from it (a launch template, a group, a fleet, a parameter, another',
    'account) keeps it until that is gone, or --even-in-use says that launches may fail. AMI is an id or the beginning',
    'of one. With --table it is written down for the functions of a stack, which act in their next run.',
    'ami-steward restore takes it back.',
  ],
  options: {
    ...placeOptions,
    'pointers-only': { type: 'boolean', help: 'leave the images themselves as they are' },
    'even-in-use': { type: 'boolean', help: 'also disable what something still launches from' },
    descendants: { type: 'boolean', help: 'also what was built from it' },
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
      const seen = await survey(world);
      const image = findImage(args.positionals[0] ?? '', seen.inventory);
      const { lineages } = descentFrom(image, worldOf(seen.inventory, world.policy, seen.now));
      const roots = (args.flag('descendants') ? lineages : lineages.slice(0, 1)).map(({ root }) => root);
      const inventory = await asRevoked(engine, seen, roots, word);
      checkKnown(roots, inventory);
      const found = consequences(roots, inventory, seen, world);
      show(call, seen, found, inventory);
      if (args.flag('plan')) return exit.done;
      await confirm(call, found);
      await writeDown(engine, inventory, roots);
      if (who === 'functions') return leave(call, found);
      return tell(call, found, await act(world, found));
    } finally {
      await world.close();
    }
  },
};

function wordOf({ args }: Call): Omit<Revocation, 'at'> {
  const reason = args.text('reason')?.trim() ?? '';
  if (reason === '') throw new InputError('needs a reason', 'revoke', 'add --reason with why');
  if (!args.flag('pointers-only')) return { reason, disable: args.flag('even-in-use') ? 'all' : 'idle' };
  if (args.flag('even-in-use')) throw new InputError('exclude each other', '--pointers-only and --even-in-use');
  return { reason };
}

function checkKnown(roots: readonly ImageKey[], { records }: Inventory): void {
  const unknown = roots.find((root) => records.images[root]?.revoked === undefined);
  if (unknown === undefined) return;
  throw new InputError('is no image of this account that we ever saw', unknown, 'give the root of its lineage');
}

/** Where each pointer that names a member goes, which find nothing else, and which images are disabled, now or later. */
function consequences(roots: readonly ImageKey[], inventory: Inventory, { now }: Survey, world: World): Consequences {
  const members = lineagesOf(inventory).flatMap((lineage) =>
    roots.includes(lineage.root) ? lineage.members.map(keyOf) : [],
  );
  const published = publishedIn(inventory);
  const pointers = members.flatMap((image) =>
    (published.get(image) ?? []).map((name) => `${imageRef(image).region} ${name}`),
  );
  const plan = decide(inventory, world.policy, now);
  const moves = plan.actions.filter(
    (action): action is ActionOf<'publish-image'> =>
      action.kind === 'publish-image' && action.mode === 'apply' && pointers.includes(pointerKey(action.pointer)),
  );
  const moved = new Set<string>(moves.map(({ pointer }) => pointerKey(pointer)));
  const held = plan.held.filter(({ root, step }) => step === 'disable-image' && roots.includes(root));
  const stuck = sorted(pointers.filter((key) => !moved.has(key)));
  const waitsForPointers = ({ guards }: (typeof held)[number]): boolean =>
    stuck.length === 0 && guards.every(({ code }) => code === 'published');
  return {
    roots,
    moves,
    stuck,
    disables: [
      ...plan.actions.filter((action) => isDisabled(action, roots)).map(({ image }) => image),
      ...held.filter(waitsForPointers).map(({ image }) => image),
    ].sort(),
    held: held.filter((one) => !waitsForPointers(one)),
  };
}

const isDisabled = ({ kind, root }: Action, roots: readonly ImageKey[]): boolean =>
  kind === 'disable-image' && roots.includes(root);

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
  return [...moved.outcomes, ...disabled.outcomes];
}

/** Disables an image, or has EC2 count who else uses it, which comes before. */
const disables = (action: Action, roots: readonly ImageKey[]): boolean =>
  isDisabled(action, roots) || (action.kind === 'request-usage-report' && roots.includes(action.root));

function show({ args, print, json }: Call, { header }: Survey, found: Consequences, inventory: Inventory): void {
  if (!args.flag('json')) print(consequenceLines(header, found, inventory));
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
