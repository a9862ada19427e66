import type { AwsEvent } from '../../local/kernel/service.ts';
import type { ImageRecord } from '../../shared/model/records.ts';
import { isoTime } from '../../shared/model/time.ts';
import { movement } from '../render/publish.ts';
import { dataOf, type Scene, scenesOf } from './scenes.ts';

/** What the story is told from, and nothing else: what was emitted, and what the store says of images. */
export interface Material {
  readonly events: readonly AwsEvent[];
  readonly records: ReadonlyMap<string, ImageRecord>;
}

/** Snapshot storage, standard tier, us-east-1; an upper bound, since snapshots are incremental. */
const usdPerGiBMonth = 0.05;

export const tell = (material: Material): string[] => [...linesOf(material), summary(material)];

/** One line for each thing that happened. */
export function linesOf(material: Material): string[] {
  const told = scenesOf(material.events).flatMap((scene) => {
    const line = lineOf(scene, material.records);
    return line === undefined ? [] : [{ at: scene.at, line }];
  });
  let day = '';
  return told.map(({ at, line }) => {
    const [date = '', time = ''] = isoTime(at).slice(0, 16).split('T');
    const shown = date === day ? ' '.repeat(date.length) : date;
    day = date;
    return `${shown} ${time}  ${line}`;
  });
}

const line = (word: string, ...parts: readonly string[]): string => `${word.padEnd(13)} ${parts.join('   ')}`;

type Teller = (scene: Scene, records: Material['records']) => string | undefined;

const tellers: Readonly<Record<string, Teller>> = {
  'AMI Observed': observed,
  'AMI Copy Started': ({ name, regions }) => line('copying', name, `to ${regions.join(', ')}`),
  'AMI Copied': ({ name, data }) => line('copied', name, data.map(copiedTo).join(', ')),
  'AMI Copy Failed': ({ name, data }) => line('failed', name, data.map(failedIn).join(', ')),
  'AMI Shared': ({ name, regions, data }) => line('shared', name, regions.join(', '), `with ${sharees(data)}`),
  'AMI Unshared': ({ name, regions }) => line('unshared', name, regions.join(', ')),
  'AMI Published': published,
  'AMI Deprecated': ({ name, regions, data }) => line('deprecated', name, count(regions, 'Region'), waitOf(data)),
  'AMI Disabled': ({ name, regions, data }) =>
    line('disabled', name, count(regions, 'Region'), `${sharesIn(data)} shares saved for undo`),
  'AMI Deregistered': deregistered,
  'AMI Action Blocked': blocked,
};

const lineOf: Teller = (scene, records) => tellers[scene.type]?.(scene, records);

/** Only roots are news; a copy that is seen for the first time was announced when it was started. */
function observed({ data, regions }: Scene): string | undefined {
  const roots = data.filter(({ role }) => role === 'root');
  const [first] = roots;
  if (!first) return undefined;
  if (first.seenBy === 'event') return line('event', `${first.name} is available in ${first.region}`);
  const names = roots.map(({ name }) => name).join(', ');
  const copies = data.length - roots.length;
  const where = copies > 0 ? ` with ${copies} copies in ${regions.length} Regions` : ` in ${first.region}`;
  return line('sweep', `found ${names}${where}, of which no event had told`);
}

const copiedTo = ({ region, seconds, attempt }: Record<string, unknown>): string =>
  `${region} (${Math.round(Number(seconds) / 60)} min${Number(attempt) > 1 ? `, try ${attempt}` : ''})`;

const failedIn = ({ region, target, error, retryAt, final }: Record<string, unknown>): string => {
  const next = typeof retryAt === 'number' ? `; again after ${isoTime(retryAt).slice(11, 16)}` : '';
  return `${target ?? region} "${error ?? 'it vanished'}"${final === true ? '; given up' : next}`;
};

