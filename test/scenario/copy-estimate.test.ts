import { rmSync } from 'node:fs';
import { afterAll, describe, expect, it } from 'vitest';
import type { LocalStack } from '../../cli/worlds/local.ts';
import { day } from '../../shared/model/time.ts';
import type { CopyEstimate } from '../../shared/rules/estimate.ts';
import { emptyFolder } from '../cli/shell.ts';
import { operatorOf } from '../roles/operator.ts';
import { abroad, copiesIn, policyLines } from './copying.ts';
import { openWith, pass, putWeb, start } from './support.ts';

const cwd = emptyFolder();
afterAll(() => rmSync(cwd, { recursive: true }));
const targets = [abroad, 'eu-central-1', 'ap-south-1'];

/** An account with forty images of long ago, and the policy as somebody has just edited it. */
async function edited(lines: string): Promise<LocalStack> {
  const stack = await openWith(lines);
  for (let n = 0; n < 40; n += 1)
    putWeb(stack.aws, { name: `web-${n}`, createdAt: start - (30 + n) * day, disks: [{ sizeGiB: 10 }] });
  return stack;
}

async function planned(stack: LocalStack) {
  const operator = await operatorOf(stack, cwd);
  const { out } = await operator('plan --table T');
  const { estimate } = JSON.parse((await operator('plan --json --table T')).out) as { estimate: CopyEstimate };
  return { out, estimate };
}

describe('a policy that is edited so that very many copies are missing', () => {
  it('F70: has them told by the plan, with what they take, before a copy is made; then few begin in a day', async () => {
    const stack = await edited(policyLines({ to: targets, copy: ', maxInFlight: 3, maxPerDay: 10' }));
    const { out, estimate } = await planned(stack);
    expect(estimate.now.copies).toBeLessThanOrEqual(9);
    expect(estimate.now.copies + estimate.later.copies).toBe(120);
    expect(estimate.now.gib + estimate.later.gib).toBe(1_200);
    expect(out).toMatch(/^Storage: at most 1200 GiB-months a month for all of them, 60\.00 USD/m);
    expect(targets.flatMap((region) => copiesIn(stack.aws, region))).toEqual([]);
    await pass(stack.aws, day - 1);
    expect(targets.flatMap((region) => copiesIn(stack.aws, region))).toHaveLength(10);
  });

  it('F70: wants none of what was built before the day that it has to name', async () => {
    const stack = await edited(policyLines({ to: targets }).replace('since: all', 'since: 2026-01-01'));
    const { out, estimate } = await planned(stack);
    expect(estimate.now.copies + estimate.later.copies).toBe(0);
    expect(out).not.toMatch(/^Storage:/m);
    await pass(stack.aws, day);
    expect(targets.flatMap((region) => copiesIn(stack.aws, region))).toEqual([]);
  });
});
