import {
  CopyImageCommand,
  CreateImageUsageReportCommand,
  CreateTagsCommand,
  DeleteTagsCommand,
  DeregisterImageCommand,
  DescribeImageReferencesCommand,
  DescribeImagesCommand,
  EC2Client,
  ModifySnapshotAttributeCommand,
  RunInstancesCommand,
} from '@aws-sdk/client-ec2';
import { PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { CreateGrantCommand, DescribeKeyCommand, KMSClient } from '@aws-sdk/client-kms';
import { PublishCommand, SNSClient } from '@aws-sdk/client-sns';
import { SendMessageCommand } from '@aws-sdk/client-sqs';
import { GetParametersCommand, PutParameterCommand } from '@aws-sdk/client-ssm';
import { GetCallerIdentityCommand } from '@aws-sdk/client-sts';
import { beforeEach, describe, expect, it } from 'vitest';
import { putImage } from '../../../local/ec2/fixtures.ts';
import type { ImageRow, SnapshotRow } from '../../../local/ec2/rows.ts';
import type { Statement } from '../../../local/iam/policy.ts';
import type { EmbeddedAws } from '../../../local/world.ts';
import { account, clientsOver, failureOf, open } from '../wire/helpers.ts';

const key = 'AKIAPRINCIPAL0000001';
const stranger = '222233334444';
const home = 'us-east-1';
const far = 'eu-west-1';

let aws: EmbeddedAws;
let image: ImageRow;

beforeEach(() => {
  aws = open();
  const tags = { managed: 'true' };
  image = putImage(aws, { account, region: home, name: 'web-1', tags, snapshotTags: tags });
});

type Given = Partial<Statement> & Pick<Statement, 'Action'>;

/** Whoever calls with the key is held to these statements. */
function allow(...statements: Given[]): void {
  const Statement = statements.map((one) => ({ Effect: 'Allow', Resource: '*', ...one }) as Statement);
  aws.principals.attach(key, { name: 'role', account, policies: [{ Version: '2012-10-17', Statement }] });
}

const credentials = { accessKeyId: key, secretAccessKey: 'any' };

function clients(region = home) {
  const config = { region, credentials, maxAttempts: 1, requestHandler: aws.requestHandler() };
  return {
    ...clientsOver({ ...config }, region),
    kms: new KMSClient(config),
    sns: new SNSClient(config),
    ec2: new EC2Client(config),
  };
}

const images = 'arn:aws:ec2:*::image/*';
const snapshots = 'arn:aws:ec2:*::snapshot/*';
const managed = { StringEquals: { 'aws:ResourceTag/managed': 'true' } };
const imageArn = (id: string): string => `arn:aws:ec2:${home}::image/${id}`;

describe('whoever has policies', () => {
  it('may do what they allow, and everybody else everything', async () => {
    allow({ Action: 'ec2:DescribeImages' });
    expect((await clients().ec2.send(new DescribeImagesCommand({ ImageIds: [image.id] }))).Images).toHaveLength(1);
    const refused = await failureOf(clients().ec2.send(new DeregisterImageCommand({ ImageId: image.id })));
    expect(refused.name).toBe('UnauthorizedOperation');
    expect(refused.message).toContain(`ec2:DeregisterImage on ${imageArn(image.id)}`);
    expect(refused.$metadata).toMatchObject({ httpStatusCode: 403 });
    const administrator = clientsOver({ requestHandler: aws.requestHandler() });
    await administrator.ec2.send(new DeregisterImageCommand({ ImageId: image.id }));
  });

  it('always may ask who they are, and acts in the account of the role', async () => {
    allow();
    const { sts } = clientsOf();
    expect((await sts.send(new GetCallerIdentityCommand({}))).Account).toBe(account);
  });

  it('is told by a dry run whether the call would be allowed', async () => {
    allow({ Action: 'ec2:DeregisterImage', Resource: images });
    const trial = { ImageId: image.id, DryRun: true };
    expect((await failureOf(clients().ec2.send(new DeregisterImageCommand(trial)))).name).toBe('DryRunOperation');
    allow();
    expect((await failureOf(clients().ec2.send(new DeregisterImageCommand(trial)))).name).toBe('UnauthorizedOperation');
  });

  it('may not call what nobody here knows how to authorise, even with every permission', async () => {
    allow({ Action: '*' });
    const launch = { ImageId: image.id, MinCount: 1, MaxCount: 1 };
    const refused = await failureOf(clients().ec2.send(new RunInstancesCommand(launch)));
    expect(refused).toMatchObject({ name: 'UnauthorizedOperation', message: expect.stringContaining('does not know') });
  });
});

describe('each service refuses in words of its own', () => {
  it('Systems Manager, by the parameter that is not allowed', async () => {
    allow({ Action: 'ssm:*', Resource: 'arn:aws:ssm:*:111122223333:parameter/golden/*' });
    const { ssm } = clientsOf();
    const put = (Name: string) => ssm.send(new PutParameterCommand({ Name, Value: 'a', Type: 'String' }));
    await put('/golden/latest');
    await ssm.send(new GetParametersCommand({ Names: ['/golden/latest', '/golden/latest:1'] }));
    expect(await failureOf(put('/other'))).toMatchObject({ name: 'AccessDeniedException' });
    const some = ssm.send(new GetParametersCommand({ Names: ['/golden/latest', '/other'] }));
    expect((await failureOf(some)).message).toContain('parameter/other');
    const published = ssm.send(new GetParametersCommand({ Names: ['/aws/service/ami'] }));
    expect((await failureOf(published)).message).toContain(`arn:aws:ssm:${home}::parameter/aws/service/ami`);
  });

  it('KMS, by key and by what a grant is to allow', async () => {
    const StringLike = { 'kms:GranteePrincipal': 'arn:*:iam::*:root' };
    allow({ Action: 'kms:CreateGrant', Resource: 'arn:aws:kms:*:111122223333:key/*', Condition: { StringLike } });
    const { kms } = clients();
    const grant = (GranteePrincipal: string) =>
      kms.send(new CreateGrantCommand({ KeyId: 'alias/golden', GranteePrincipal, Operations: ['Decrypt'] }));
    await grant(`arn:aws:iam::${stranger}:root`);
    expect((await failureOf(grant(`arn:aws:iam::${stranger}:role/a`))).name).toBe('AccessDeniedException');
    expect((await failureOf(kms.send(new DescribeKeyCommand({ KeyId: 'alias/golden' })))).message).toContain(':key/');
  });

  it('EventBridge, each entry by its source', async () => {
    allow({ Action: 'events:PutEvents', Condition: { StringEquals: { 'events:source': 'ours' } } });
    const entry = (Source: string) => ({ Source, DetailType: 'a', Detail: '{}' });
    const { events } = clientsOf();
    await events.send(new PutEventsCommand({ Entries: [entry('ours')] }));
    const mixed = events.send(new PutEventsCommand({ Entries: [entry('ours'), entry('theirs')] }));
    expect((await failureOf(mixed)).name).toBe('AccessDeniedException');
  });

  it('SQS and SNS', async () => {
    allow();
    const QueueUrl = `https://sqs.${home}.amazonaws.com/${account}/work`;
    const sending = clientsOf().sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: 'a' }));
    expect((await failureOf(sending)).message).toContain(`sqs:SendMessage on arn:aws:sqs:${home}:${account}:work`);
    const TopicArn = `arn:aws:sns:${home}:${account}:news`;
    const publishing = clients().sns.send(new PublishCommand({ TopicArn, Message: 'a' }));
    expect((await failureOf(publishing)).message).toContain(`sns:Publish on ${TopicArn}`);
  });
});

