import { carryOut } from '../../shared/engine/carry-out.ts';
import { asRevoked, revoke as writeDown } from '../../shared/engine/revoke.ts';
import { actionId } from '../../shared/model/action-id.ts';
import { InputError } from '../../shared/model/errors.ts';
import { type ImageKey, imageRef } from '../../shared/model/ids.ts';
import { keyOf } from '../../shared/model/image.ts';
import type { Inventory } from '../../shared/model/inventory.ts';
import type { ActionOf } from '../../shared/model/plan.ts';
import { pointerKey } from '../../shared/model/pointer.ts';
import type { CompiledPolicy } from '../../shared/model/policy.ts';
import { decide } from '../../shared/rules/decide.ts';
import { lineagesOf } from '../../shared/rules/lineages.ts';
import { sorted } from '../../shared/rules/order.ts';
import { publishedIn } from '../../shared/rules/published.ts';
import { worldOptions } from '../args.ts';
import { type Call, type Command, exit, NotBuiltError } from '../command.ts';
import { FamilyTree, type TreeNode } from '../family-tree.ts';
import { findImage } from '../find-image.ts';
import type { Line } from '../output.ts';
import { outcomeLines } from '../render/outcomes.ts';
import { columns } from '../render/table.ts';
import { counted, headLine } from '../render/words.ts';
import { type Survey, survey } from '../survey.ts';
import { worldRequest } from '../worlds/open.ts';

type Move = ActionOf<'publish-image'>;

/** What revoking would do, before it is done. */
interface Revocation {
  readonly roots: readonly ImageKey[];
  readonly inventory: Inventory;
  readonly moves: readonly Move[];
  /** Pointers that go on naming a revoked image: there is no other to name, or the policy only shows. */
  readonly stuck: readonly string[];
}

export const revoke: Command = {
  usage: [
    'revoke AMI --pointers-only --reason TEXT --local | --direct | --table NAME [--descendants] [--plan] [--yes]',
  ],
  about: [
    'Takes an image and its copies out of use: pointers of ours move back to the newest one that is not revoked, it is',
    'copied no more, and it no longer counts among the newest of its family. AMI is an id or the beginning of one. With',
    '--table that is written down for the functions of a stack, which move the pointers in their next run.',
  ],
  options: {
    local: worldOptions.local,
    direct: { type: 'boolean', help: 'on AWS, here and now, with your own credentials; no stack needed' },
    table: worldOptions.table,
    'pointers-only': { type: 'boolean', help: 'leave the images themselves as they are' },
    descendants: { type: 'boolean', help: 'also what was built from it' },
    reason: { type: 'string', value: 'TEXT', help: 'why, for the records and for whoever follows the pointers' },
    plan: { type: 'boolean', help: 'only show what would happen' },
    yes: { type: 'boolean', help: 'do not ask' },
    region: worldOptions.region,
    account: worldOptions.account,
  },
  takes: { from: 1, to: 1 },
  run: async (call) => {
    const { args, io } = call;
    const reason = check(call);
    const world = await call.open(worldRequest(args, io, !args.flag('plan')));
    try {
      const { engine } = world;
      if (!engine) throw new InputError('this world cannot be changed', 'revoke', 'leave --inventory out');
      const seen = await survey(world);
      const tree = new FamilyTree(seen.inventory);
      const root = tree.rootOf(findImage(args.positionals[0] ?? '', seen.inventory));
      const roots = args.flag('descendants') ? lineagesBelow(tree.descendants(root)) : [root];
      const inventory = asRevoked(engine, seen, roots, reason);
      checkKnown(roots, inventory);
      const revocation = { roots, inventory, ...consequences(roots, inventory, seen, world.policy) };
      show(call, seen, revocation);
      if (args.flag('plan')) return exit.done;
      await confirm(call, revocation.moves.length);
      await writeDown(engine, inventory, roots);
      if (world.deployed) return leave(call, revocation);
      const chosen = new Set(revocation.moves.map(actionId));
      const report = await carryOut(engine, await survey(world), (action) => chosen.has(actionId(action)));
      return tell(call, revocation, report.outcomes);
    } finally {
      await world.close();
    }
  },
};

