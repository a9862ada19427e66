import type { LocalStack } from '../../cli/worlds/local.ts';
import { putImage } from '../../local/ec2/fixtures.ts';
import { imageKey } from '../../shared/model/ids.ts';
import { marksFor } from '../../shared/model/marks.ts';
import { day } from '../../shared/model/time.ts';
import { images, nothing } from './demo.ts';

export const account = '111122223333';
export const region = 'us-east-1';

/** One Region, one policy, short waits: three generations old enough, of which the newest two always stay. */
const short = (text: string): string =>
  text
    .replace(/ {4}copy:[\s\S]*? {4}share:/, '    share:')
    .replace('keepLast: 3', 'keepLast: 2')
    .replace('afterSuperseded: 14d', 'afterSuperseded: 7d')
    .replace('afterDeprecated: 30d', 'afterDeprecated: 1d')
    .replace('afterDisabled: 30d', 'afterDisabled: 7d')
    .replace('lastLaunchedWithin: 30d', 'lastLaunchedWithin: 2d');

export const idOf = (generation: number): string => `ami-0e${generation}00000000a1b2c`;

/** @param change rewrites the text of the policy once more */
export async function world(
  more: Record<number, object> = {},
  change: (text: string) => string = (text) => text,
): Promise<LocalStack> {
  const stack = await nothing((text) => change(short(text)));
  const { aws } = stack;
  for (const generation of [10, 11, 12]) {
    const createdAt = aws.timeline.now() - (60 - generation) * day;
    const id = idOf(generation);
    const tags = { Team: 'platform', Family: 'web', ...marksFor(imageKey(region, id), createdAt, 'golden-al2023') };
    putImage(aws, {
      account,
      region,
      id,
      name: `golden-al2023-w${generation}`,
      createdAt,
      tags,
      snapshotTags: tags,
      ...more[generation],
    });
  }
  return stack;
}

export const stateOf = (stack: LocalStack, generation: number): string =>
  images(stack, region).find(({ ImageId }) => ImageId === idOf(generation))?.State ?? 'gone';
