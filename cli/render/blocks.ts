import { canonicalJson } from '../../shared/model/digest.ts';
import { type ImageKey, imageRef } from '../../shared/model/ids.ts';
import type { Image } from '../../shared/model/image.ts';
import type { Action, ActionKind, ActionOf, Held } from '../../shared/model/plan.ts';
import { accountPrincipal } from '../../shared/model/policy.ts';
import type { StorageGrant } from '../../shared/model/storage.ts';
import { sentence } from '../../shared/rules/explain.ts';
import type { World } from '../worlds/world.ts';
import { citation } from './citations.ts';
import { movesAlike, publishDetails } from './publish.ts';
import { clockTime, counted, stepWords } from './words.ts';

/** One step for one lineage, with all its copies: what a person reads as one thing that happens. */
export interface Block {
  readonly family: string;
  readonly sign: '+' | '~' | '-' | '!';
  readonly word: string;
  readonly name: string;
  readonly details: readonly string[];
  readonly notes: readonly Note[];
  /** Single actions, or images held. */
  readonly count: number;
  readonly step: ActionKind;
  /** At the end of the line. */
  readonly cite?: string;
  /** Nothing is done about it yet. */
  readonly waits?: true;
}

export interface Note {
  readonly label: string;
  readonly text: string;
  readonly cite: string;
}

export interface Scene {
  readonly images: ReadonlyMap<ImageKey, Image>;
  readonly world: World;
}

export const noFamily = 'no family';

const signs: Partial<Readonly<Record<ActionKind, Block['sign']>>> = {
  'copy-image': '+',
  'deregister-image': '-',
  'clean-up-copy': '-',
};

export function actionBlocks(actions: readonly Action[], scene: Scene): Block[] {
  const groups = Map.groupBy(actions, (action) =>
    canonicalJson([action.root, action.policy, action.mode, sort(action)]),
  );
  return [...groups.values()].flatMap((group) => {
    const [first] = group;
    return first ? [actionBlock(first, group, scene)] : [];
  });
}

function actionBlock(first: Action, group: readonly Action[], scene: Scene): Block {
  const notes = group.flatMap((action) =>
    action.why.map((reason): Note => ({ label: 'why', text: sentence(reason), cite: citation(action, scene.world) })),
  );
  return {
    family: first.family ?? noFamily,
    sign: signs[first.kind] ?? '~',
    word: stepWords[first.kind],
    name: first.kind === 'publish-image' ? first.pointer.name : nameOf(first.root, first.image, scene),
    details: [...detailsOf(first, group, scene), ...(first.mode === 'plan' ? ['(mode plan: shown, not done)'] : [])],
    notes: distinct(notes),
    count: group.length,
    step: first.kind,
  };
}

export function heldBlocks(held: readonly Held[], scene: Scene): Block[] {
  const groups = Map.groupBy(held, ({ root, step, policy }) => canonicalJson([root, step, policy]));
  return [...groups.values()].flatMap((group) => {
    const [first] = group;
    return first ? [heldBlock(first, group, scene)] : [];
  });
}

/** More guards than these are a number: `why` tells them all. */
const mostGuards = 4;

function heldBlock(first: Held, group: readonly Held[], scene: Scene): Block {
  const guards = [...new Set(group.flatMap((item) => item.guards.map(sentence)))];
  const shown = guards.slice(0, mostGuards).map((text, i): Note => {
    const beginning = i === 0 ? `would ${stepWords[first.step]}, but ` : 'and ';
    return { label: i === 0 ? 'why' : '', text: beginning + text, cite: i === 0 ? citation(first, scene.world) : '' };
  });
  const more = guards.length - shown.length;
  const rest: Note = {
    label: '',
    text: `and ${counted(more, 'more reason')}: ami-steward why ${first.image}`,
    cite: '',
  };
  return {
    family: first.family ?? noFamily,
    sign: '!',
    word: 'kept',
    name: nameOf(first.root, first.image, scene),
    details: [regionsOf(group.map(({ image }) => image))],
    notes: more > 0 ? [...shown, rest] : shown,
    count: group.length,
    step: first.step,
  };
}

/** Actions that differ only in this are different blocks. */
function sort(action: Action): unknown {
  if (action.kind === 'copy-image') {
    const { name, kmsKey, completeWithinMinutes } = action.request;
    return [action.kind, name, kmsKey, completeWithinMinutes, action.generation];
  }
  if (action.kind === 'share-image') return [action.kind, action.add, action.remove];
  if (action.kind === 'publish-image') return movesAlike(action);
  if (action.kind === 'share-snapshots' || action.kind === 'grant-key')
    return [action.kind, accountsOf(action.add), accountsOf(action.remove)];
  return [action.kind];
}

function detailsOf(first: Action, group: readonly Action[], { images }: Scene): string[] {
  const keys = group.map(({ image }) => image);
  if (first.kind === 'copy-image') return copyDetails(first, group, images.get(first.image)?.name);
  if (first.kind === 'publish-image') return [...publishDetails(first), regionsOf(keys)];
  if (first.kind === 'share-image')
    return [regionsOf(keys), ...first.add.map((to) => `+ ${to}`), ...first.remove.map((from) => `- ${from}`)];
  if (first.kind === 'give-notice')
    return [`${stepWords[first.step]} on ${clockTime(first.due)}`, ...first.owners.map((owner) => `to ${owner}`)];
  if (first.kind === 'share-snapshots' || first.kind === 'grant-key')
    return [
      regionsOf(keys),
      ...accountsOf(first.add).map((to) => `+ ${to}`),
      ...accountsOf(first.remove).map((from) => `- ${from}`),
    ];
  if (first.kind !== 'deregister-image' && first.kind !== 'clean-up-copy') return [regionsOf(keys)];
  const snapshots = group.reduce((sum, action) => sum + ('snapshots' in action ? action.snapshots.length : 0), 0);
  const size = keys.reduce((sum, key) => sum + (images.get(key)?.sizeGiB ?? 0), 0);
  return [regionsOf(keys), `${counted(keys.length, 'image')}, ${counted(snapshots, 'snapshot')}, ${size} GiB`];
}

const accountsOf = (grants: readonly StorageGrant[]): string[] =>
  [...new Set(grants.map(({ account }) => accountPrincipal(account)))].sort();

function copyDetails(
  { image, request, generation }: ActionOf<'copy-image'>,
  group: readonly Action[],
  sourceName: string | undefined,
): string[] {
  const targets = group.flatMap((action) => (action.kind === 'copy-image' ? [action.request.region] : []));
  return [
    `${imageRef(image).region} -> ${targets.join(', ')}`,
    ...(request.name === sourceName ? [] : [`as ${request.name}`]),
    ...(request.kmsKey === undefined ? [] : [`key ${request.kmsKey}`]),
    ...(request.completeWithinMinutes === undefined ? [] : [`within ${request.completeWithinMinutes}m`]),
    ...(generation > 1 ? [`try ${generation}`] : []),
  ];
}

/** The names of one or two Regions, otherwise how many there are. */
function regionsOf(keys: readonly ImageKey[]): string {
  const regions = [...new Set(keys.map((key) => imageRef(key).region))];
  return regions.length <= 2 ? regions.join(', ') : `${regions.length} Regions`;
}

const nameOf = (root: ImageKey, image: ImageKey, { images }: Scene): string =>
  images.get(root)?.name ?? images.get(image)?.name ?? root;

const distinct = (notes: readonly Note[]): Note[] => [
  ...new Map(notes.map((note) => [canonicalJson(note), note])).values(),
];
