import { spawn, spawnSync } from 'node:child_process';
import { rmSync } from 'node:fs';
import { resolve } from 'node:path';
import { EC2Client, RunInstancesCommand } from '@aws-sdk/client-ec2';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { LocalStack } from '../../cli/worlds/local.ts';
import { baseImageId, demoTargets } from '../../local/demo/seed.ts';
import { type HttpServer, serve } from '../../local/http.ts';
import { hour } from '../../shared/model/time.ts';
import { demo, images, pass } from '../scenario/demo.ts';
import { emptyFolder } from './shell.ts';

const cwd = emptyFolder();
const bin = resolve('cli/bin.mjs');
const policy = resolve('local/demo/policy.yml');

let stack: LocalStack;
let server: HttpServer;
beforeAll(async () => {
  stack = await demo();
  server = await serve(stack.aws, { port: 0 });
});
afterAll(async () => {
  await server.close();
  rmSync(cwd, { recursive: true });
});

interface Ended {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

/** A program in a process of its own, with none of this machine's own AWS settings. */
function started(program: string, args: readonly string[], env: Record<string, string>): Promise<Ended> {
  const bare = { PATH: process.env.PATH ?? '', HOME: cwd, AWS_EC2_METADATA_DISABLED: 'true', ...env };
  const child = spawn(program, args, { cwd, env: bare });
  const [out, err]: [string[], string[]] = [[], []];
  child.stdout.on('data', (text) => out.push(String(text)));
  child.stderr.on('data', (text) => err.push(String(text)));
  return new Promise((done) => child.on('close', (code) => done({ code, out: out.join(''), err: err.join('') })));
}

const steward = (line: string, env: Record<string, string>): Promise<Ended> =>
  started(process.execPath, [bin, ...line.split(' '), '--policy', policy], env);

const keys = { AWS_ACCESS_KEY_ID: '111122223333', AWS_SECRET_ACCESS_KEY: 'local', AWS_DEFAULT_REGION: 'us-east-1' };

describe('on AWS without credentials', () => {
  it('says so in one line, with what to do, and exits with 3', async () => {
    const { code, out, err } = await steward('plan --region us-east-1', {});
    expect({ code, out }).toEqual({ code: 3, out: '' });
    expect(err).toMatch(/^No AWS credentials were found: .*--local.*\n$/);
  });

  it('wants a Region first', async () => {
    const { code, err } = await steward('plan', {});
    expect(code).toBe(3);
    expect(err).toContain('no home Region: set AWS_REGION or give --region');
  });
});

describe('with an endpoint that speaks AWS', () => {
  it('plans, and carries the plan out directly, once', async () => {
    const env = { ...keys, AWS_ENDPOINT_URL: server.url };
    const planned = await steward('plan --out p.json', env);
    expect(planned.code).toBe(0);
    expect(planned.out).toContain('AMI Steward plan   AWS 111122223333   4 Regions');
    expect(planned.out).toContain('+ copy        golden-al2023-43   us-east-1 -> ');
    const applied = await steward('apply p.json --direct', env);
    expect(applied.code).toBe(0);
    expect(applied.out.match(/ copy .* done$/gm)).toHaveLength(3);
    expect(demoTargets.map((region) => images(stack, region, 'golden-al2023-43').length)).toEqual([1, 1, 1]);
    expect((await steward('apply p.json --direct', env)).code).toBe(4);
  });
});

const version = spawnSync('aws', ['--version'], { encoding: 'utf8' });
const found = version.status === 0 ? version.stdout.trim() : 'no AWS CLI on this machine';
const isRecent = /^aws-cli\/(?:1\.(?:4[0-9]|[5-9][0-9])|2\.(?:2[0-9]|[3-9][0-9]))\./.test(found);
if (!isRecent)
  console.log(`skipped: the AWS CLI as a client of the embedded AWS, since it is too old or missing (${found})`);

describe('the AWS CLI', () => {
  const aws = async (line: string, region = 'us-east-1') => {
    const args = [...line.split(' '), '--region', region, '--endpoint-url', server.url, '--output', 'json'];
    const { code, out, err } = await started('aws', args, keys);
    if (code !== 0) throw new Error(err);
    return JSON.parse(out || 'null');
  };

  it.runIf(isRecent)('creates an image and sees its copies, shared as the policy says', async () => {
    const { Instances } = await aws(`ec2 run-instances --image-id ${baseImageId} --instance-type t3.micro`);
    await pass(stack, hour);
    const tags = 'ResourceType=image,Tags=[{Key=Team,Value=platform},{Key=Family,Value=golden-al2023}]';
    const instance = Instances[0].InstanceId;
    await aws(`ec2 create-image --instance-id ${instance} --name golden-al2023-99 --tag-specifications ${tags}`);
    await pass(stack, 2 * hour);
    await Promise.all(
      demoTargets.map(async (region) => {
        const named = '--filters Name=name,Values=golden-al2023-99';
        const { Images } = await aws(`ec2 describe-images --owners self ${named}`, region);
        expect(Images).toMatchObject([{ State: 'available' }]);
        const attribute = '--attribute launchPermission';
        const shown = await aws(`ec2 describe-image-attribute ${attribute} --image-id ${Images[0].ImageId}`, region);
        expect(shown.LaunchPermissions).toContainEqual({ UserId: '222233334444' });
      }),
    );
  });
});

describe('any SDK', () => {
  it('gets the error of AWS for an action that is not built', async () => {
    const config = {
      region: 'us-east-1',
      endpoint: server.url,
      credentials: { accessKeyId: '1', secretAccessKey: '2' },
    };
    const ec2 = new EC2Client({ ...config, maxAttempts: 1 });
    const none = ec2.send(new RunInstancesCommand({ ImageId: 'ami-0123456789abcdef0', MinCount: 1, MaxCount: 1 }));
    await expect(none).rejects.toMatchObject({ name: 'InvalidAMIID.NotFound' });
    const answer = await fetch(server.url, {
      method: 'POST',
      headers: { authorization: 'AWS4-HMAC-SHA256 Credential=1/20260101/us-east-1/ec2/aws4_request' },
      body: 'Action=DescribeVpcs&Version=2016-11-15',
    });
    expect(answer.status).toBe(400);
    expect(await answer.text()).toContain('<Code>InvalidAction</Code>');
  });
});
