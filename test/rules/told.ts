import { expect } from 'vitest';
import type { Plan } from '../../shared/model/plan.ts';
import { sentence } from '../../shared/rules/explain.ts';

/** The same plan: plain data without anything `undefined`, of which every reason has the figures that its sentence needs. */
export function told(plan: Plan): Plan {
  const reasons = [
    ...plan.actions.flatMap(({ why }) => why),
    ...plan.held.flatMap(({ why, guards }) => [...why, ...guards]),
    ...plan.verdicts.flatMap((verdict) => verdict.reasons),
  ];
  for (const reason of reasons) expect(sentence(reason)).not.toMatch(/something unnamed|undefined|NaN/);
  expect(plan).toStrictEqual(JSON.parse(JSON.stringify(plan)));
  return plan;
}
