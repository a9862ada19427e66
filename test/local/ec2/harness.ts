import type { DescribeImagesResult, Image, Snapshot } from '@aws-sdk/client-ec2';
import { attachEc2Timers, ec2Service } from '../../../local/ec2/index.ts';
import { Random } from '../../../local/kernel/random.ts';
import { AwsError, type AwsEvent, type Switches, type World } from '../../../local/kernel/service.ts';
import { State } from '../../../local/kernel/state.ts';
import { defaultSwitches } from '../../../local/kernel/switches.ts';
import { Timeline } from '../../../local/kernel/timeline.ts';

export const account = '111122223333';
export const stranger = '444455556666';
export const home = 'eu-west-1';
export const away = 'us-east-1';
export const start = Date.parse('2026-01-05T08:00:00Z');

export type Emitted = Omit<AwsEvent, 'version' | 'id' | 'time'>;

export interface Ec2 {
  readonly world: World;
  readonly events: Emitted[];
  call<T = Record<string, never>>(operation: string, input: object, as?: { account?: string; region?: string }): T;
  /** The error's code; the call must fail. */
  code(operation: string, input: object, as?: { account?: string; region?: string }): string;
  pass(milliseconds: number): Promise<void>;
  image(id: string, as?: { account?: string; region?: string }): Image;
  snapshots(region?: string): Snapshot[];
}

export function makeEc2(switches: Partial<Switches> = {}, state = new State()): Ec2 {
  const events: Emitted[] = [];
  const world: World = {
    state,
    timeline: new Timeline(state, start),
    random: new Random(state, 7),
    switches: { ...defaultSwitches, ...switches },
    regions: [home, away, 'ap-southeast-2'],
    homeRegion: home,
    emit: (event) => events.push(event),
  };
  attachEc2Timers(world);
  let count = 0;
  const call = <T>(name: string, input: object, as: { account?: string; region?: string } = {}): T => {
    const operation = ec2Service.operations[name];
    if (!operation) throw new Error(`no operation ${name}`);
    count += 1;
    return operation(input as never, { account, region: home, ...as, requestId: () => `request-${count}`, world }) as T;
  };
  return {
    world,
    events,
    call,
    code: (name, input, as) => {
      try {
        call(name, input, as);
      } catch (error) {
        if (error instanceof AwsError) return error.code;
        throw error;
      }
      throw new Error(`${name} succeeded`);
    },
    pass: (milliseconds) => world.timeline.advanceTo(world.timeline.now() + milliseconds),
    image: (id, as) => {
      const input = { ImageIds: [id], IncludeDisabled: true };
      const image = call<DescribeImagesResult>('DescribeImages', input, as).Images?.[0];
      if (!image) throw new Error(`${id} is not listed`);
      return image;
    },
    snapshots: (region = home) =>
      call<{ Snapshots: Snapshot[] }>('DescribeSnapshots', { OwnerIds: ['self'] }, { region }).Snapshots,
  };
}

export const minutes = (count: number): number => count * 60_000;
export const hours = (count: number): number => count * 3_600_000;
export const days = (count: number): number => count * 86_400_000;
