import { canonicalJson } from '../../shared/model/digest.ts';
import type { Block } from './blocks.ts';

/** Up to here each stands for itself; of more, the first are named and the rest is a number. */
const mostAlike = 3;

/** Names that end in numbers or dates come in their order. */
const names = new Intl.Collator('en', { numeric: true });

/** The blocks of a family as they are read: step by step, by name, and those that differ in their names only as one. */
export const folded = (blocks: readonly Block[]): Block[] =>
  [...Map.groupBy(blocks, ({ sign, step, waits }) => canonicalJson([sign, step, waits])).values()].flatMap((steps) => {
    const inOrder = [...steps].sort((a, b) => names.compare(a.name, b.name));
    return [...Map.groupBy(inOrder, ({ name: _name, ...rest }) => canonicalJson(rest)).values()].flatMap(fold);
  });

function fold(alike: readonly Block[]): readonly Block[] {
  const [first] = alike;
  if (!first || alike.length <= mostAlike) return alike;
  const shown = alike.slice(0, mostAlike).map(({ name }) => name);
  return [{ ...first, name: `${shown.join(', ')} and ${alike.length - mostAlike} more` }];
}
