import type { Reason } from '../../shared/model/codes.ts';
import { type ImageKey, imageRef } from '../../shared/model/ids.ts';
import type { AffectedImage, AffectedLineage } from '../../shared/rules/affected.ts';
import { inWords } from '../../shared/rules/elsewhere.ts';
import { sentence } from '../../shared/rules/explain.ts';
import type { Answer } from '../affected.ts';
import type { Line } from '../output.ts';
import type { World } from '../worlds/world.ts';
import { blindLines } from './blind.ts';
import { columns } from './table.ts';
import { counted, date, degradedLines, headLine } from './words.ts';

const margin = 100;
/** More than these are a number: `--json` has them all. */
const mostShown = 4;
const useWords: Readonly<Record<AffectedImage['use'], string>> = {
  'in-use': 'in use',
  'not-seen': 'not seen in use',
  unknown: 'use unknown',
};

/** The image with its copies, what was built on it, who uses all that, what was not seen, and what to do next. */
export function renderAffected(answer: Answer, world: World, where: string): Line[] {
  const [top, ...built] = answer.lineages;
  if (!top) return [];
  return [
    { text: headLine('affected', answer.header), style: 'head' },
    ...lineageLines(top, answer.ours ? copiesOf(top) : 'not of this account'),
    ...findingLines(answer),
    ...(built.length > 0 ? ['Built on it'] : []),
    ...built.flatMap((one) => lineageLines(one, `from ${one.from ?? '?'}   [${one.tie ?? '?'}]`)),
    ...elsewhereLines(answer),
    ...unsureLines(answer),
    ...blindSpots(answer).map((text): Line => ({ text, style: 'change' })),
    ...blindLines(world, margin),
    ...degradedLines(answer.header).map((text): Line => ({ text, style: 'remove' })),
    totals(answer),
    ...foreignNote(answer),
    ...nextCommands(answer, where).map((line) => `Next:    ${line}`),
  ];
}

const copiesOf = ({ images }: AffectedLineage): string => `root and ${counted(images.length - 1, 'copy', 'copies')}`;

function lineageLines({ root, images }: AffectedLineage, relation: string): Line[] {
  const name = images.find((one) => one.name !== undefined)?.name ?? 'name not known';
  const rows = images.map((one) => {
    const { region, id } = imageRef(one.image);
    return [`  ${id}`, region, one.state, inspector(one), useOf(one)];
  });
  return [{ text: `${name}   ${root}   ${relation}`, style: 'head' }, ...columns(rows)];
}

function useOf(one: AffectedImage): string {
  const what = usersOf(one);
  const lacking = [...new Set(one.unread.map(sourceOf))].map((source) => `${source} not relied on`);
  const said = cut(one.use === 'unknown' ? lacking : what);
  return [useWords[one.use], ...(said === '' ? [] : [said])].join(': ');
}

/** In a word what was not read; the lines below say why. */
const sourceOf = ({ code, data }: Reason): string =>
  String(data?.source ?? data?.pointer ?? (code.startsWith('usage-report') ? 'usage reports' : code));

/** Instances by count, everything else by name. */
function usersOf({ users, pointers, elsewhere }: AffectedImage): string[] {
  const running = Map.groupBy(
    users.filter(({ source }) => source === 'instances'),
    ({ region }) => region,
  );
  const others = new Set(elsewhere?.uses.map(({ account }) => account));
  return [
    ...[...running].map(([region, list]) => `${counted(list.length, 'instance')} in ${region}`),
    ...users.filter(({ source }) => source !== 'instances').map(({ by }) => by),
    ...pointers.map((pointer) => `${pointer} (pointer of ours)`),
    ...(others.size > 0 ? [counted(others.size, 'other account')] : []),
  ];
}

function cut(texts: readonly string[], between = '; '): string {
  const more = texts.length - mostShown;
  return [...texts.slice(0, mostShown), ...(more > 0 ? [`and ${more} more`] : [])].join(between);
}

function inspector({ severity, fixAvailableSince }: AffectedImage): string {
  if (!severity) return '';
  if (!severity.complete) return `Inspector: not known, ${severity.why}`;
  if (severity.value === undefined) return 'Inspector: never scanned';
  const fix = fixAvailableSince === undefined ? '' : `, fix available since ${date(fixAvailableSince)}`;
  return `Inspector: ${severity.value}${fix}`;
}

