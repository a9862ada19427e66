import type { Reason } from '../../shared/model/codes.ts';
import type { Verdict } from '../../shared/model/plan.ts';
import type { World } from '../worlds/world.ts';
import { type Block, noFamily } from './blocks.ts';
import { cite } from './citations.ts';
import { movement } from './publish.ts';

/** Pointers that will move once every Region has the image: no action yet, but what somebody waits for. */
export function waitingBlocks(verdicts: readonly Verdict[], world: World): Block[] {
  const waiting = verdicts.flatMap(({ root, family, reasons }) =>
    reasons.filter(({ code }) => code === 'publish-waits').map((reason) => ({ root, family, reason })),
  );
  const groups = Map.groupBy(
    waiting,
    ({ root, reason }) => `${root} ${told(reason, 'pointer')} ${told(reason, 'from')}`,
  );
  return [...groups.values()].flatMap(([first]) => (first ? [waitingBlock(first.family, first.reason, world)] : []));
}

const waitingBlock = (family: string | undefined, reason: Reason, { lines, policyFile }: World): Block => ({
  family: family ?? noFamily,
  sign: '~',
  word: 'publish',
  name: told(reason, 'pointer') ?? '',
  details: [movement(told(reason, 'from'), told(reason, 'to') ?? ''), `waits for ${told(reason, 'regions')}`],
  notes: [],
  cite: cite(`${told(reason, 'policy')}/publish`, lines, policyFile),
  waits: true,
  count: 0,
  step: 'publish-image',
});

function told({ data }: Reason, key: string): string | undefined {
  const value = data?.[key];
  return value === undefined ? undefined : [value].flat().join(', ');
}
