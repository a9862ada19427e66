import { readFile } from 'node:fs/promises';
import { baseImageId, demoBuild, seedDemo } from '../../local/demo/seed.ts';
import type { AwsEvent } from '../../local/kernel/service.ts';
import type { CompiledPolicy } from '../../shared/model/policy.ts';
import { day, type Instant } from '../../shared/model/time.ts';
import { projectFile } from '../project.ts';
import { type LocalStack, openStack } from '../worlds/local.ts';
import { buildImage } from './builder.ts';
import { countWorld } from './frame.ts';
import { materialOf } from './material.ts';
import { tell } from './tell.ts';

/** What may be different in a telling: each changes the world, never the telling itself. */
export interface StoryOptions {
  readonly policy: CompiledPolicy;
  readonly file?: string;
  readonly seed: number;
  /** Generation whose event is lost on the way; 0 for none. */
  readonly drop: number;
  /** Whether the launch template that uses generation 42 exists. */
  readonly template: boolean;
  /** Whether the first copy to us-west-2 fails. */
  readonly failure: boolean;
  /** Where the telling stops; usually after three and a half months. */
  readonly until?: Instant;
}

export const usualStory = { seed: 1, drop: 45, template: true, failure: true };

export interface Story {
  readonly lines: readonly string[];
  readonly stack: LocalStack;
  readonly days: number;
  /** The world before anything happened. */
  readonly began: { readonly accounts: number; readonly regions: number; readonly images: number };
}

const builds: readonly { generation: number; at: Instant }[] = [
  { generation: 44, at: Date.UTC(2026, 1, 2, 9) },
  { generation: 45, at: Date.UTC(2026, 2, 2, 9) },
];
const end: Instant = Date.UTC(2026, 3, 20, 12);

/** Three and a half months in the life of a family of images, by the handlers that Lambda runs. */
export async function liveThrough(options: StoryOptions): Promise<Story> {
  const stack = await openStack({ ...options, idleEvery: day });
  const { aws } = stack;
  const from = aws.timeline.now();
  seedDemo(aws, { template: options.template });
  const began = countWorld(stack);
  if (options.failure) failNextCopy(stack, 'us-west-2');
  if (options.drop > 0) aws.faults.drop((event) => isAbout(event, `golden-al2023-${options.drop}`, stack));
  await announceNewImage(stack);
  const until = options.until ?? end;
  for (const { generation, at } of builds.filter((build) => build.at < until)) {
    await aws.timeline.advanceTo(at);
    await buildImage(aws, { name: `golden-al2023-${generation}`, base: baseImageId, tags: demoBuild });
    aws.save();
  }
  await aws.timeline.advanceTo(until);
  aws.save();
  const lines = tell(await materialOf(stack));
  return { lines, stack, days: Math.round((aws.timeline.now() - from) / day), began };
}

/** The next copy into a Region fails as a copy with a bad key does: late, and with EC2's own words. */
const failNextCopy = ({ aws }: LocalStack, region: string): void =>
  aws.state.table('injected').set(`fail-copy/${region}`, { remaining: 1, message: 'Given key ID is not accessible' });

const isAbout = (event: AwsEvent, name: string, { aws }: LocalStack): boolean => {
  const images = aws.state.table<{ id: string; name: string }>('images').values();
  return [...images].some((image) => image.id === event.detail.ImageId && image.name === name);
};

/** EC2's announcement of the image that the demo world begins with, as the saved sample has it. */
async function announceNewImage({ aws }: LocalStack): Promise<void> {
  const sample = await readFile(projectFile('events/ami-state-change/available.json'), 'utf8');
  aws.emit(JSON.parse(sample) as AwsEvent);
}