/** The helpers' clients with the key of the role. */
function clientsOf() {
  const all = clientsOver({ requestHandler: aws.requestHandler() });
  for (const client of Object.values(all)) Object.assign(client.config, { credentials: async () => credentials });
  return all;
}

describe('CopyImage', () => {
  const ours: Given = {
    Action: 'ec2:CopyImage',
    Resource: images,
    Condition: { StringEquals: { 'ec2:Owner': account } },
  };
  const marked: Given = {
    Action: 'ec2:CopyImage',
    Resource: [images, snapshots],
    Condition: { StringEquals: { 'aws:RequestTag/managed': 'true' } },
  };
  const tagging: Given = {
    Action: 'ec2:CreateTags',
    Resource: [images, snapshots],
    Condition: { StringEquals: { 'ec2:CreateAction': 'CopyImage' } },
  };
  const TagSpecifications = (['image', 'snapshot'] as const).map((ResourceType) => ({
    ResourceType,
    Tags: [{ Key: 'managed', Value: 'true' }],
  }));
  const copy = (more: object = { TagSpecifications }, source = image) =>
    clients(far).ec2.send(
      new CopyImageCommand({ SourceRegion: home, SourceImageId: source.id, Name: 'copy', ...more }),
    );

  it('asks for the source, for the copy and its snapshots, and for their tags', async () => {
    allow(ours, marked, tagging);
    await copy();
    expect((await failureOf(copy({}))).message).toContain(`ec2:CopyImage on arn:aws:ec2:${far}::image/*`);
    const onlyImage = copy({ TagSpecifications: TagSpecifications.slice(0, 1) });
    expect((await failureOf(onlyImage)).message).toContain(`ec2:CopyImage on arn:aws:ec2:${far}::snapshot/*`);
    allow(ours, marked);
    expect((await failureOf(copy())).message).toContain(`ec2:CreateTags on arn:aws:ec2:${far}::image/*`);
  });

  it('takes the tags of the copy for known when it asks for the source, so that only a denial keeps others out', async () => {
    const theirs = putImage(aws, { account: stranger, region: home, name: 'theirs', permissions: ['group:all'] });
    const StringNotEquals = { 'ec2:Owner': account };
    allow(ours, marked, tagging, {
      Effect: 'Deny',
      Action: 'ec2:CopyImage',
      Resource: images,
      Condition: { StringNotEquals, Null: { 'ec2:Owner': 'false' } },
    });
    expect((await failureOf(copy(undefined, theirs))).message).toContain(imageArn(theirs.id));
    await copy();
  });

  it('fails late when the caller may not use the key', async () => {
    allow(ours, marked, tagging);
    const encrypted = { TagSpecifications, Encrypted: true, KmsKeyId: 'alias/golden' };
    const { ImageId = '' } = await copy(encrypted);
    await aws.timeline.advanceTo(aws.timeline.now() + 3_600_000);
    const stateOf = (id: string) => aws.state.table<ImageRow>('images').get(`${account}/${far}/${id}`)?.state;
    expect(stateOf(ImageId)).toBe('failed');
    const via = { StringLike: { 'kms:ViaService': 'ec2.*.amazonaws.com' } };
    allow(ours, marked, tagging, { Action: 'kms:*', Resource: 'arn:aws:kms:*:111122223333:key/*', Condition: via });
    const { ImageId: second = '' } = await copy({ ...encrypted, Name: 'second' });
    await aws.timeline.advanceTo(aws.timeline.now() + 3_600_000);
    expect(stateOf(second)).toBe('available');
  });
});

