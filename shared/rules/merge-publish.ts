import type { Region } from '../model/ids.ts';
import type { Pointer } from '../model/pointer.ts';
import type { Mode, Policy, PublishPolicy } from '../model/policy.ts';
import { byText, sorted } from './order.ts';

/** One pointer that policies ask for, before it has a name and a Region. */
export interface WantedPointer {
  readonly kind: Pointer['kind'];
  /** Template over the placeholders of a family key. */
  readonly template: string;
  readonly regions: 'all' | readonly Region[];
  /** Every Region first. */
  readonly together: boolean;
  readonly setDefault: boolean;
  readonly policy: string;
  readonly mode: Mode;
}

/** Pointers and their Regions are united; of how they move, the more careful way. `policies` act before they show. */
export function mergePointers(policies: readonly Policy[]): WantedPointer[] {
  const asked = policies.flatMap(({ name, mode, publish }) => (publish ? wishes(name, mode, publish) : []));
  const groups = Map.groupBy(asked, ({ kind, template }) => `${kind} ${template}`);
  return [...groups].sort(([a], [b]) => byText(a, b)).map(([, group]) => united(group));
}

const wishes = (policy: string, mode: Mode, { when, ssm, launchTemplates }: PublishPolicy): WantedPointer[] => {
  const common = { together: when === 'all-regions', policy, mode };
  return [
    ...ssm.map(
      ({ parameter, regions }) =>
        ({ ...common, kind: 'parameter', template: parameter, regions, setDefault: false }) as const,
    ),
    ...launchTemplates.map(
      ({ name, setDefault }) =>
        ({ ...common, kind: 'launch-template', template: name, regions: 'all', setDefault }) as const,
    ),
  ];
};

function united(group: readonly WantedPointer[]): WantedPointer {
  const [first] = group as [WantedPointer, ...WantedPointer[]];
  const everywhere = group.some(({ regions }) => regions === 'all');
  return {
    ...first,
    regions: everywhere ? 'all' : sorted(group.flatMap(({ regions }) => regions)),
    together: group.some(({ together }) => together),
    setDefault: group.every(({ setDefault }) => setDefault),
  };
}
