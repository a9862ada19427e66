import {
  CreateLaunchTemplateCommand,
  CreateLaunchTemplateVersionCommand,
  ModifyLaunchTemplateCommand,
} from '@aws-sdk/client-ec2';
import { PutParameterCommand } from '@aws-sdk/client-ssm';
import { beforeEach, describe, expect, it } from 'vitest';
import { putImage, putInstance } from '../../local/ec2/fixtures.ts';
import type { EmbeddedAws } from '../../local/world.ts';
import { autoScalingClients, type ClientOptions, ec2Clients, ssmClients } from '../../shared/aws/clients.ts';
import { AutoScalingUsage } from '../../shared/aws/usage/auto-scaling.ts';
import { FleetUsage } from '../../shared/aws/usage/fleets.ts';
import { InstanceUsage } from '../../shared/aws/usage/instances.ts';
import { LaunchConfigurationUsage } from '../../shared/aws/usage/launch-configurations.ts';
import { LaunchTemplateUsage } from '../../shared/aws/usage/launch-templates.ts';
import { SpotUsage } from '../../shared/aws/usage/spot.ts';
import { PortError } from '../../shared/model/errors.ts';
import { account, openWorld, transports } from './worlds.ts';

describe.each(transports)('the users of images in the embedded AWS, %s', (transport) => {
  let aws: EmbeddedAws;
  let options: ClientOptions;
  beforeEach(() => {
    ({ aws, options } = openWorld(transport));
  });

  const region = 'eu-west-1';
  const image = (name: string) => putImage(aws, { account, region, name });
  const instances = () => new InstanceUsage(ec2Clients(options)).read(region);
  const templates = async (templateDepth = 3) => {
    const uses = await new LaunchTemplateUsage(ec2Clients(options)).read(region, { templateDepth });
    return uses.map((use) => `${use.image} ${use.by}`).sort();
  };
  const ec2 = () => ec2Clients(options)(region);
  const createTemplate = (ImageId: string, name = 'web-fleet') =>
    ec2().send(new CreateLaunchTemplateCommand({ LaunchTemplateName: name, LaunchTemplateData: { ImageId } }));
  const addVersion = (ImageId: string) =>
    ec2().send(
      new CreateLaunchTemplateVersionCommand({ LaunchTemplateName: 'web-fleet', LaunchTemplateData: { ImageId } }),
    );

  it('M10 are instances in every state but terminated, on all pages', async () => {
    const used = image('used');
    const states = ['pending', 'running', 'shutting-down', 'stopping', 'stopped', 'terminated'] as const;
    const put = [...states, ...states].map((state) => putInstance(aws, used, { state }));
    aws.faults.truncate('DescribeInstances', 5);
    const living = put.filter(({ state }) => state !== 'terminated');
    const expected = living.map(({ id, state }) => `${region}/${used.id} ${id} (${state})`);
    expect((await instances()).map((use) => `${use.image} ${use.by}`).sort()).toEqual(expected.sort());
  });

  it('M09 are launch templates: default, latest and the newest versions', async () => {
    const ids = Array.from({ length: 7 }, (_, n) => image(`v${n + 1}`).id);
    await createTemplate(ids[0] ?? '');
    for (const id of ids.slice(1)) await addVersion(id);
    await ec2().send(new ModifyLaunchTemplateCommand({ LaunchTemplateName: 'web-fleet', DefaultVersion: '2' }));
    aws.faults.truncate('DescribeLaunchTemplateVersions', 2);
    const line = (version: number, role = '') =>
      `${region}/${ids[version - 1]} template web-fleet v${version}${role === '' ? '' : ` (${role})`}`;
    expect(await templates()).toEqual([line(2, '$Default'), line(5), line(6), line(7, '$Latest')].sort());
  });

  it('are all templates of an account, over many pages', async () => {
    const used = image('used');
    for (let n = 0; n < 11; n++) await createTemplate(used.id, `fleet-${n}`);
    aws.faults.truncate('DescribeLaunchTemplates', 3);
    aws.faults.truncate('DescribeLaunchTemplateVersions', 3);
    expect(await templates(1)).toHaveLength(11);
  });

  it('are found through an SSM parameter that a template names', async () => {
    const used = image('used');
    await ssmClients(options)(region).send(
      new PutParameterCommand({ Name: '/golden/latest', Value: used.id, Type: 'String', DataType: 'aws:ec2:image' }),
    );
    await aws.timeline.advanceTo(aws.timeline.now() + 3_600_000);
    await createTemplate('resolve:ssm:/golden/latest');
    expect(await templates()).toEqual([`${region}/${used.id} template web-fleet v1 ($Default, $Latest)`]);
  });

  it('are configurations, groups, Spot requests and fleets, whatever their templates have come to', async () => {
    const ids = [1, 2, 3, 4, 5].map((n) => image(`v${n}`).id);
    const call = (service: 'ec2' | 'autoscaling', operation: string, input: object) =>
      aws.call(service, operation, input, { region });
    for (const name of ['kept', 'deleted']) await createTemplate(ids[0] ?? '', name);
    const template = (LaunchTemplateName: string) => ({ LaunchTemplateName, Version: '1' });
    const configuration = { LaunchConfigurationName: 'old', ImageId: ids[1], InstanceType: 't3.nano' };
    call('autoscaling', 'CreateLaunchConfiguration', configuration);
    for (const name of ['kept', 'deleted'])
      call('autoscaling', 'CreateAutoScalingGroup', {
        AutoScalingGroupName: name,
        MinSize: 0,
        MaxSize: 0,
        LaunchTemplate: template(name),
      });
    call('ec2', 'RequestSpotInstances', { LaunchSpecification: { ImageId: ids[2] } });
    const config = { IamFleetRole: 'arn:aws:iam::000011112222:role/fleet', TargetCapacity: 1 };
    call('ec2', 'RequestSpotFleet', {
      SpotFleetRequestConfig: { ...config, LaunchSpecifications: [{ ImageId: ids[3] }] },
    });
    call('ec2', 'CreateFleet', {
      LaunchTemplateConfigs: [{ LaunchTemplateSpecification: template('kept') }],
      TargetCapacitySpecification: { TotalTargetCapacity: 1 },
    });
    call('ec2', 'DeleteLaunchTemplate', { LaunchTemplateName: 'deleted' });
    const autoScaling = autoScalingClients(options);
    const all = ec2Clients(options);
    const sources = [
      new LaunchConfigurationUsage(autoScaling),
      new AutoScalingUsage({ autoScaling, ec2: all }),
      new SpotUsage(all),
      new FleetUsage(all),
    ];
    const uses = await Promise.all(sources.map((source) => source.read(region)));
    expect(uses.flat().map((use) => `${ids.findIndex((id) => use.image === `${region}/${id}`)} ${use.by}`)).toEqual([
      '1 launch configuration old',
      '0 Auto Scaling group kept by template kept v1',
      expect.stringMatching(/^2 sir-[0-9a-f]+ \(open\)$/),
      expect.stringMatching(/^3 sfr-[0-9a-f-]+ \(active\)$/),
      expect.stringMatching(/^0 fleet-[0-9a-f-]+ \(active\) by template kept v1$/),
    ]);
  });

  it('F38 stay unknown where the read is denied or an alias leads nowhere', async () => {
    await createTemplate('resolve:ssm:/golden/latest');
    await expect(templates()).rejects.toBeInstanceOf(PortError);
    aws.faults.deny('DescribeInstances');
    await expect(instances()).rejects.toMatchObject({ kind: 'denied', region });
  });
});