describe('DeregisterImage', () => {
  const deregister: Given = { Action: 'ec2:DeregisterImage', Resource: images, Condition: managed };
  const asked = (id = image.id) =>
    clients().ec2.send(new DeregisterImageCommand({ ImageId: id, DeleteAssociatedSnapshots: true }));

  it('goes through without the permission for a snapshot, and says so of the snapshot', async () => {
    allow(deregister);
    expect((await asked()).DeleteSnapshotResults).toMatchObject([{ ReturnCode: 'missing-permissions' }]);
    expect([...aws.state.table<SnapshotRow>('snapshots').values()]).toHaveLength(1);
  });

  it('deletes the snapshots that may be deleted', async () => {
    allow(deregister, { Action: 'ec2:DeleteSnapshot', Resource: snapshots, Condition: managed });
    expect((await asked()).DeleteSnapshotResults).toMatchObject([{ ReturnCode: 'success' }]);
  });

  it('looks at the tags that the image has now, and whether it is public', async () => {
    const StringEquals = { 'aws:ResourceTag/managed': 'true', 'ec2:Public': 'false', 'ec2:Owner': account };
    allow({ ...deregister, Condition: { StringEquals } });
    const open = putImage(aws, { account, region: home, name: 'open', tags: image.tags, permissions: ['group:all'] });
    const bare = putImage(aws, { account, region: home, name: 'bare' });
    for (const { id } of [open, bare]) expect((await failureOf(asked(id))).name).toBe('UnauthorizedOperation');
    await asked();
  });

  it('is about an image that is there: of one that is not, EC2 says that', async () => {
    allow(deregister);
    expect((await failureOf(asked('ami-00000000000000000'))).name).toBe('InvalidAMIID.NotFound');
  });
});

