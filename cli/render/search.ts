import type { Evidence } from '../../shared/model/evidence.ts';
import { type Image, keyOf } from '../../shared/model/image.ts';
import type { Inventory } from '../../shared/model/inventory.ts';
import { type Instant, isoTime } from '../../shared/model/time.ts';
import type { Hit } from '../../shared/rules/search.ts';
import type { Line } from '../output.ts';
import type { Search } from '../search/search.ts';
import { columns } from './table.ts';
import { counted, date, degradedLines, headLine } from './words.ts';

const heads = ['image', 'Region', 'name', 'state', 'built', 'last launch', 'shared', 'verdict'];

/** What was found, newest first, and what could not be told. */
export function renderSearch(found: Search): Line[] {
  const { header, result } = found;
  const rows = newestFirst(result.hits).map((hit) => rowOf(hit, found));
  return [
    { text: headLine('search', header), style: 'head' },
    ...(rows.length > 0 ? columns([heads, ...rows]) : []),
    `${counted(rows.length, 'image')} found.`,
    ...openLines(result).map((text): Line => ({ text, style: 'change' })),
    ...degradedLines(header).map((text): Line => ({ text, style: 'remove' })),
  ];
}

const newestFirst = (hits: readonly Hit[]): Hit[] =>
  [...hits].sort((a, b) => (b.built ?? 0) - (a.built ?? 0) || (keyOf(a.image) < keyOf(b.image) ? -1 : 1));

function rowOf({ image, built }: Hit, { inventory, plan }: Search): string[] {
  const verdict = plan.verdicts.find((one) => one.image === keyOf(image));
  return [
    image.id,
    image.region,
    image.name,
    image.state,
    built === undefined ? '?' : date(built),
    lastLaunch(image),
    shared(image, inventory),
    verdict ? [verdict.code, ...(verdict.policy === undefined ? [] : [`(${verdict.policy})`])].join(' ') : '-',
  ];
}

function lastLaunch({ lastLaunchedAt }: Image): string {
  if (!lastLaunchedAt.complete) return '?';
  return lastLaunchedAt.value === undefined ? 'never' : date(lastLaunchedAt.value);
}

function shared(image: Image, { grants }: Inventory): string {
  if (image.public) return 'anyone';
  const seen = grants[keyOf(image)];
  if (!seen?.complete) return 'not read';
  return seen.value.length === 0 ? 'no' : `with ${seen.value.length}`;
}

/** By what was lacking, since it is the same for many images. */
function openLines({ open }: Search['result']): string[] {
  const lacking = open.flatMap(({ image, questions }) => questions.map((one) => ({ image, ...one })));
  return [...Map.groupBy(lacking, ({ key, why }) => `${key}: ${why}`)].map(
    ([what, all]) => `${counted(all.length, 'image')} could not be decided by ${what}`,
  );
}

/** What `search --json` prints. */
export const searchDocument = (where: string, found: Search) => ({
  schemaVersion: 1,
  header: found.header,
  where,
  images: newestFirst(found.result.hits).map((hit) => entryOf(hit, found)),
  undecided: found.result.open,
});

function entryOf({ image, root, built }: Hit, { inventory, plan }: Search) {
  const key = keyOf(image);
  const verdict = plan.verdicts.find((one) => one.image === key);
  const { region, id, name, ownerId, state, architecture, platform, rootDeviceType, encrypted } = image;
  return {
    ...{ image: key, region, id, name, ownerId, state, architecture, platform, rootDeviceType, encrypted },
    public: image.public,
    root,
    built: iso(built),
    deprecationAt: iso(image.deprecationAt),
    lastLaunchedAt: told(image.lastLaunchedAt, (at) => iso(at) ?? null),
    severity: told(image.severity, (severity) => severity ?? null),
    tags: told(image.tags, (tags) => tags),
    sharedWith: told(inventory.grants[key], (grants) => grants),
    verdict: verdict?.code,
    policy: verdict?.policy,
  };
}

const iso = (at: Instant | undefined): string | undefined => (at === undefined ? undefined : isoTime(at));

/** What is unknown is left out; what is known to be nothing is `null`. */
const told = <T, S>(evidence: Evidence<T> | undefined, show: (value: T) => S): S | undefined =>
  evidence?.complete ? show(evidence.value) : undefined;