/** The worst first, of the image that was asked about: its copies hold the same. */
function findingLines({ findings, image }: Answer): Line[] {
  if (!findings) return [];
  if (!findings.complete) return [`Note:    the findings in ${image} were not read: ${findings.why}`];
  const rows = findings.value
    .slice(0, mostShown)
    .map((one) => [
      `    ${one.severity ?? 'of unknown severity'}`,
      one.title,
      one.firstSeenAt === undefined ? '' : `seen since ${date(one.firstSeenAt)}`,
      one.fixAvailable ? 'fix available' : 'no fix yet',
    ]);
  const more = findings.value.length - rows.length;
  return [...columns(rows), ...(more > 0 ? [`    and ${more} more`] : [])];
}

const everyImage = ({ lineages }: Answer): AffectedImage[] => lineages.flatMap(({ images }) => [...images]);

/** By image, since a report counts one of them. */
function elsewhereLines(answer: Answer): Line[] {
  const rows = everyImage(answer).flatMap(({ image, elsewhere }) => {
    const byAccount = Map.groupBy(elsewhere?.uses ?? [], ({ account }) => account);
    return [...byAccount].map(([account, uses]) => [
      `  ${account}`,
      uses.map(inWords).join(', '),
      image,
      elsewhere ? `(report of ${date(elsewhere.at)}; the last 24 hours before it may be missing)` : '',
    ]);
  });
  return rows.length === 0 ? [] : ['Other accounts', ...columns(rows)];
}

/** By what was lacking, which is the same for many. */
export const unsureLines = ({ unsure }: Pick<Answer, 'unsure'>): Line[] =>
  [...Map.groupBy(unsure, ({ why }) => why)].map(([why, all]): Line => {
    const roots = cut(all.map(({ root }) => root));
    return {
      text: `Unsure:  ${counted(all.length, 'lineage')} may descend from it: ${why} (${roots})`,
      style: 'change',
    };
  });

/** What failed in the same way in many Regions, or for many images, is one line. */
function blindSpots(answer: Answer): string[] {
  const single = everyImage(answer).flatMap(({ unread }) => unread.filter((reason) => !answer.blind.includes(reason)));
  return [...Map.groupBy([...answer.blind, ...single], alike).values()].flatMap((all) => {
    const [first] = all;
    const data = { ...first?.data, ...joined('region', all), ...joined('image', all) };
    return first ? [`Blind:   ${sentence({ ...first, data })}`] : [];
  });
}

const alike = ({ code, data }: Reason): string => `${code} ${data?.source} ${data?.pointer} ${data?.why}`;

function joined(key: 'region' | 'image', all: readonly Reason[]): Reason['data'] {
  const values = [...new Set(all.flatMap(({ data }) => data?.[key] ?? []))].map(String);
  return values.length === 0 ? {} : { [key]: cut(values, ', ') };
}

export function countsOf(answer: Answer) {
  const images = everyImage(answer);
  const count = (use: AffectedImage['use']): number => images.filter((one) => one.use === use).length;
  return {
    images: images.length,
    lineages: answer.lineages.length,
    inUse: count('in-use'),
    notSeenInUse: count('not-seen'),
    useUnknown: count('unknown'),
  };
}

function totals(answer: Answer): string {
  const { images, lineages, inUse, notSeenInUse, useUnknown } = countsOf(answer);
  const uses = `${inUse} in use, ${notSeenInUse} not seen in use, ${useUnknown} of unknown use`;
  return `${counted(images, 'image')} in ${counted(lineages, 'lineage')}: ${uses}.`;
}

const foreignNote = ({ ours }: Answer): string[] =>
  ours ? [] : ['Note:    its owner may offer it in other Regions under other ids: ask for each of them.'];

/** Only images of this account can be revoked: of a base that is none, what was built on it directly. */
export function nextCommands({ ours, lineages }: Answer, where: string): string[] {
  const [top, ...built] = lineages;
  const direct = built.filter(({ from }) => top?.images.some(({ image }) => image === from));
  const roots: ImageKey[] = ours && top ? [top.root] : direct.map(({ root }) => root);
  return roots.map((root) => `ami-steward revoke ${root} --descendants --reason TEXT ${where} --plan`);
}