describe('tags', () => {
  const onlyTeam = { 'ForAllValues:StringEquals': { 'aws:TagKeys': ['Team'] }, Null: { 'aws:TagKeys': 'false' } };

  it('are written and taken away by key, and never all at once by who may take one', async () => {
    allow({ Action: ['ec2:CreateTags', 'ec2:DeleteTags'], Resource: [images, snapshots], Condition: onlyTeam });
    const { ec2 } = clients();
    const Resources = [image.id, image.disks[0]?.snapshotId ?? ''];
    const tag = (...keys: string[]) => ({ Resources, Tags: keys.map((Key) => ({ Key, Value: 'x' })) });
    await ec2.send(new CreateTagsCommand(tag('Team')));
    expect((await failureOf(ec2.send(new CreateTagsCommand(tag('Team', 'Other'))))).name).toBe('UnauthorizedOperation');
    await ec2.send(new DeleteTagsCommand(tag('Team')));
    expect((await failureOf(ec2.send(new DeleteTagsCommand({ Resources })))).name).toBe('UnauthorizedOperation');
  });

  it('are refused for all resources when one of them is out of reach', async () => {
    allow({ Action: 'ec2:CreateTags', Resource: images });
    const Resources = [image.id, image.disks[0]?.snapshotId ?? ''];
    const both = clients().ec2.send(new CreateTagsCommand({ Resources, Tags: [{ Key: 'Team', Value: 'x' }] }));
    expect((await failureOf(both)).message).toContain('snapshot/');
    expect(aws.state.table<ImageRow>('images').get(`${account}/${home}/${image.id}`)?.tags).toEqual(image.tags);
  });

  it('can be demanded of a usage report', async () => {
    const report = `arn:aws:ec2:*:${account}:image-usage-report/*`;
    allow(
      { Action: 'ec2:CreateImageUsageReport', Resource: images },
      {
        Action: ['ec2:CreateImageUsageReport', 'ec2:CreateTags'],
        Resource: report,
        Condition: { StringEquals: { 'aws:RequestTag/managed': 'true' } },
      },
    );
    const ask = (Value: string) => ({
      ImageId: image.id,
      ResourceTypes: [{ ResourceType: 'ec2:Instance' }],
      TagSpecifications: [{ ResourceType: 'image-usage-report' as const, Tags: [{ Key: 'managed', Value }] }],
    });
    const { ec2 } = clients();
    expect((await failureOf(ec2.send(new CreateImageUsageReportCommand(ask('no'))))).message).toContain(
      'usage-report/*',
    );
    await ec2.send(new CreateImageUsageReportCommand(ask('true')));
  });
});

