import { codes } from '../../shared/model/codes.ts';
import { shortDigest } from '../../shared/model/digest.ts';
import type { Inventory } from '../../shared/model/inventory.ts';
import type { Plan, Verdict } from '../../shared/model/plan.ts';
import { estimateCopies } from '../../shared/rules/estimate.ts';
import { imagesByKey } from '../../shared/rules/lineages.ts';
import type { Line, Style } from '../output.ts';
import type { Survey } from '../survey.ts';
import type { World } from '../worlds/world.ts';
import { blindLines } from './blind.ts';
import { blockedLines } from './blocked.ts';
import { actionBlocks, type Block, heldBlocks } from './blocks.ts';
import { estimateLines } from './estimate.ts';
import { folded } from './fold.ts';
import { keyLines } from './keys.ts';
import { columns, spread } from './table.ts';
import { waitingBlocks } from './waiting.ts';
import { clockTime, counted, degradedLines, headLine, stepWords } from './words.ts';

const margin = 100;
const styles: Readonly<Record<Block['sign'], Style>> = { '+': 'add', '~': 'change', '-': 'remove', '!': 'kept' };

/** A plan as a person reads it: by family, one block per lineage and step, with its reasons. */
export function renderPlan(survey: Survey, world: World, next: string): Line[] {
  const { plan, inventory, header } = survey;
  const scene = { images: imagesByKey(inventory), world };
  const blocks = [
    ...actionBlocks(plan.actions, scene),
    ...waitingBlocks(plan.verdicts, world),
    ...heldBlocks(plan.held, scene),
  ];
  const families = [...Map.groupBy(blocks, ({ family }) => family)].sort(([a], [b]) => (a < b ? -1 : 1));
  return [
    { text: headLine('plan', header), style: 'head' },
    { text: readLine(inventory), style: 'quiet' },
    ...families.flatMap(([family, group]) => [familyLine(family, plan.verdicts), ...folded(group).flatMap(blockLines)]),
    summary(plan, blocks),
    ...estimateLines(estimateCopies(plan, scene.images)),
    ...blockedLines(plan, scene.images),
    ...keyLines(plan),
    ...degradedLines(header).map((text): Line => ({ text, style: 'remove' })),
    ...(header.notes ?? []).map((note): Line => ({ text: `Note:    ${note}`, style: 'quiet' })),
    ...blindLines(world, margin),
    ...closing(plan, world, next),
    ...haltedLines(plan, world, next),
  ];
}

/** Steps of a policy in mode plan are shown and never done, also not by `apply`. */
function closing({ actions }: Plan, { deployed }: World, next: string): Line[] {
  if (deployed && actions.some(({ mode }) => mode === 'apply'))
    return ['The functions of the stack do this by themselves.'];
  if (actions.some(({ mode }) => mode === 'apply')) return [`To do exactly this:  ${next}`];
  return actions.length > 0 ? ['Nothing of this is done: its policies are in mode plan. To act: mode: apply'] : [];
}

/** The breaker asks for a person: who has read all of it can give their word. */
function haltedLines({ halted }: Plan, world: World, next: string): Line[] {
  if (halted.length === 0) return [];
  const text = `Halted:  ${counted(halted.length, 'step waits', 'steps wait')} for somebody's word. Once you have read them all:`;
  return [
    { text, style: 'remove' },
    { text: `  ${next}${world.kind === 'inventory' ? '' : ' --halted --reason TEXT'}`, style: 'quiet' },
  ];
}

function readLine({ images, usage }: Inventory): string {
  const seen = Object.values(images).reduce((sum, part) => sum + (part.complete ? part.value.length : 0), 0);
  const uses = usage.reduce((sum, { uses: part }) => sum + (part.complete ? part.value.length : 0), 0);
  return `Read ${counted(seen, 'image')} and ${counted(uses, 'use')}. Nothing was changed.`;
}

function familyLine(family: string, verdicts: readonly Verdict[]): Line {
  const members = verdicts.filter((verdict) => verdict.family === family);
  if (members.length === 0) return { text: family, style: 'head' };
  const generations = new Set(members.map(({ root }) => root)).size;
  const right = `${counted(generations, 'generation')}, ${counted(members.length, 'image')}`;
  return { text: spread(family, right, margin), style: 'head' };
}

function blockLines({ sign, word, name, details, notes, cite: place = '' }: Block): Line[] {
  const text = `  ${sign} ${word.padEnd(11)} ${[name, ...details].join('   ')}`;
  const reasons = notes.map(({ label, text: why, cite }) =>
    spread(`${' '.repeat(16)}${label.padEnd(5)} ${why}`, cite, margin),
  );
  return [{ text: spread(text, place, margin), style: styles[sign] }, ...reasons];
}

/** Copies are counted one by one; whatever else happens to a lineage happens once, with all its copies. */
function summary(plan: Plan, blocks: readonly Block[]): string {
  const acting = blocks.filter(({ sign, waits }) => sign !== '!' && !waits);
  const steps = [...Map.groupBy(acting, ({ step }) => step)].map(([step, group]) =>
    step === 'copy-image'
      ? counted(
          group.reduce((sum, { count }) => sum + count, 0),
          'copy',
          'copies',
        )
      : `${group.length} ${stepWords[step]}`,
  );
  const held = blocks.filter(({ sign }) => sign === '!').length;
  const waiting = blocks.filter(({ waits }) => waits).length;
  const unmanaged = plan.verdicts.filter(({ code }) => codes[code] === 'unmanaged').length;
  const rest = [
    ...(waiting > 0 ? [counted(waiting, 'pointer waits', 'pointers wait')] : []),
    ...(held > 0 ? [`${held} kept by a guard`] : []),
    ...(unmanaged > 0 ? [`${unmanaged} unmanaged`] : []),
  ];
  const id = `Plan ${shortDigest(plan.actions)}`;
  return `${[`${id}: ${steps.join(', ') || 'nothing to do'}`, ...rest].join('; ')}.`;
}

/** One line per image: what was decided about it and, as far as time decides, what comes next. */
export const renderVerdicts = (plan: Plan, images: ReturnType<typeof imagesByKey>): string[] =>
  columns([
    ['image', 'name', 'verdict', 'policy', 'next'],
    ...plan.verdicts.map(({ image, code, policy, next }) => [
      image,
      images.get(image)?.name ?? '',
      code,
      policy ?? '',
      next
        ? `${stepWords[next.step]} ${clockTime(next.at)}${next.region === undefined ? '' : ` in ${next.region}`}`
        : '',
    ]),
  ]);
