import type { StandIn } from '../shared/engine/revoke.ts';
import { because, type Reason } from '../shared/model/codes.ts';
import { InputError } from '../shared/model/errors.ts';
import type { ImageKey } from '../shared/model/ids.ts';
import { keyOf } from '../shared/model/image.ts';
import type { Plan } from '../shared/model/plan.ts';
import { pointerKey } from '../shared/model/pointer.ts';
import type { CompiledPolicy } from '../shared/model/policy.ts';
import { sentence } from '../shared/rules/explain.ts';
import type { Subject } from '../shared/rules/subject.ts';
import { surveyOf } from '../shared/rules/survey.ts';
import type { Looked } from './descent.ts';
import { findImage } from './find-image.ts';
import type { Consequences } from './render/revocation.ts';

/**
 * The image that people want in the place of a revoked one, and of what was made of that in the same family.
 * @param roots what is revoked, the one that was asked about first
 * @throws InputError where it cannot take that place
 */
export function standInFor(text: string, roots: readonly ImageKey[], looked: Looked, policy: CompiledPolicy): StandIn {
  const { subjects } = surveyOf(looked.inventory, policy, looked.now);
  const subjectOf = (root: ImageKey) => subjects.find(({ lineage }) => lineage.root === root);
  const image = findImage(text, looked.everything);
  const subject = subjects.find(({ lineage }) => lineage.members.some((one) => keyOf(one) === image));
  if (!subject) throw unfit(image, 'it is not in a Region that a policy names, or gone', 'give another one');
  const bad = roots[0] && subjectOf(roots[0]);
  const why = ofTheBad(subject, looked) ?? itself(subject) ?? unlike(subject, bad);
  if (why !== undefined) throw unfit(image, why, 'give another one, or leave --to out for the newest clean one');
  const { root } = subject.lineage;
  return { to: root, roots: roots.filter((one) => unlike(subject, subjectOf(one)) === undefined) };
}

const unfit = (image: ImageKey, why: string, hint: string): InputError =>
  new InputError(`cannot take its place: ${why}`, `--to ${image}`, hint);

/** Whether it is, or may be, as bad itself. */
function ofTheBad({ lineage: { root } }: Subject, { descent: { lineages, unsure } }: Looked): string | undefined {
  if (lineages[0]?.root === root) return 'it is the image to revoke, or a copy of it';
  if (lineages.some((one) => one.root === root)) return 'it was built from the image to revoke';
  const doubt = unsure.find((one) => one.root === root);
  return doubt && `it may have been built from the image to revoke: ${doubt.why}`;
}

function itself({ leftAlone, revoked, started, lineage }: Subject): string | undefined {
  if (leftAlone) return sentence(leftAlone);
  if (revoked) return `it is revoked itself: ${revoked.reason}`;
  if (started) return 'it is deprecated or disabled: ami-steward restore brings it back first';
  return lineage.rootImage ? undefined : 'the image that its copies were made of is gone';
}

/** Only images of one family and architecture follow one another. */
function unlike(subject: Subject, other: Subject | undefined): string | undefined {
  const [own, theirs] = [kindOf(subject), other && kindOf(other)];
  if (own === theirs) return undefined;
  return `it is of ${own}, and what it would stand in for of ${theirs ?? 'none that is seen'}`;
}

const kindOf = ({ family, face }: Subject): string =>
  family === undefined ? 'no family' : `family ${family}, ${face.architecture}`;

/**
 * Everywhere that a pointer names what is revoked, the image has to be there, available and shared.
 * @param followers the pointers that name what it stands in for, or have left that
 * @throws InputError where it is not, or no pointer needs it
 */
export function checkArrives(
  { to }: StandIn,
  followers: readonly string[],
  { moves }: Pick<Consequences, 'moves'>,
  plan: Plan,
): void {
  if (followers.length === 0) throw unfit(to, 'no pointer of ours names what is revoked', 'leave --to out');
  const moved = moves.filter(({ root }) => root === to).map(({ pointer }): string => pointerKey(pointer));
  const reasons = plan.verdicts.filter(({ root }) => root === to).flatMap((verdict) => verdict.reasons);
  const isThere = (key: string): boolean => saidOf(key, reasons)?.code === 'published-here';
  const left = followers.filter((key) => !moved.includes(key) && !isThere(key));
  if (left.length === 0) return;
  const why = left.map((key) => `${key}: ${onlyShown(key, plan) ?? whyNot(key, reasons)}`);
  throw unfit(to, why.join('; '), 'copy and share it first, or leave --to out for the newest clean one');
}

function onlyShown(key: string, { actions }: Plan): string | undefined {
  const shown = actions.find((one) => one.kind === 'publish-image' && pointerKey(one.pointer) === key);
  return shown && sentence(because('mode-plan', { policy: shown.policy }));
}

function whyNot(key: string, reasons: readonly Reason[]): string {
  const why = saidOf(key, reasons) ?? reasons[0];
  return why ? sentence(why) : 'nothing is said of it';
}

/** What a plan says of one pointer. */
const saidOf = (key: string, reasons: readonly Reason[]): Reason | undefined =>
  reasons.find(({ data }) => key.startsWith(`${data?.region} `) && key.endsWith(` ${data?.pointer}`));
