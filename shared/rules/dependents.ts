import { type ImageKey, imageRef } from '../model/ids.ts';
import { type Image, isLive, keyOf } from '../model/image.ts';
import type { Lineage } from '../model/lineage.ts';
import type { CompiledPolicy } from '../model/policy.ts';
import { matches } from './select.ts';
import { sightOf } from './sight.ts';
import type { World } from './world.ts';

/** What the policies make of an image: the names of those that select it, sorted, and the family they put it in. */
interface Selected {
  readonly by: readonly string[];
  readonly familyOf: (image: Image) => string | undefined;
}

/**
 * Copies that the same policies would not select, or not into the same family, if their root were gone: its name and
 * Region stay on record, its tags do not. Nobody would ever come to retire them.
 */
export function dependents(lineage: Lineage, selected: Selected, policy: CompiledPolicy, world: World): ImageKey[] {
  const { rootImage } = lineage;
  if (!rootImage) return [];
  const names = selected.by.join(' ');
  const family = selected.familyOf(rootImage);
  return lineage.members.flatMap((copy) => {
    if (!isLive(copy)) return [];
    const alone = { ...copy, name: rootImage.name, region: imageRef(lineage.root).region };
    const sight = sightOf(lineage, world, copy);
    const by = policy.policies.filter(({ select }) => matches(select, alone, sight) === 'yes').map(({ name }) => name);
    return by.sort().join(' ') === names && selected.familyOf(alone) === family ? [] : [keyOf(copy)];
  });
}
