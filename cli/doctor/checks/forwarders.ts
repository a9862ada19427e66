import { compilePattern } from '../../../local/services/event-pattern.ts';
import { partitionOf } from '../../../shared/model/ids.ts';
import type { EventRule } from '../../../shared/ports/event-rules.ts';
import { type Finding, unchecked } from '../finding.ts';
import { type About, check } from '../patient.ts';
import { inRegions, type Regional } from '../regional.ts';
import { lookIn, type SeenIn } from '../seen.ts';

const source = 'aws.ec2';

/** Whether events about images find their way: at home into a queue, elsewhere to the home bus. */
export const forwarders = check(
  'events',
  ({ regions, ports }) => lookIn(regions, (region) => ports.eventRules.of(region, source)),
  judgeForwarders,
);

export function judgeForwarders(
  looks: readonly SeenIn<readonly EventRule[]>[],
  about: Pick<About, 'home' | 'identity' | 'stack' | 'kind'>,
): Finding[] {
  const { stack, kind } = about;
  if (kind === 'aws' && stack.seen && !stack.value)
    return [
      unchecked('no-stack', 'without a stack nothing is to be forwarded; the sweep of a stack finds every image'),
    ];
  return inRegions(looks, 'whether events are forwarded', (rules, region) => judged(rules, region, about));
}

function judged(
  rules: readonly EventRule[],
  region: string,
  { home, identity }: Pick<About, 'home' | 'identity'>,
): Regional {
  const isHome = region === home;
  if (!isHome && partitionOf(home) !== 'aws')
    return {
      status: 'ok',
      says: 'no buses across Regions in this partition: the sweep finds images within 15 minutes',
    };
  const isTarget = (arn: string) =>
    isHome ? arn.split(':')[2] === 'sqs' : arn.endsWith(`:events:${home}:${identity.account}:event-bus/default`);
  const right = rules.filter(
    ({ targets, pattern }) => targets.some(isTarget) && matches(pattern, announced(identity, region)),
  );
  if (right.some(({ enabled }) => enabled))
    return { status: 'ok', says: isHome ? 'events go to the work queue' : `events go to ${home}` };
  const what = right.length > 0 ? 'the rule for events is switched off' : 'no rule takes up events';
  return {
    status: 'warning',
    says: `${what}: the sweep finds images within 15 minutes`,
    next: right.map(({ name }) => `aws events enable-rule --name ${name} --region $region`),
  };
}

/** As EC2 sends it: the rules of the stack take only what is about its own account. */
const announced = ({ account }: About['identity'], region: string) => ({
  source,
  'detail-type': 'EC2 AMI State Change',
  account,
  region,
  detail: { State: 'available' },
});

/** What is no pattern matches nothing. */
function matches(pattern: string | undefined, event: object): boolean {
  try {
    return pattern !== undefined && compilePattern(JSON.parse(pattern) as Record<string, unknown>)(event);
  } catch {
    return false;
  }
}
