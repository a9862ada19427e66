import { expect, test } from 'vitest';
import { keyLines } from '../../cli/render/keys.ts';
import { because } from '../../shared/model/codes.ts';
import type { Plan, Verdict } from '../../shared/model/plan.ts';

const key = 'arn:aws:kms:eu-west-1:111122223333:key/k';
const verdict = (principals: string[]): Verdict => ({
  image: 'eu-west-1/ami-0c4300000000a1b2c',
  root: 'us-east-1/ami-0c4300000000a1b2c',
  code: 'key-not-shared',
  reasons: [because('key-not-shared', { key, principals })],
});
const plan = (...verdicts: Verdict[]): Plan => ({ actions: [], held: [], halted: [], verdicts });

test('A plan names each key once with all who cannot use it, and the statement to add', () => {
  const [line, statement, ...more] = keyLines(
    plan(verdict(['account:222233334444']), verdict(['account:333344445555'])),
  );
  expect(line).toContain(`${key} cannot be used by account:222233334444, account:333344445555`);
  expect(JSON.parse(statement ?? '')).toMatchObject({
    Effect: 'Allow',
    Principal: { AWS: ['arn:aws:iam::222233334444:root', 'arn:aws:iam::333344445555:root'] },
    Action: expect.arrayContaining(['kms:Decrypt', 'kms:CreateGrant']),
  });
  expect(more).toEqual([]);
  expect(keyLines(plan())).toEqual([]);
});
