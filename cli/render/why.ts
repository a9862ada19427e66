import { codes, type Reason, type Standing } from '../../shared/model/codes.ts';
import { type ImageKey, imageRef } from '../../shared/model/ids.ts';
import type { Image } from '../../shared/model/image.ts';
import type { Action, ActionKind, Held, Verdict } from '../../shared/model/plan.ts';
import type { HistoryEntry, ImageRecord } from '../../shared/model/records.ts';
import { sentence } from '../../shared/rules/explain.ts';
import { imagesByKey } from '../../shared/rules/lineages.ts';
import type { Effective } from '../../shared/rules/merge.ts';
import type { Line } from '../output.ts';
import type { Survey } from '../survey.ts';
import type { World } from '../worlds/world.ts';
import { citation, cite } from './citations.ts';
import { columns, spread } from './table.ts';
import { clockTime, counted, date, degradedLines, headLine, span, stepWords } from './words.ts';

/** Everything there is to say about one image. */
export interface Dossier {
  readonly survey: Survey;
  readonly image: ImageKey;
  readonly verdict?: Verdict;
  readonly effective?: Effective;
  readonly record?: ImageRecord;
  readonly actions: readonly Action[];
  readonly held: readonly Held[];
  readonly history: readonly HistoryEntry[];
  /** Only this step is asked about. */
  readonly step?: string;
}

/** The steps that one may ask about, with the kinds of action that are meant. */
export const steps: Readonly<Record<string, readonly ActionKind[]>> = {
  copy: ['copy-image', 'clean-up-copy'],
  mark: ['mark-image'],
  share: ['share-image'],
  deprecate: ['deprecate-image'],
  disable: ['disable-image'],
  deregister: ['approve-removal', 'deregister-image'],
};

const margin = 100;
const says: Readonly<Record<Standing, string>> = {
  act: 'due',
  held: 'KEEP',
  blocked: 'BLOCKED',
  waiting: 'waits',
  done: 'done',
  unmanaged: 'left alone',
};

export function renderWhy(dossier: Dossier, world: World): Line[] {
  const { survey, verdict, step } = dossier;
  const reasons = step === undefined ? (verdict?.reasons ?? []) : reasonsFor(dossier, step);
  return [
    { text: headLine('why', survey.header), style: 'head' },
    { text: identity(dossier), style: 'head' },
    ...matched(dossier, world),
    ...stepLines(dossier, world),
    ...reasons.map((reason) => `    ${says[codes[reason.code]].padEnd(11)}${sentence(reason)}`),
    ...nextLine(verdict),
    ...section('Decided by', winners(dossier, world)),
    ...section('History', history(dossier)),
    ...degradedLines(survey.header),
  ];
}

function identity({ survey: { inventory, now, plan }, image: key, record }: Dossier): string {
  const image = imagesByKey(inventory).get(key);
  const { region, id } = imageRef(key);
  const built = record?.built ?? image?.createdAt;
  const root = plan.verdicts.find((verdict) => verdict.image === key)?.root ?? record?.root ?? key;
  const members = plan.verdicts.filter((verdict) => verdict.root === root).length;
  return [
    id,
    image?.name ?? record?.name ?? 'not seen',
    region,
    image ? stateOf(image, now) : goneSince(record),
    ...(built === undefined ? [] : [`built ${date(built)} (${span(Math.max(0, now - built))})`]),
    root === key ? `root of ${counted(Math.max(1, members), 'image')}` : `copy of ${root}`,
  ].join('   ');
}

const stateOf = ({ state, deprecationAt }: Image, now: number): string =>
  deprecationAt !== undefined && deprecationAt <= now ? `${state}, deprecated` : state;

const goneSince = (record: ImageRecord | undefined): string =>
  record?.goneAt === undefined ? 'not listed' : `gone since ${date(record.goneAt)}`;

function matched({ effective, verdict }: Dossier, { lines, policyFile }: World): string[] {
  const names = effective?.names ?? [];
  if (names.length === 0) return ['Matched  no policy'];
  const places = names.map((name) => {
    const place = cite(name, lines, policyFile) || cite(`${name}/name`, lines, policyFile);
    return place === '' ? name : `${name} (${place})`;
  });
  return [`Matched  ${places.join(', ')}${verdict?.family === undefined ? '' : `   family ${verdict.family}`}`];
}

/** What would happen now, and what a guard keeps from happening. */
function stepLines({ actions, held, step }: Dossier, world: World): Line[] {
  const kinds = step === undefined ? undefined : steps[step];
  const due = actions.filter(({ kind }) => kinds?.includes(kind) ?? true);
  const kept = held.filter((one) => kinds?.includes(one.step) ?? true);
  return [
    ...due.map((action): Line => {
      const shown = action.mode === 'plan' ? '   (mode plan: shown, not done)' : '';
      return {
        text: spread(`  ${stepWords[action.kind]}   DUE${shown}`, citation(action, world), margin),
        style: 'change',
      };
    }),
    ...kept.map((one): Line => {
      return { text: spread(`  ${stepWords[one.step]}   KEPT`, citation(one, world), margin), style: 'kept' };
    }),
  ];
}

/** Where the step is due or kept: what says so. Where it is neither: all that was decided instead. */
function reasonsFor({ actions, held, verdict }: Dossier, step: string): readonly Reason[] {
  const kinds = steps[step] ?? [];
  const due = actions.filter(({ kind }) => kinds.includes(kind)).flatMap((action) => action.why);
  const kept = held.filter((one) => kinds.includes(one.step)).flatMap(({ guards, why }) => [...guards, ...why]);
  return due.length + kept.length > 0 ? [...kept, ...due] : (verdict?.reasons ?? []);
}

const nextLine = (verdict: Verdict | undefined): string[] =>
  verdict?.next === undefined
    ? []
    : [
        `  next      ${stepWords[verdict.next.step]} not before ${clockTime(verdict.next.at)}, if everything stays as it is`,
      ];

/** Which policy won each field. */
const winners = ({ effective }: Dossier, { lines, policyFile }: World): string[] =>
  columns(
    Object.entries(effective?.winners ?? {}).map(([field, policy]) => [
      field,
      policy,
      cite(`${policy}/${field.replaceAll('.', '/')}`, lines, policyFile),
    ]),
  );

const history = ({ history: entries, record }: Dossier): string[] =>
  columns([
    ...(record ? [[clockTime(record.firstSeenAt), 'first seen', '', '']] : []),
    ...entries.map(({ at, what, phase, policy, policyHash }) => [
      clockTime(at),
      what,
      phase,
      policy === undefined ? '' : `${policy} ${policyHash?.slice(0, 7) ?? ''}`,
    ]),
  ]);

const section = (title: string, lines: readonly string[]): Line[] =>
  lines.length === 0 ? [] : [{ text: title, style: 'quiet' }, ...lines.map((line) => `  ${line}`)];
