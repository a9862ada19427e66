import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { LocalStack } from '../../cli/worlds/local.ts';
import { type HttpServer, serve } from '../../local/http.ts';
import type { IncomingCall } from '../../local/world.ts';
import { demo, demoPolicyText } from '../scenario/demo.ts';
import { emptyFolder, shell } from './shell.ts';

const cwd = emptyFolder();
let stack: LocalStack;
let server: HttpServer;
beforeAll(async () => {
  stack = await demo();
  server = await serve(stack.aws, { port: 0 });
  writeFileSync(join(cwd, 'demo.yml'), demoPolicyText);
});
afterEach(() => stack.aws.faults.clear());
afterAll(async () => {
  await server.close();
  rmSync(cwd, { recursive: true });
});

interface Told {
  readonly check: string;
  readonly status: string;
  readonly says: string;
  readonly because?: string;
  readonly next?: readonly string[];
}

const keys = { AWS_ACCESS_KEY_ID: '111122223333', AWS_SECRET_ACCESS_KEY: 'local', AWS_DEFAULT_REGION: 'us-east-1' };

/** A call with this environment, and with none of this machine's own AWS settings. */
async function withEnv(line: string, env: Record<string, string>) {
  const before = process.env;
  const bare = { PATH: before.PATH ?? '', HOME: cwd, AWS_EC2_METADATA_DISABLED: 'true', ...env };
  process.env = bare;
  try {
    return await shell(cwd, line, { env: bare });
  } finally {
    process.env = before;
  }
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

  it('does not take what the embedded AWS does not model for ok', async () => {
    const { code, out } = await shell(cwd, 'doctor --local --json');
    expect(code).toBe(0);
    expect(of(told(out), 'stack')).toMatchObject([{ status: 'unchecked', because: 'not-modelled' }]);
    expect(of(told(out), 'product version')).toMatchObject([{ status: 'unchecked', because: 'not-modelled' }]);
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

  it('fails for a policy with errors, and looks at the rest', async () => {
    writeFileSync(join(cwd, 'broken.yml'), 'version: 1\npolicies: []\n');
    const { code, out } = await shell(cwd, 'doctor --local --policy broken.yml --json');
    expect(code).toBe(4);
    expect(of(told(out), 'policy')).toMatchObject([{ status: 'failed', next: ['ami-steward validate broken.yml'] }]);
    expect(of(told(out), 'regions')).toMatchObject([{ status: 'ok' }]);
    expect(of(told(out), 'keys')).toMatchObject([{ status: 'unchecked', because: 'no-policy' }]);
  });

  it('wants a file that was named, one mode, and kms as its only word', async () => {
    expect(await shell(cwd, 'doctor --local --policy none.yml')).toMatchObject({ code: 3, out: '' });
    expect(await shell(cwd, 'doctor --deploy --uninstall')).toMatchObject({
      code: 3,
      err: expect.stringContaining('choose one'),
    });
    expect(await shell(cwd, 'doctor kmz')).toMatchObject({ code: 3, err: expect.stringContaining('knows kms') });
  });

  it('looks at the keys alone when asked for kms', async () => {
    const { code, out } = await shell(cwd, 'doctor kms --local --json');
    expect(code).toBe(0);
    expect(told(out).map(({ check }) => check)).toEqual(['credentials', 'home Region', 'policy', 'keys']);
  });
});

describe('doctor on AWS', () => {
  const asked = async (line: string) => {
    const { code, out, err } = await withEnv(`${line} --json`, { ...keys, AWS_ENDPOINT_URL: server.url });
    return { code, err, findings: told(out) };
  };

  it('needs no policy file, and says where the credentials were found', async () => {
    const { code, findings } = await asked('doctor');
    expect(code).toBe(0);
    expect(of(findings, 'credentials')).toMatchObject([
      { status: 'ok', says: expect.stringMatching(/, from environment variables$/) },
    ]);
    expect(of(findings, 'home Region')).toMatchObject([{ says: 'us-east-1, by AWS_DEFAULT_REGION' }]);
    expect(of(findings, 'policy')).toMatchObject([{ status: 'unchecked', because: 'no-policy' }]);
  });

  it('finds what is missing: a permission to read, the right account', async () => {
    stack.aws.faults.deny('DescribeFleets');
    const { code, findings } = await asked('doctor --policy demo.yml');
    expect(code).toBe(4);
    expect(of(findings, 'permissions to read')).toMatchObject([
      {
        status: 'failed',
        says: expect.stringContaining('ec2:DescribeFleets (ap-south-1, eu-west-1, us-east-1, us-west-2)'),
      },
    ]);
    const other = await asked('doctor --account 999900001111');
    expect(other.code).toBe(4);
    expect(of(other.findings, 'credentials')).toMatchObject([{ status: 'failed' }]);
  });

  it('is partly blind, with exit 5, where it may not look, and warns of what only --direct would need', async () => {
    stack.aws.faults.deny('GetSnapshotBlockPublicAccessState');
    stack.aws.faults.deny('DisableImage');
    const { code, findings } = await asked('doctor --policy demo.yml');
    expect(code).toBe(5);
    expect(of(findings, 'public snapshots')).toMatchObject([{ status: 'unchecked', because: 'denied' }]);
    expect(of(findings, 'permissions to act')).toMatchObject([
      { status: 'warning', says: expect.stringContaining('ec2:DisableImage') },
    ]);
  });

  it.each(['doctor', 'doctor --deploy', 'doctor --uninstall', 'doctor kms'])('%s changes nothing', async (line) => {
    const calls: IncomingCall[] = [];
    stack.aws.interceptor = (call, perform) => {
      calls.push(call);
      return perform();
    };
    const before = JSON.stringify(stack.aws.call('ec2', 'DescribeImages', { IncludeDisabled: true }));
    await asked(`${line} --policy demo.yml`);
    stack.aws.interceptor = (_call, perform) => perform();
    const bold = calls.filter(
      ({ operation, input }) =>
        !/^(Describe|Get|List|Simulate)/.test(operation) && (input as { DryRun?: boolean }).DryRun !== true,
    );
    expect(calls.length).toBeGreaterThan(1);
    expect(bold).toEqual([]);
    expect(JSON.stringify(stack.aws.call('ec2', 'DescribeImages', { IncludeDisabled: true }))).toBe(before);
  });

  it('before a deployment asks IAM whether all that it calls is allowed, of the stack under a key, too', async () => {
    const { code, findings } = await asked('doctor --deploy --policy demo.yml');
    expect(code).toBe(0);
    const [finding] = of(findings, 'permissions to deploy');
    expect(finding).toMatchObject({ status: 'ok', says: expect.stringContaining(':role/administrator') });
    const count = ({ says = '' }: Partial<Told> = {}) => Number(/all (\d+) actions/.exec(says)?.[1]);
    const key = `arn:aws:kms:us-east-1:${keys.AWS_ACCESS_KEY_ID}:key/0a1b`;
    const under = await asked(`doctor --deploy --policy demo.yml --kms-key ${key}`);
    expect(count(of(under.findings, 'permissions to deploy')[0])).toBe(count(finding) + 9);
  });

  it('before a deployment is partly blind where IAM does not answer, and says what to do', async () => {
    stack.aws.faults.deny('SimulatePrincipalPolicy');
    const { code, findings } = await asked('doctor --deploy --policy demo.yml');
    expect(code).toBe(5);
    expect(of(findings, 'permissions to deploy')).toMatchObject([
      {
        status: 'unchecked',
        because: 'denied',
        next: [expect.stringContaining('iam:SimulatePrincipalPolicy'), expect.any(String)],
      },
    ]);
  });

  it('counts against what Service Quotas granted, or else against what is documented', async () => {
    const quotas = async () => of((await asked('doctor --policy demo.yml')).findings, 'quotas');
    expect((await quotas()).every(({ status, says }) => status === 'ok' && says.includes('of 5 public images'))).toBe(
      true,
    );
    stack.aws.faults.deny('GetServiceQuota');
    expect((await quotas()).map(({ status, because }) => because ?? status).at(-1)).toBe('denied');
    expect((await quotas())[0]?.says).toContain('of 5 public images (documented)');
  });

  it('after a stack lists what carries our tags in every Region, with the commands that remove them', async () => {
    const { code, findings } = await asked('doctor --uninstall');
    expect(code).toBe(0);
    const [marks] = of(findings, 'marks');
    expect(marks).toMatchObject({ status: 'stays', says: expect.stringContaining('12 images') });
    expect(marks?.next).toHaveLength(4);
    expect(of(findings, 'shares')).toMatchObject([{ status: 'unchecked', because: 'no-stack' }]);
  });
});

describe('doctor without credentials', () => {
  it.each(['doctor', 'doctor --deploy', 'doctor --uninstall'])(
    '%s says what is missing, and exits with 4',
    async (line) => {
      const { code, out, err } = await withEnv(`${line} --region us-east-1`, {});
      expect({ code, err }).toEqual({ code: 4, err: '' });
      expect(out).toMatch(/^failed +credentials +no AWS credentials were found/m);
      expect(out).toMatch(/^not checked +regions +without credentials nothing can be asked$/m);
      expect(out).toMatch(/^1 ok, 0 warnings, 1 failed, /m);
    },
  );

  it('nor a Region says so as well', async () => {
    const { code, out } = await withEnv('doctor', {});
    expect(code).toBe(4);
    expect(out).toMatch(/^failed +home Region/m);
    expect(out).toMatch(/^not checked +credentials/m);
  });
});
