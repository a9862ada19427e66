import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { demoPolicyText } from '../scenario/demo.ts';
import { emptyFolder, shell } from './shell.ts';

const cwd = emptyFolder();
afterAll(() => rmSync(cwd, { recursive: true }));

interface Told {
  readonly check: string;
  readonly status: string;
  readonly says: string;
  readonly because?: string;
  readonly next?: readonly string[];
}

const told = (out: string): Told[] => (JSON.parse(out) as { findings: Told[] }).findings;
const of = (findings: readonly Told[], check: string): Told[] => findings.filter((one) => one.check === check);

describe('doctor --local', () => {
  it('says who calls, from where, and whether the account may use the Regions of the policy', async () => {
    const { code, out, err } = await shell(cwd, 'doctor --local');
    expect({ code, err }).toEqual({ code: 0, err: '' });
    expect(out).toMatch(/^AMI Steward doctor {3}embedded AWS 111122223333 {3}us-east-1 {3}policy [0-9a-f]{7}\n/);
    expect(out).toMatch(/^ok +credentials +arn:aws:sts::111122223333:assumed-role\/administrator\/embedded-aws$/m);
    expect(out).toMatch(/^ok +regions +all 4 that the policy needs: ap-south-1, eu-west-1, us-east-1, us-west-2;/m);
    expect(out).toMatch(/Nothing was changed\.\n$/);
  });

  it('fails for a Region that the account has not, and says how to get it', async () => {
    writeFileSync(join(cwd, 'far.yml'), demoPolicyText.replaceAll('ap-south-1', 'me-south-1'));
    const { code, out } = await shell(cwd, 'doctor --local --policy far.yml --json');
    expect(code).toBe(4);
    expect(of(told(out), 'regions')).toEqual([
      {
        check: 'regions',
        status: 'failed',
        says: 'the account may not use me-south-1, which the policy names',
        next: ['aws account enable-region --region-name me-south-1'],
      },
    ]);
  });
});
