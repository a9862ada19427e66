import { beforeEach, describe, expect, it } from 'vitest';
import { putImage } from '../../local/ec2/fixtures.ts';
import type { EmbeddedAws } from '../../local/world.ts';
import { type ClientOptions, ec2Clients, ssmClients } from '../../shared/aws/clients.ts';
import { AwsPointers } from '../../shared/aws/pointers.ts';
import { minute } from '../../shared/model/time.ts';
import { account, openWorld, transports } from './worlds.ts';

describe.each(transports)('the pointers of the embedded AWS, %s', (transport) => {
  let aws: EmbeddedAws;
  let options: ClientOptions;
  let pointers: AwsPointers;
  beforeEach(() => {
    ({ aws, options } = openWorld(transport));
    pointers = new AwsPointers({ ec2: ec2Clients(options), ssm: ssmClients(options) });
  });

  const region = 'eu-west-1';
  const image = (name: string): string => putImage(aws, { account, region, name }).id;
  const settle = () => aws.timeline.advanceTo(aws.timeline.now() + minute);
  const absent = { kind: 'absent' };
  const call = (operation: string, input: object) => aws.call('ec2', operation, input, { region });
  const createTemplate = (name: string, ImageId: string | undefined, tags: Record<string, string> = {}) =>
    call('CreateLaunchTemplate', {
      LaunchTemplateName: name,
      LaunchTemplateData: { InstanceType: 't3.large', ...(ImageId !== undefined && { ImageId }) },
      TagSpecifications: [
        { ResourceType: 'launch-template', Tags: Object.entries(tags).map(([Key, Value]) => ({ Key, Value })) },
      ],
    });

  it('are parameters: put as an image, shown once they were checked, read many at once', async () => {
    const names = Array.from({ length: 23 }, (_, n) => `/golden/${n}/latest`);
    const one = image('one');
    for (const name of names.slice(1)) await pointers.putParameter(region, name, one);
    expect((await pointers.read('parameter', region, names)).get('/golden/1/latest')).toEqual(absent);
    await settle();
    const read = await pointers.read('parameter', region, names);
    expect([...read.keys()]).toEqual(names);
    expect(read.get('/golden/0/latest')).toEqual(absent);
    expect(read.get('/golden/22/latest')).toEqual({ kind: 'parameter', value: one });
    const stored = aws.state.table('ssm-parameters').get(`${account}/${region}//golden/1/latest`);
    expect(stored).toMatchObject({ dataType: 'aws:ec2:image' });
  });

  it('F34e are parameters that keep their value when the new one is refused', async () => {
    const one = image('one');
    await pointers.putParameter(region, '/golden/latest', one);
    await settle();
    await pointers.putParameter(region, '/golden/latest', 'ami-0123456789abcdef0');
    await settle();
    expect(await pointers.read('parameter', region, ['/golden/latest'])).toEqual(
      new Map([['/golden/latest', { kind: 'parameter', value: one }]]),
    );
  });

  it('are launch templates: their newest and default version, and whether they may be published to', async () => {
    const one = image('one');
    createTemplate('web-fleet', one, { 'ami-steward:publish': 'true' });
    createTemplate('bare', undefined, { 'ami-steward:publish': 'yes' });
    createTemplate('alias', 'resolve:ssm:/golden/latest');
    const names = ['alias', 'bare', 'none', 'web-fleet'];
    aws.faults.truncate('DescribeLaunchTemplates', 1);
    const read = await pointers.read('launch-template', region, names);
    const version = { version: 1, image: one };
    expect(read.get('web-fleet')).toMatchObject({ publishable: true, latest: version, default: version });
    expect(read.get('bare')).toMatchObject({ publishable: false, latest: { version: 1 } });
    expect(read.get('alias')).toMatchObject({ publishable: false, latest: { image: 'resolve:ssm:/golden/latest' } });
    expect(read.get('none')).toEqual(absent);
  });

  it('get a version like another one, once however often it is asked for, and a default when told', async () => {
    const [one, two] = [image('one'), image('two')];
    createTemplate('web-fleet', one, { 'ami-steward:publish': 'true' });
    const state = async () => {
      const found = (await pointers.read('launch-template', region, ['web-fleet'])).get('web-fleet');
      if (found?.kind !== 'launch-template') throw new Error('no template');
      return found;
    };
    const { id } = await state();
    aws.faults.lost('CreateLaunchTemplateVersion');
    const add = () => pointers.addVersion(region, id, { image: two, source: 1 }, 'token');
    expect([await add(), await add()]).toEqual([2, 2]);
    expect(await state()).toMatchObject({
      latest: { version: 2, image: two },
      default: { version: 1, image: one },
    });
    await pointers.setDefaultVersion(region, id, 2);
    expect(await state()).toMatchObject({ default: { version: 2, image: two } });
    const versions = call('DescribeLaunchTemplateVersions', { LaunchTemplateId: id, Versions: ['2'] });
    expect(versions).toMatchObject({ LaunchTemplateVersions: [{ LaunchTemplateData: { InstanceType: 't3.large' } }] });
  });

  it('stay unread where a call is denied, all of them', async () => {
    aws.faults.deny('GetParameters');
    aws.faults.deny('DescribeLaunchTemplates');
    for (const kind of ['parameter', 'launch-template'] as const)
      await expect(pointers.read(kind, region, ['x'])).rejects.toMatchObject({ kind: 'denied', region });
  });
});
