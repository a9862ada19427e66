import type { LocalStack } from '../../cli/worlds/local.ts';
import { type ImageFixture, putImage } from '../../local/ec2/fixtures.ts';
import { eventLog } from '../../local/services/events.ts';
import { EmbeddedAws } from '../../local/world.ts';
import { observe } from '../../shared/engine/observe.ts';
import type { Plan } from '../../shared/model/plan.ts';
import type { Policy, PublishPolicy } from '../../shared/model/policy.ts';
import { type Duration, hour } from '../../shared/model/time.ts';
import { decide } from '../../shared/rules/decide.ts';
import { deployWithRoles } from '../roles/deploy.ts';
import { abroad, compiled, copyTo, home, policy } from '../rules/make.ts';

export const parameter = '/golden/x86_64/latest';
export const publish: PublishPolicy = {
  when: 'all-regions',
  ssm: [{ parameter: '/golden/{architecture}/latest', regions: 'all' }],
  launchTemplates: [],
};

export interface Published {
  readonly stack: LocalStack;
  /** A golden image that was just built, in the home Region. */
  readonly build: (number: number, more?: Partial<ImageFixture>) => string;
  readonly pass: (duration: Duration) => Promise<void>;
  /** The name of the image that the parameter names, in each Region. */
  readonly latest: () => Record<string, string | undefined>;
  /** Names of the images that the parameter of a Region has named, in order. */
  readonly history: (region: string) => string[];
  /** `AMI Published` as told: Region, from, to. */
  readonly told: () => string[];
  /** Decided anew, with everything in view. */
  readonly plan: () => Promise<Plan>;
  readonly call: (service: 'ec2' | 'ssm', operation: string, input: object, region?: string) => unknown;
}

/** The product in an embedded AWS with one policy, which copies to one other Region and publishes. */
export async function publishing(more: Partial<Policy> = {}, idleEvery?: Duration): Promise<Published> {
  const aws = EmbeddedAws.open({ start: Date.UTC(2026, 0, 5, 9), homeRegion: home });
  const rules = compiled(policy({ copy: copyTo(abroad), publish, ...more }));
  const stack = await deployWithRoles(aws, rules, idleEvery === undefined ? {} : { idleEvery });
  const call: Published['call'] = (service, operation, input, region = home) =>
    aws.call(service, operation, input, { region });
  const nameOf = (region: string, id: string): string => {
    const { Images } = call('ec2', 'DescribeImages', { ImageIds: [id], IncludeDisabled: true }, region) as {
      Images: { Name: string }[];
    };
    return Images[0]?.Name ?? id;
  };
  const history = (region: string): string[] => {
    const versions = aws.state.table<{ value: string }[]>('ssm-history').get(`${aws.account}/${region}/${parameter}`);
    return (versions ?? []).map(({ value }) => nameOf(region, value));
  };
  return {
    stack,
    build: (number, fixture = {}) =>
      putImage(aws, { account: aws.account, region: home, name: `golden-${number}`, ...fixture }).id,
    pass: (duration) => aws.timeline.advanceTo(aws.timeline.now() + duration),
    latest: () => Object.fromEntries([home, abroad].map((region) => [region, history(region).at(-1)])),
    history,
    told: () => {
      const told = eventLog(aws).map(({ event }) => event);
      return told
        .filter((event) => event['detail-type'] === 'AMI Published')
        .map(({ detail }) => {
          const { regions, fromName = 'nothing', name } = detail.data as Record<string, string>;
          return `${regions}: ${fromName} -> ${name}`;
        });
    },
    plan: async () => {
      const inventory = await observe(stack.engine, { scope: 'account', grants: 'all', usage: true });
      return decide(inventory, rules, stack.engine.clock.now());
    },
    call,
  };
}

export const untilCopied = 6 * hour;

export const codesOf = (plan: Plan): string[] => [
  ...new Set(plan.verdicts.flatMap(({ reasons }) => reasons.map(({ code }) => code))),
];
