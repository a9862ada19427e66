import type { ImageKey } from '../../shared/model/ids.ts';
import type { Inventory } from '../../shared/model/inventory.ts';
import type { ActionOf, Held } from '../../shared/model/plan.ts';
import type { Descent } from '../../shared/rules/descent.ts';
import { sentence } from '../../shared/rules/explain.ts';
import { imagesByKey } from '../../shared/rules/lineages.ts';
import type { Line, Style } from '../output.ts';
import type { Header } from '../survey.ts';
import { unsureLines } from './affected.ts';
import { columns } from './table.ts';
import { degradedLines, headLine } from './words.ts';

/** What revoking would do, before it is done. */
export interface Consequences {
  readonly roots: readonly ImageKey[];
  readonly moves: readonly ActionOf<'publish-image'>[];
  /** Pointers that go on naming a revoked image: there is no other to name, or the policy only shows. */
  readonly stuck: readonly string[];
  /** Images to disable, as soon as the pointers have left them. */
  readonly disables: readonly ImageKey[];
  /** Images that something keeps from being disabled. */
  readonly held: readonly Held[];
  /** Descendants in Regions that no policy names, where nothing of ours acts. */
  readonly beyond: readonly ImageKey[];
  readonly unsure: Descent['unsure'];
}

/** More reasons than these are a number. */
const mostGuards = 4;

export function consequenceLines(header: Header, found: Consequences, inventory: Inventory): Line[] {
  const { roots, moves, stuck, disables, held, beyond } = found;
  const images = imagesByKey(inventory);
  const nameOf = (key: ImageKey): string => images.get(key)?.name ?? inventory.records.images[key]?.name ?? key;
  const rows = (style: Style | undefined, cells: string[][]): Line[] =>
    columns(cells).map((text): Line => (style === undefined ? text : { text, style }));
  return [
    { text: headLine('revoke', header), style: 'head' },
    ...rows(
      'remove',
      roots.map((root) => [`  revoke  ${nameOf(root)}`, root]),
    ),
    ...rows(
      undefined,
      moves.map(({ pointer, fromName, from, name }) => [
        `  move    ${pointer.name}`,
        pointer.region,
        `${fromName ?? from} -> ${name}`,
      ]),
    ),
    ...rows(
      'kept',
      stuck.map((name) => [`  stays   ${name}`, 'no clean image is ready, or its policy is in mode plan']),
    ),
    ...rows(
      'remove',
      disables.map((image) => [`  disable ${nameOf(image)}`, image]),
    ),
    ...rows(
      'kept',
      held.flatMap(({ image, guards }) => [[`  keeps   ${nameOf(image)}`, image, ...whyHeld(guards)]]),
    ),
    ...rows(
      'kept',
      beyond.map((image) => [`  beyond  ${image}`, 'descends from it, in a Region that no policy names']),
    ),
    ...unsureLines(found),
    ...degradedLines(header).map((text): Line => ({ text, style: 'remove' })),
  ];
}

function whyHeld(guards: Held['guards']): string[] {
  const texts = [...new Set(guards.map(sentence))];
  const more = texts.length - mostGuards;
  return [[...texts.slice(0, mostGuards), ...(more > 0 ? [`and ${more} more`] : [])].join('; ')];
}
