import { afterAll, beforeAll, expect, it } from 'vitest';
import { putImage } from '../../local/ec2/fixtures.ts';
import type { ImageRow } from '../../local/ec2/rows.ts';
import { home, owner, stranger } from './case.ts';
import { Python } from './clients/python.ts';
import { problemsOf } from './match.ts';
import { type Opened, open } from './world.ts';

const cli = await Python.ifThere('cli');

let world: Opened;
let image: ImageRow;
beforeAll(async () => {
  world = await open();
  image = putImage(world.aws, { account: owner, region: home, name: 'golden-1', tags: { Team: 'web' } });
  for (let number = 2; number <= 12; number += 1)
    putImage(world.aws, { account: owner, region: home, name: `golden-${number}` });
});
afterAll(async () => {
  await cli?.close();
  await world.close();
});

const asking = () => ({ endpoint: world.url, region: home, accessKey: owner });

interface Typed {
  readonly line: string;
  /** At least this of what is printed. */
  readonly prints?: unknown;
  /** Of what is complained about. */
  readonly complains?: RegExp;
}

/** `{image}` stands for the id of the image. */
const typed: readonly Typed[] = [
  { line: 'sts get-caller-identity', prints: { Account: owner } },
  { line: 'ec2 describe-images --owners self --query Images[?Name==`golden-1`].Name', prints: ['golden-1'] },
  {
    line: 'ec2 describe-images --filters Name=name,Values=golden-1? Name=state,Values=available --query length(Images)',
    prints: 3,
  },
  { line: 'ec2 describe-images --owners self --page-size 5 --query length(Images)', prints: 12 },
  { line: 'ec2 describe-images --owners self --max-items 2 --query length(Images)', prints: 2 },
  { line: 'ec2 describe-images --executable-users self', prints: { Images: [] } },
  {
    line: 'ec2 describe-images --filters Name=colour,Values=red',
    complains: /\(InvalidParameterValue\) when calling the DescribeImages operation: The filter 'colour' is invalid/,
  },
  { line: 'ec2 describe-images --owners nobody', complains: /\(InvalidUserID.Malformed\)/ },
  { line: 'ec2 describe-images --image-ids nonsense', complains: /\(InvalidAMIID.Malformed\)/ },
  {
    line: 'ec2 describe-images --image-ids ami-00000001 ami-00000002',
    complains: /\(InvalidAMIID.NotFound\).*'\[ami-00000001, ami-00000002\]' do not exist/,
  },
  { line: 'ec2 deregister-image --image-id {image} --dry-run', complains: /\(DryRunOperation\)/ },
  { line: `ec2 modify-image-attribute --image-id {image} --launch-permission Add=[{UserId=${stranger}}]` },
  {
    line: 'ec2 describe-image-attribute --image-id {image} --attribute launchPermission',
    prints: { LaunchPermissions: [{ UserId: stranger }] },
  },
  { line: 'ec2 reset-image-attribute --image-id {image} --attribute launchPermission' },
  { line: 'ec2 create-tags --resources {image} --tags Key=Stage,Value=prod' },
  {
    line: 'ec2 describe-tags --filters Name=resource-id,Values={image} Name=key,Values=Stage',
    prints: { Tags: [{ Key: 'Stage', Value: 'prod', ResourceType: 'image' }] },
  },
  { line: 'ec2 create-tags --resources nonsense --tags Key=a,Value=b', complains: /\(InvalidID\)/ },
  {
    line: 'ec2 enable-image-deprecation --image-id {image} --deprecate-at 2027-01-01T00:00:00Z',
    prints: { Return: true },
  },
  { line: 'ec2 disable-image --image-id {image}', prints: { Return: true } },
  { line: 'ec2 describe-images --image-ids {image}', prints: { Images: [] } },
  { line: 'ec2 describe-images --image-ids {image} --include-disabled', prints: { Images: [{ State: 'disabled' }] } },
  { line: 'ec2 enable-image --image-id {image}', prints: { Return: true } },
  { line: 'ec2 describe-vpcs', complains: /\(InvalidAction\).*DescribeVpcs/ },
  { line: 'rbin list-rules --resource-type EC2_IMAGE', prints: { Rules: [] } },
  { line: 'ssm put-parameter --name /ami/golden --value {image} --type String', prints: { Version: 1 } },
  { line: 'ssm get-parameter --name /ami/golden --query Parameter.Type', prints: 'String' },
  { line: 'lambda list-functions', complains: /\(UnknownOperationException\)/ },
  { line: 's3api list-buckets', complains: /\(UnknownOperationException\)/ },
];

it.runIf(cli)('the AWS CLI understands every answer to what people type', async () => {
  const problems: string[] = [];
  for (const { line, prints, complains } of typed) {
    const words = line.replaceAll('{image}', image.id).split(' ');
    const answer = await cli?.ask({ ...asking(), words });
    const wanted = complains
      ? { stderr: complains }
      : { code: 0, stderr: '', ...(prints !== undefined && { output: prints }) };
    problems.push(...problemsOf(wanted, answer).map((problem) => `aws ${line}: ${problem}`));
  }
  expect(problems).toEqual([]);
});
