import { imageRef } from '../../shared/model/ids.ts';
import type { ImageRecord } from '../../shared/model/records.ts';
import type { Line } from '../output.ts';
import { counted } from '../render/words.ts';
import { version } from '../version.ts';
import type { LocalStack } from '../worlds/local.ts';
import { materialOf } from './material.ts';
import { dataOf } from './scenes.ts';
import type { Story, StoryOptions } from './story.ts';

interface Owned {
  readonly account: string;
  readonly region: string;
}

/** What world the story plays in, counted in its state as it began. */
export function prologue({ began }: Story, { seed, policy }: StoryOptions): Line {
  const { accounts, regions, images } = began;
  const text = [
    `AMI Steward ${version()}`,
    'embedded AWS: no account, no network',
    `${counted(accounts, 'account')}, ${counted(regions, 'Region')}, ${counted(images, 'image')}`,
    `seed ${seed}`,
    `policy ${policy.hash.slice(0, 7)}`,
  ].join('   ');
  return { text, style: 'head' };
}

export function countWorld({ aws }: Pick<LocalStack, 'aws'>): Story['began'] {
  const images = [...aws.state.table<Owned>('images').values()];
  return {
    accounts: new Set(images.map(({ account }) => account)).size,
    regions: new Set(images.map(({ region }) => region)).size,
    images: images.length,
  };
}

/** Where the state lies, and three questions about what the story was about. */
export async function epilogue({ stack, days }: Story): Promise<Line[]> {
  const { events, records } = await materialOf(stack);
  const roots = [...records.values()].filter(({ role }) => role === 'root');
  const newest = roots.reduce<ImageRecord | undefined>((a, b) => ((b.built ?? 0) > (a?.built ?? 0) ? b : a), undefined);
  const kept = events.filter((event) => dataOf(event).status === 'held').at(-1);
  const about = (kept && records.get(String(dataOf(kept).root))) ?? newest;
  const ask = (words: string) => `npx ami-steward ${words} --local`;
  const questions = [
    ...(newest ? [ask(`lineage ${beginning(newest, records)}`)] : []),
    ...(about ? [ask(`why ${beginning(about, records)}`)] : []),
    ask('plan'),
  ];
  return [
    `${counted(days, 'day')}. State: .local/`,
    ...questions.map((line, i) => `${i === 0 ? 'Try:' : '    '}  ${line}`),
  ];
}

const shortest = 'ami-0000'.length;

/** The shortest beginning of an id that fits no image of another lineage. */
function beginning({ image, root }: ImageRecord, records: ReadonlyMap<string, ImageRecord>): string {
  const { id } = imageRef(image);
  const others = [...records.values()]
    .filter((record) => record.root !== root)
    .map((record) => imageRef(record.image).id);
  let length = shortest;
  while (length < id.length && others.some((other) => other.startsWith(id.slice(0, length)))) length++;
  return id.slice(0, length);
}
