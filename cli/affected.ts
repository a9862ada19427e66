import { withAnswers } from '../shared/engine/observe-usage.ts';
import { isPortError } from '../shared/model/errors.ts';
import { type Evidence, known, unknown } from '../shared/model/evidence.ts';
import { type ImageKey, imageRef } from '../shared/model/ids.ts';
import { referenceSources } from '../shared/model/references.ts';
import type { Instant } from '../shared/model/time.ts';
import type { Finding } from '../shared/ports/findings.ts';
import { type Affected, affectedBy } from '../shared/rules/affected.ts';
import type { UsageQuestion } from '../shared/rules/usage-questions.ts';
import { worldOf } from '../shared/rules/world.ts';
import { descentIn } from './descent.ts';
import type { Header } from './survey.ts';
import type { World } from './worlds/world.ts';

export interface Answer extends Affected {
  readonly header: Header;
  readonly image: ImageKey;
  /** What Inspector found in the image that was asked about; absent where it was not seen, or nobody can be asked. */
  readonly findings?: Evidence<readonly Finding[]>;
}

/**
 * Looks at every Region for what descends from an image, also one of another owner, and for who uses that.
 * @throws InputError when the text names no image, or several
 */
export async function affectedIn(world: World, text: string, at?: Instant): Promise<Answer> {
  const { image, descent, everything, seen, now, header } = await descentIn(world, text, { at, usage: true });
  const listed = descent.lineages.flatMap(({ images }) => images).filter((key) => seen.images.has(key));
  const { engine } = world;
  // A saved inventory has what was saved.
  const asked = engine ? await withAnswers(engine, everything, () => everyUse(listed)) : everything;
  const findings = listed.includes(image) ? await findingsIn(image, world) : undefined;
  return {
    header,
    image,
    ...(findings && { findings }),
    ...affectedBy(image, worldOf(asked, world.policy, now)),
  };
}

/** They say more about the image and nothing about its use: where they cannot be read, the answer is none the worse. */
async function findingsIn(image: ImageKey, { findings }: World): Promise<Evidence<readonly Finding[]> | undefined> {
  if (!findings) return undefined;
  try {
    return known(await findings(imageRef(image)));
  } catch (error) {
    if (isPortError(error)) return unknown(error.message);
    throw error;
  }
}

/** Whom these images are shared with, who refers to them, and the reports that EC2 has on them. */
const everyUse = (images: readonly ImageKey[]): UsageQuestion[] =>
  images.map((image) => ({ image, references: referenceSources, sharing: true, reports: true }));
