import {
  CreateLaunchTemplateCommand,
  CreateLaunchTemplateVersionCommand,
  ModifyLaunchTemplateCommand,
} from '@aws-sdk/client-ec2';
import { PutParameterCommand } from '@aws-sdk/client-ssm';
import { beforeEach, describe, expect, it } from 'vitest';
import { putImage, putInstance } from '../../local/ec2/fixtures.ts';
import type { EmbeddedAws } from '../../local/world.ts';
import { type ClientOptions, ec2Clients, ssmClients } from '../../shared/aws/clients.ts';
import { InstanceUsage } from '../../shared/aws/usage/instances.ts';
import { LaunchTemplateUsage } from '../../shared/aws/usage/launch-templates.ts';
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

  it('F38 stay unknown where the read is denied or an alias leads nowhere', async () => {
    await createTemplate('resolve:ssm:/golden/latest');
    await expect(templates()).rejects.toBeInstanceOf(PortError);
    aws.faults.deny('DescribeInstances');
    await expect(instances()).rejects.toMatchObject({ kind: 'denied', region });
  });
});
