import { because, type Reason } from '../model/codes.ts';
import type { Region } from '../model/ids.ts';
import { type Inventory, usageSources } from '../model/inventory.ts';
import type { CompiledPolicy } from '../model/policy.ts';
import type { Instant } from '../model/time.ts';
import { freshFor } from './guards-references.ts';
import type { Taking } from './merge-retain.ts';
import { imagesInUse, mostInUse } from './runs.ts';
import { type World, worldOf } from './world.ts';

/** Every source must have been read in every watched Region, and lately; unread is as good as used. */
export function unreadSources(off: readonly string[], world: World): Reason[] {
  const asked = usageSources.filter((source) => source === 'instances' || !off.includes(source));
  return asked.flatMap((source) =>
    world.watched.flatMap((region) => {
      const why = world.unreadUsage(source, region, freshFor);
      return why === undefined ? [] : [because('usage-unknown', { source, region, why })];
    }),
  );
}

/** Whether an unread source may hide a use of images in a Region: a parameter may list images of every Region. */
export const mayHide = ({ data }: Reason, region: Region): boolean =>
  data?.region === region || data?.source === 'ssm-parameters';

/** Far fewer images in use than there were: what is missing was more likely overlooked than stopped. */
export function eyesBroken({ minInUse }: Pick<Taking, 'minInUse'>, world: World): Reason[] {
  const { runs } = world.inventory.records;
  if (!runs) return [];
  const count = imagesInUse(world.inventory);
  const highest = mostInUse(runs, world.now);
  const tooFew = runs.everInUse && count < minInUse;
  return tooFew || count * 2 < highest ? [because('eyes-broken', { count, highest, least: minInUse })] : [];
}

/** What a run with usage must not end without, by the policies that say so. */
export function failures(inventory: Inventory, policy: CompiledPolicy, now: Instant): Reason[] {
  const strict = policy.policies.flatMap(({ retain }) => (retain?.guards.onUnknown === 'fail' ? [retain] : []));
  if (strict.length === 0) return [];
  const world = worldOf(inventory, policy, now);
  const found = [...strict.flatMap(({ guards }) => unreadSources(guards.off, world)), ...unreadImages(inventory)];
  return [...new Map(found.map((reason) => [JSON.stringify(reason.data), reason])).values()];
}

/** What was asked about single images and not answered. */
function unreadImages({ references = {}, reports = {} }: Inventory): Reason[] {
  const asked = [
    ...Object.entries(references).flatMap(([image, { by }]) =>
      Object.entries(by).map(([source, found]) => ({ image, source, found })),
    ),
    ...Object.entries(reports).map(([image, found]) => ({ image, source: 'usage reports', found })),
  ];
  return asked.flatMap(({ image, source, found }) =>
    found.complete ? [] : [because('image-usage-unknown', { source, image, why: found.why })],
  );
}
