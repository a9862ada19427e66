import type { LocalStack } from '../cli/worlds/local.ts';
import type { IncomingCall } from '../local/world.ts';
import { sweep } from '../shared/engine/sweep.ts';
import { reap, retire } from '../shared/engine/take.ts';

/** Calls by what they are, and how many there were. */
export type Counts = Readonly<Record<string, number>>;

/** One call about one image or template is another matter than a page of all of them. */
function nameOf({ operation, input }: IncomingCall): string {
  const asked = input as Readonly<Record<string, unknown>>;
  if (operation === 'DescribeImages' && asked.ImageIds) return 'DescribeImages, one image';
  if (operation === 'DescribeLaunchTemplateVersions')
    return `${operation}, ${asked.LaunchTemplateId ? (asked.Versions ? 'named' : 'one template') : 'all templates'}`;
  return asked.DryRun ? `${operation}, dry run` : operation;
}

export async function counted({ aws }: LocalStack, run: () => Promise<unknown>): Promise<Counts> {
  const counts: Record<string, number> = {};
  const before = aws.interceptor;
  aws.interceptor = (call, perform) => {
    const name = nameOf(call);
    counts[name] = (counts[name] ?? 0) + 1;
    return before(call, perform);
  };
  await run();
  aws.interceptor = before;
  return counts;
}

/** One of each, in the order of their schedules. */
export async function countRuns(stack: LocalStack): Promise<Readonly<Record<'sweep' | 'retire' | 'reap', Counts>>> {
  return {
    sweep: await counted(stack, () => sweep(stack.engine)),
    retire: await counted(stack, () => retire(stack.engine)),
    reap: await counted(stack, () => reap(stack.engine)),
  };
}
