import { rmSync } from 'node:fs';
import { afterAll, expect, it } from 'vitest';
import { putImage } from '../../local/ec2/fixtures.ts';
import { keyArn } from '../../local/ec2/keys.ts';
import { hour } from '../../shared/model/time.ts';
import { emptyFolder } from '../cli/shell.ts';
import { takeRefused } from '../roles/decisions.ts';
import { examinedByOperator } from '../roles/examined.ts';
import { operatorOf } from '../roles/operator.ts';
import { account, home, openWith, pass, putWeb } from './support.ts';

const cwd = emptyFolder();
afterAll(() => rmSync(cwd, { recursive: true }));

const policy = `copy: { since: 2025-01-01, to: [{ region: eu-west-1, kmsKey: alias/golden }] }
family: { key: "{nameBase}" }
share: { kms: verify, accounts: ["222233334444"] }`;

async function deployed() {
  const stack = await openWith(policy);
  putWeb(stack.aws, { disks: [{ kmsKeyId: keyArn({ account, region: home }, 'alias/golden') }] });
  await pass(stack.aws, 2 * hour);
  return { stack, operator: await operatorOf(stack, cwd) };
}

it('an operator asks doctor about everything, and is refused in its dry runs alone what takes or copies', async () => {
  const { stack } = await deployed();
  const { diagnoses } = await examinedByOperator(stack);
  expect(diagnoses.filter(({ finding }) => finding.status === 'unchecked')).toEqual([]);
  expect(diagnoses.find(({ check }) => check === 'permissions to read')).toMatchObject({ finding: { status: 'ok' } });
  expect([...new Set(takeRefused().map((one) => one.split(' ')[1]))]).toEqual([
    'ec2:CopyImage',
    'ec2:CreateImageUsageReport',
    'ec2:DeleteSnapshot',
    'ec2:DeleteTags',
    'ec2:DeregisterImage',
    'ec2:DisableImage',
    'ec2:ModifySnapshotAttribute',
  ]);
});

it.each(['name=web-*', 'sharedWith=222233334444', 'owner=222233334444'])(
  'an operator searches for %s',
  async (where) => {
    const { operator, stack } = await deployed();
    putImage(stack.aws, { account: '222233334444', region: home, name: 'theirs', permissions: ['group:all'] });
    const { code, out, err } = await operator(['search', '--where', where, '--table', 'T']);
    expect({ code, err }).toEqual({ code: 0, err: '' });
    expect(out).toContain(where.startsWith('owner') ? 'theirs' : 'web-1');
  },
);