function check({ args }: Call): string {
  if (!args.flag('pointers-only'))
    throw new NotBuiltError(
      'disabling what is revoked',
      'with --pointers-only pointers leave it and it is copied no more',
    );
  const places = [args.flag('local'), args.flag('direct'), args.text('table') !== undefined];
  if (places.filter(Boolean).length !== 1)
    throw new InputError('say where, once', 'revoke', 'add --local, --direct, or --table for a deployed stack');
  const reason = args.text('reason')?.trim() ?? '';
  if (reason === '') throw new InputError('needs a reason', 'revoke', 'add --reason with why');
  return reason;
}

/** Each lineage once, the base first. */
const lineagesBelow = ({ image, below }: TreeNode): ImageKey[] => [
  ...new Set([image, ...below.filter(({ relation }) => relation === 'child').flatMap(lineagesBelow)]),
];

function checkKnown(roots: readonly ImageKey[], { records }: Inventory): void {
  const unknown = roots.find((root) => records.images[root]?.revoked === undefined);
  if (unknown === undefined) return;
  throw new InputError('is no image of this account that we ever saw', unknown, 'give the root of its lineage');
}

/** Pointers that name a member of these lineages, or were asked to: where each goes, and which find nothing else. */
function consequences(roots: readonly ImageKey[], inventory: Inventory, { now }: Survey, policy: CompiledPolicy) {
  const members = lineagesOf(inventory).flatMap((lineage) =>
    roots.includes(lineage.root) ? lineage.members.map(keyOf) : [],
  );
  const published = publishedIn(inventory);
  const pointers = members.flatMap((image) =>
    (published.get(image) ?? []).map((name) => `${imageRef(image).region} ${name}`),
  );
  const moves = decide(inventory, policy, now).actions.filter(
    (action): action is Move =>
      action.kind === 'publish-image' && action.mode === 'apply' && pointers.includes(pointerKey(action.pointer)),
  );
  const moved = new Set<string>(moves.map(({ pointer }) => pointerKey(pointer)));
  return { moves, stuck: sorted(pointers.filter((key) => !moved.has(key))) };
}

function show({ args, print, json }: Call, { header }: Survey, { roots, moves, stuck, inventory }: Revocation): void {
  if (args.flag('json')) {
    if (args.flag('plan')) json({ schemaVersion: 1, header, revoked: roots, moves, stuck });
    return;
  }
  const names = roots.map((root) => inventory.records.images[root]?.name ?? root);
  print([
    { text: headLine('revoke', header), style: 'head' },
    ...columns(names.map((name, i) => [`  revoke  ${name}`, roots[i] ?? ''])).map(
      (text): Line => ({ text, style: 'remove' }),
    ),
    ...columns(
      moves.map(({ pointer, fromName, from, name }) => [
        `  move    ${pointer.name}`,
        pointer.region,
        `${fromName ?? from} -> ${name}`,
      ]),
    ),
    ...stuck.map(
      (name): Line => ({
        text: `  stays   ${name}   no clean image is ready, or its policy is in mode plan`,
        style: 'kept',
      }),
    ),
  ]);
}

async function confirm({ args, io }: Call, moves: number): Promise<void> {
  if (args.flag('yes')) return;
  const what = `moves ${counted(moves, 'pointer')} back`;
  if (!io.ask)
    throw new InputError(`${what}, and nobody is there to ask`, 'revoke', 'add --yes, or --plan to look first');
  const answer = await io.ask(`This ${what}. Type the number to go on: `);
  if (answer.trim() !== String(moves)) throw new InputError('that is another number; nothing was done', 'revoke');
}

function tell(
  { args, print, json }: Call,
  { roots, stuck }: Revocation,
  outcomes: Parameters<typeof outcomeLines>[0],
): number {
  const undone = outcomes.filter(({ status }) => status !== 'done' && status !== 'not-needed');
  if (args.flag('json')) json({ schemaVersion: 1, revoked: roots, outcomes, stuck });
  else
    print([
      ...outcomeLines(outcomes),
      `${counted(outcomes.length - undone.length, 'pointer')} moved, ${undone.length} not.`,
    ]);
  return undone.length > 0 ? exit.partly : exit.done;
}

function leave({ args, print, json }: Call, { roots, moves, stuck }: Revocation): number {
  if (args.flag('json')) json({ schemaVersion: 1, revoked: roots, moves, stuck });
  else print([`Written down. The functions of the stack move ${counted(moves.length, 'pointer')} in their next run.`]);
  return exit.done;
}
