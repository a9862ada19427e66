import type { Line } from '../output.ts';
import type { World } from '../worlds/world.ts';
import { cite } from './citations.ts';
import { spread } from './table.ts';

/** Where no use is looked for, and which checks of the policy file were set aside: in every plan, whatever it says. */
export function blindLines({ policy, lines, policyFile }: World, margin: number): Line[] {
  const line = (text: string, place: string): Line => ({
    text: spread(text, cite(place, lines, policyFile), margin),
    style: 'quiet',
  });
  const quiet = policy.policies.flatMap(({ name, retain, overrides }) => [
    ...(retain?.guards.off ?? []).map((source) =>
      line(`Blind:   ${name} does not look into ${source}`, `${name}/retain/guards/off`),
    ),
    ...(retain?.guards.sharedAccounts === false
      ? [line(`Blind:   ${name} does not look into other accounts`, `${name}/retain/guards/sharedAccounts`)]
      : []),
    ...overrides.map(({ rule, reason }) =>
      line(`Override: ${name} sets ${rule} aside: ${reason}`, `${name}/overrides`),
    ),
  ]);
  return [{ text: neverRead, style: 'quiet' }, ...quiet];
}

const neverRead =
  'Blind:   Batch, EMR, Elastic Beanstalk, instant fleets, instance refreshes, SecureStrings: never read.';
