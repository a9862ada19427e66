import { type Reason, standing } from '../../shared/model/codes.ts';
import { canonicalJson } from '../../shared/model/digest.ts';
import { type ImageKey, imageRef } from '../../shared/model/ids.ts';
import type { Image } from '../../shared/model/image.ts';
import type { Plan, Verdict } from '../../shared/model/plan.ts';
import { sentence } from '../../shared/rules/explain.ts';
import type { Line } from '../output.ts';

/** More images than these under one reason are a number: `--verdicts` tells them all. */
const mostNames = 3;

/** What goes on no further until a person has looked: it is no step, and would be missed where nothing else happens. */
export function blockedLines({ verdicts, actions }: Plan, images: ReadonlyMap<ImageKey, Image>): Line[] {
  const acted = new Set(actions.flatMap(({ image, why }) => why.map((reason) => canonicalJson([image, reason]))));
  const found = verdicts.flatMap((verdict) =>
    verdict.reasons
      .filter((reason) => isBlocked(reason) && !acted.has(canonicalJson([verdict.image, reason])))
      .map((reason) => ({ verdict, text: sentence(reason) })),
  );
  return [...Map.groupBy(found, ({ text }) => text)].map(([text, same]) => ({
    text: `Blocked: ${namesOf(
      same.map(({ verdict }) => verdict),
      images,
    )}: ${text}`,
    style: 'remove',
  }));
}

/** Keys that let sharees down have lines of their own. */
const isBlocked = (reason: Reason): boolean => standing(reason) === 'blocked' && reason.code !== 'key-not-shared';

function namesOf(verdicts: readonly Verdict[], images: ReadonlyMap<ImageKey, Image>): string {
  const names = verdicts.map(({ image }) => `${images.get(image)?.name ?? image} (${imageRef(image).region})`);
  const more = names.length - mostNames;
  return [...names.slice(0, mostNames), ...(more > 0 ? [`and ${more} more`] : [])].join(', ');
}
