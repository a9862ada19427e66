import { expect, it } from 'vitest';
import { autoScalingClients, ec2Clients } from '../../shared/aws/clients.ts';
import { AutoScalingUsage } from '../../shared/aws/usage/auto-scaling.ts';
import { LaunchTemplateUsage } from '../../shared/aws/usage/launch-templates.ts';
import { Stub, serviceError } from './stub.ts';

const region = 'eu-west-1';

interface Asked {
  readonly LaunchTemplateId?: string;
  readonly Versions?: readonly string[];
}

const version = (VersionNumber: number) => ({
  LaunchTemplateId: 'lt-1',
  LaunchTemplateName: 'web',
  VersionNumber,
  DefaultVersion: VersionNumber === 1,
  LaunchTemplateData: { ImageId: `ami-${VersionNumber}` },
});

/** One template with 30 versions, and a group for each version that is named. */
function world(named: readonly (string | undefined)[], isRefused: (asked: Asked) => boolean = () => false) {
  const versions = Array.from({ length: 30 }, (_none, n) => version(n + 1));
  const numbers: Readonly<Record<string, number>> = { $Default: 1, $Latest: 30 };
  const stub = new Stub({
    DescribeAutoScalingGroups: () => ({
      AutoScalingGroups: named.map((Version, n) => ({
        AutoScalingGroupName: `g${n + 1}`,
        LaunchTemplate: { LaunchTemplateId: 'lt-1', ...(Version !== undefined && { Version }) },
      })),
    }),
    DescribeLaunchTemplates: () => ({
      LaunchTemplates: [{ LaunchTemplateId: 'lt-1', LaunchTemplateName: 'web', LatestVersionNumber: 30 }],
    }),
    DescribeLaunchTemplateVersions: (input) => {
      const asked = input as Asked & { MinVersion?: string };
      if (isRefused(asked)) throw serviceError('UnauthorizedOperation');
      const wanted = asked.Versions?.map((one) => numbers[one] ?? Number(one));
      const after = Number(asked.MinVersion ?? 0);
      return {
        LaunchTemplateVersions: versions.filter(({ VersionNumber: n }) => wanted?.includes(n) ?? n > after),
      };
    },
  });
  const ec2 = ec2Clients(stub.options);
  const groups = new AutoScalingUsage({ autoScaling: autoScalingClients(stub.options), ec2 });
  return { stub, groups, templates: new LaunchTemplateUsage(ec2) };
}

/** As the engine reads: all sources at once. */
async function readBoth({ groups, templates }: ReturnType<typeof world>, depth: number) {
  const options = { templateDepth: depth, look: {} };
  const [deep, grouped] = await Promise.allSettled([templates.read(region, options), groups.read(region, options)]);
  return { deep, grouped: grouped.status === 'fulfilled' ? grouped.value.map(({ image }) => image) : grouped.reason };
}

const calls = ({ stub }: ReturnType<typeof world>) =>
  stub
    .inputs('DescribeLaunchTemplateVersions')
    .map(({ LaunchTemplateId, Versions }) => `${LaunchTemplateId ?? 'all'} ${Versions ?? 'newest'}`);

it('reads the default, the latest and the newest versions of templates once for templates and groups', async () => {
  const both = world([undefined, '$Latest', '29']);
  const { grouped } = await readBoth(both, 20);
  expect(grouped).toEqual(['eu-west-1/ami-1', 'eu-west-1/ami-30', 'eu-west-1/ami-29']);
  expect(calls(both)).toEqual(['all $Default,$Latest', 'lt-1 newest']);
});

it('F35 asks for a version that lies deeper than those that were read', async () => {
  const both = world(['29', '3']);
  const { grouped } = await readBoth(both, 5);
  expect(grouped).toEqual(['eu-west-1/ami-29', 'eu-west-1/ami-3']);
  expect(calls(both)).toEqual(['all $Default,$Latest', 'lt-1 newest', 'lt-1 3']);
});

it('F38 asks for itself what the reading of templates did not get', async () => {
  const both = world(['29'], ({ LaunchTemplateId, Versions }) => LaunchTemplateId !== undefined && !Versions);
  const { deep, grouped } = await readBoth(both, 20);
  expect(deep).toMatchObject({ status: 'rejected', reason: { kind: 'denied' } });
  expect(grouped).toEqual(['eu-west-1/ami-29']);
});

it('F38 is no answer for either where the listing fails', async () => {
  const both = world([undefined], ({ LaunchTemplateId }) => LaunchTemplateId === undefined);
  const { deep, grouped } = await readBoth(both, 20);
  expect(deep).toMatchObject({ status: 'rejected', reason: { kind: 'denied' } });
  expect(grouped).toMatchObject({ kind: 'denied', operation: 'DescribeLaunchTemplateVersions' });
});

it('F40 takes nothing from an earlier look, nor from another Region', async () => {
  const both = world(['29']);
  await readBoth(both, 20);
  await readBoth(both, 20);
  await both.groups.read('us-east-1', { look: {} });
  expect(calls(both)).toEqual([
    'all $Default,$Latest',
    'lt-1 newest',
    'all $Default,$Latest',
    'lt-1 newest',
    'lt-1 29',
  ]);
});