describe('ModifySnapshotAttribute', () => {
  it.each([
    [{ OperationType: 'add' as const, GroupNames: ['all'] }],
    [{ CreateVolumePermission: { Add: [{ Group: 'all' as const }] } }],
  ])('with %o is known as opening the snapshot to everybody', async (change) => {
    allow(
      { Action: 'ec2:ModifySnapshotAttribute', Resource: snapshots },
      {
        Effect: 'Deny',
        Action: 'ec2:ModifySnapshotAttribute',
        Condition: { StringEquals: { 'ec2:Add/group': 'all' } },
      },
    );
    const at = { SnapshotId: image.disks[0]?.snapshotId, Attribute: 'createVolumePermission' as const };
    const { ec2 } = clients();
    const opened = ec2.send(new ModifySnapshotAttributeCommand({ ...at, ...change }));
    expect((await failureOf(opened)).name).toBe('UnauthorizedOperation');
    await ec2.send(new ModifySnapshotAttributeCommand({ ...at, OperationType: 'add', UserIds: [stranger] }));
  });
});

describe('DescribeImageReferences', () => {
  it('reads in the name of the caller, who need not be allowed to read by themselves', async () => {
    const reads = ['ec2:Describe*', 'ssm:*', 'imagebuilder:*'];
    const via = { 'ForAnyValue:StringEquals': { 'aws:CalledVia': 'ec2-images.amazonaws.com' } };
    const itself = { Action: 'ec2:DescribeImageReferences' };
    allow(itself, { Action: reads, Condition: via });
    const { ec2 } = clients();
    const ask = () =>
      ec2.send(new DescribeImageReferencesCommand({ ImageIds: [image.id], IncludeAllResourceTypes: true }));
    await ask();
    expect((await failureOf(ec2.send(new DescribeImagesCommand({})))).name).toBe('UnauthorizedOperation');
    allow(itself, { Action: reads.slice(0, 2), Condition: via });
    expect((await failureOf(ask())).message).toContain('imagebuilder:');
  });
});

describe('a function', () => {
  it('with a role calls as its role, and only while it runs', async () => {
    allow({ Action: 'ec2:DescribeImages' });
    const role = aws.principals.find(key);
    if (role) aws.runtime.roles.set('worker', role);
    const ec2 = new EC2Client({ region: home, credentials, maxAttempts: 1 });
    ec2.middlewareStack.use(aws.directPlugin({ region: home }));
    const deregister = () => ec2.send(new DeregisterImageCommand({ ImageId: image.id }));
    const refused: string[] = [];
    aws.runtime.registerFunction('worker', async () => {
      await ec2.send(new DescribeImagesCommand({}));
      refused.push((await failureOf(deregister())).name);
    });
    aws.runtime.schedule({ name: 'beat', function: 'worker', everyMs: 60_000, firstAt: aws.timeline.now() + 1 });
    await aws.timeline.advanceTo(aws.timeline.now() + 1_000);
    expect(refused).toEqual(['UnauthorizedOperation']);
    await deregister();
  });

  it('that may not read a queue cannot be fed from it', () => {
    const queue = `arn:aws:sqs:${home}:${account}:work`;
    const mapping = { queue, function: 'worker', batchSize: 1, reportBatchItemFailures: true };
    allow({ Action: ['sqs:ReceiveMessage', 'sqs:DeleteMessage'], Resource: queue });
    const give = () => {
      const role = aws.principals.find(key);
      if (role) aws.runtime.roles.set('worker', role);
    };
    give();
    expect(() => aws.runtime.mapQueue(mapping)).toThrow(/sqs:GetQueueAttributes/);
    allow({ Action: 'sqs:*', Resource: queue });
    give();
    expect(() => aws.runtime.mapQueue(mapping)).not.toThrow();
  });
});