function sharees(data: Scene['data']): string {
  const added = new Set(data.flatMap((one) => (one.added as string[] | undefined) ?? []));
  const kinds = Map.groupBy(added, (principal) => principal.split(':')[0] ?? '');
  const words: Record<string, string> = { account: 'account', organization: 'organization', unit: 'OU' };
  return [...kinds].map(([kind, list]) => (words[kind] ? count(list, words[kind]) : 'everyone')).join(', ');
}

const sharesIn = (data: Scene['data']): number =>
  data.reduce((sum, one) => sum + ((one.savedShares as unknown[] | undefined)?.length ?? 0), 0);

function waitOf(data: Scene['data']): string {
  const reason = (data[0]?.reasons as { data?: Record<string, unknown> }[] | undefined)?.[0]?.data;
  return `outside the newest ${reason?.keepLast} for ${reason?.wait}`;
}

function deregistered({ name, regions, data }: Scene): string {
  const snapshots = data.flatMap((one) => (one.snapshots as { result: string }[] | undefined) ?? []);
  const deleted = snapshots.filter(({ result }) => result === 'success');
  if (data.some(({ failedCopy }) => failedCopy))
    return line('removed', name, `failed copy in ${regions.join(', ')}, ${count(deleted, 'snapshot')}`);
  const kept = snapshots.length - deleted.length;
  const notDeleted = kept > 0 ? `, ${kept} not deleted` : '';
  return line(
    'deregistered',
    name,
    `${count(data, 'image')}, ${count(deleted, 'snapshot')}${notDeleted}, ${giBIn(data)} GiB`,
    `-${monthly(data)} USD/month`,
  );
}

function published({ name, regions, data }: Scene): string {
  const { pointer, fromName } = data[0] ?? {};
  const from = typeof fromName === 'string' ? fromName : undefined;
  return line('published', String(pointer), movement(from, name), `in ${count(regions, 'Region')}`);
}

function blocked({ name, data }: Scene): string {
  const step = String(data[0]?.step ?? '').replace(/-image$/, '');
  const guards = data.flatMap((one) => (one.guards as Guard[] | undefined) ?? []);
  const why = [...new Set(guards.map(guardText))].slice(0, 2).join('; ');
  const held = data[0]?.status === 'held';
  return line(held ? 'kept' : 'blocked', name, held ? `would ${step}, but ${why}` : `${step}: ${data[0]?.why}`);
}

interface Guard {
  readonly code: string;
  readonly data?: { readonly by?: string; readonly image?: string };
}

const guardText = ({ code, data }: Guard): string => (data?.by ? `${data.by} uses ${data.image}` : code);

const giBIn = (data: Scene['data']): number => data.reduce((sum, { sizeGiB }) => sum + Number(sizeGiB ?? 0), 0);
const monthly = (data: Scene['data']): string => (giBIn(data) * usdPerGiBMonth).toFixed(2);

const count = (list: { readonly length: number }, word: string): string =>
  `${list.length} ${word}${list.length === 1 ? '' : 's'}`;

/** Counted from the very events that were told. */
function summary({ events, records }: Material): string {
  const ours = events.filter(({ source }) => source === 'ami-steward');
  const of = (type: string) => ours.filter((event) => event['detail-type'] === type).map(dataOf);
  const gone = of('AMI Deregistered').filter(({ failedCopy }) => !failedCopy);
  const copied = of('AMI Copied');
  const healed = copied.filter(({ attempt }) => Number(attempt) > 1);
  const generations = new Set(gone.map(({ root }) => root));
  const kept = new Set(
    of('AMI Action Blocked')
      .filter(({ status }) => status === 'held')
      .map(({ root }) => root),
  );
  const stillThere = [...kept].filter((root) => records.get(String(root))?.goneAt === undefined);
  const tries = healed.length > 0 ? ` (${healed.length} on a later try)` : '';
  return `${count(copied, 'copies').replace(/copiess?$/, copied.length === 1 ? 'copy' : 'copies')}${tries}, ${count([...generations], 'generation')} removed, ${stillThere.length} kept. ${monthly(gone)} USD/month saved.`;
}
