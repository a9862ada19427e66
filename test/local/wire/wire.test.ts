import {
  CopyImageCommand,
  DescribeImagesCommand,
  DescribeVpcsCommand,
  ImportKeyPairCommand,
} from '@aws-sdk/client-ec2';
import { GetQueueUrlCommand, ListQueuesCommand } from '@aws-sdk/client-sqs';
import { GetParameterCommand, ListCommandsCommand } from '@aws-sdk/client-ssm';
import { GetCallerIdentityCommand, GetSessionTokenCommand } from '@aws-sdk/client-sts';
import { describe, expect, it } from 'vitest';
import { AwsError, type Call } from '../../../local/kernel/service.ts';
import { bare, directClients, failureOf, fake, open, start, wireClients } from './helpers.ts';

const authorization = (service: string, region = 'us-east-1', key = 'AKIAEXAMPLE'): string =>
  `AWS4-HMAC-SHA256 Credential=${key}/20260105/${region}/${service}/aws4_request, SignedHeaders=host, Signature=00`;

const form = (body: string, headers: Record<string, string> = { authorization: authorization('ec2') }) => ({
  method: 'POST',
  path: '/',
  headers: { 'content-type': 'application/x-www-form-urlencoded; charset=utf-8', ...headers },
  body,
});

function recording(answer: unknown = {}) {
  const seen: { input: unknown; call: Call }[] = [];
  const operation = (input: never, call: Call): unknown => {
    seen.push({ input, call });
    return answer;
  };
  return { seen, operation };
}

describe('EC2 query requests', () => {
  it('are read whatever order and numbers their lists have', async () => {
    const { seen, operation } = recording({ Images: [] });
    const aws = open({ services: [fake('ec2', { DescribeImages: operation })] });
    const body =
      'Action=DescribeImages&Version=2016-11-15&Filter.2.Name=state&Filter.2.Value.1=available&Owner.10=b&Owner.2=a' +
      '&Filter.1.Name=tag%3ATeam&Filter.1.Value.2=y%26z&Filter.1.Value.1=x+x&IncludeDisabled=true&MaxResults=7';
    expect((await aws.handle(form(body))).status).toBe(200);
    expect(seen[0]?.input).toEqual({
      Owners: ['a', 'b'],
      Filters: [
        { Name: 'tag:Team', Values: ['x x', 'y&z'] },
        { Name: 'state', Values: ['available'] },
      ],
      IncludeDisabled: true,
      MaxResults: 7,
    });
  });

  it('may come as GET with a query string', async () => {
    const { seen, operation } = recording({ Images: [] });
    const aws = open({ services: [fake('ec2', { DescribeImages: operation })] });
    const path = '/?Action=DescribeImages&ImageId.1=ami-00000001';
    await aws.handle({ method: 'GET', path, headers: { authorization: authorization('ec2') }, body: '' });
    expect(seen[0]?.input).toEqual({ ImageIds: ['ami-00000001'] });
  });

  it.each([
    ['EnableImageDeprecation', '2026-03-01T10:00:00Z'],
    ['EnableImageDeprecation', '2026-03-01T10:00:00.000Z'],
    ['EnableImageDeprecation', '2026-03-01T12:00:00+02:00'],
    ['EnableImageDeprecation', '1772359200'],
  ])('take %s at the time %s', async (name, time) => {
    const { seen, operation } = recording({ Return: true });
    const aws = open({ services: [fake('ec2', { [name]: operation })] });
    await aws.handle(form(`Action=${name}&ImageId=ami-00000001&DeprecateAt=${encodeURIComponent(time)}`));
    expect(seen[0]?.input).toEqual({ ImageId: 'ami-00000001', DeprecateAt: new Date('2026-03-01T10:00:00Z') });
  });

  it.each([
    ['Color=red', 'UnknownParameter', 'Color'],
    ['Filter.1.Colour=red', 'UnknownParameter', 'Filter.1.Colour'],
    ['Filter.x.Name=red', 'UnknownParameter', 'Filter.x'],
    ['MaxResults.1=5', 'UnknownParameter', 'MaxResults.1'],
    ['MaxResults=many', 'InvalidParameterValue', 'many'],
    ['IncludeDisabled=yes', 'InvalidParameterValue', 'yes'],
    ['Owner=self', 'InvalidParameterValue', 'self'],
  ])('with the unread or malformed parameter %s are refused with %s', async (parameter, code, what) => {
    const { seen, operation } = recording({ Images: [] });
    const aws = open({ services: [fake('ec2', { DescribeImages: operation })] });
    const { status, body } = await aws.handle(form(`Action=DescribeImages&${parameter}`));
    expect(status).toBe(400);
    expect(body).toContain(`<Code>${code}</Code>`);
    expect(body).toContain(what);
    expect(seen).toEqual([]);
  });
});

describe('the caller', () => {
  it('is known by the scope of the signature and a 12-digit access key', async () => {
    const { seen, operation } = recording({ Images: [] });
    const aws = open({ services: [fake('ec2', { DescribeImages: operation })] });
    const from = (region: string, key: string) =>
      aws.handle(form('Action=DescribeImages', { authorization: authorization('ec2', region, key) }));
    await from('eu-west-1', '999988887777');
    await from('ap-south-1', 'AKIAEXAMPLE');
    expect(seen.map(({ call }) => [call.region, call.account])).toEqual([
      ['eu-west-1', '999988887777'],
      ['ap-south-1', '111122223333'],
    ]);
  });

  it.each([
    ['no signature', {}, 403, 'MissingAuthenticationToken'],
    ['a Region that the account does not have', { authorization: authorization('ec2', 'mars-1') }, 401, 'AuthFailure'],
    ['a service that is not built', { authorization: authorization('s3') }, 400, 'InvalidAction'],
  ])('with %s is refused', async (_what, headers, status, code) => {
    const answered = await open().handle(form('Action=DescribeImages', headers));
    expect(answered.status).toBe(status);
    expect(answered.body).toContain(`<Code>${code}</Code>`);
    expect(answered.headers['x-amzn-requestid']).toMatch(/^[0-9a-f-]{36}$/);
  });
});

describe('a service that is not here', () => {
  const to = (service: string, headers: Record<string, string>, method = 'GET', path = '/things') =>
    open().handle({ method, path, headers: { authorization: authorization(service), ...headers }, body: '' });

  it.each(['lambda', 'imagebuilder', 'eks'])(
    'answers clients of %s, which speak REST, so that they understand',
    async (name) => {
      const { status, headers, body } = await to(name, { 'content-type': 'application/json' });
      expect([status, headers['x-amzn-errortype']]).toEqual([400, 'UnknownOperationException']);
      expect(JSON.parse(body)).toEqual({ Message: `The service ${name} is not built into the embedded AWS.` });
    },
  );

  it('answers clients of S3 in its own XML', async () => {
    const { status, body } = await to('s3', {}, 'GET', '/bucket?list-type=2');
    expect([status, body]).toEqual([
      400,
      expect.stringMatching(/^<Error><Code>UnknownOperationException<\/Code><Message>.*s3.*<RequestId>.+<\/Error>$/),
    ]);
  });

  it('answers clients that name their operation in a header in JSON', async () => {
    const { body } = await to('dynamodb', { 'x-amz-target': 'DynamoDB_20120810.ListTables' }, 'POST', '/');
    expect(JSON.parse(body)).toMatchObject({ __type: 'UnknownOperationException' });
  });
});

describe('what is not built', () => {
  const both = (aws = open()) => [wireClients(aws), directClients(aws)];

  it('answers as AWS answers an unknown action, on every service and both ways', async () => {
    for (const { ec2, ssm, sts, sqs } of both()) {
      expect(await failureOf(ec2.send(new DescribeVpcsCommand({})))).toMatchObject({
        name: 'InvalidAction',
        message: 'The action DescribeVpcs is not valid for this web service.',
        $fault: 'client',
        $metadata: { httpStatusCode: 400 },
      });
      expect((await failureOf(sts.send(new GetSessionTokenCommand({})))).name).toBe('InvalidAction');
      expect((await failureOf(ssm.send(new ListCommandsCommand({})))).name).toBe('UnknownOperationException');
      expect((await failureOf(sqs.send(new ListQueuesCommand({})))).name).toBe('UnknownOperationException');
    }
  });

  it('says so for an action that AWS does not have either', async () => {
    const { status, body } = await open().handle(form('Action=MakeCoffee'));
    expect(status).toBe(400);
    expect(body).toContain('<Code>InvalidAction</Code>');
  });
});

describe('errors', () => {
  const failing = (error: AwsError) => {
    const fail = (): never => {
      throw error;
    };
    return open({ services: [fake('ec2', { CopyImage: fail }), fake('ssm', { GetParameter: fail })] });
  };
  const copy = new CopyImageCommand({ Name: 'abc', SourceImageId: 'ami-00000001', SourceRegion: 'us-east-1' });

  it('carry code, message, fault, status and request id, the same by wire and directly', async () => {
    const aws = failing(new AwsError('InvalidAMIID.NotFound', 'The image id \'[ami-1]\' <does> & not "exist"', 400));
    for (const { ec2 } of [wireClients(aws), directClients(aws)]) {
      const error = await failureOf(ec2.send(copy));
      expect(error).toBeInstanceOf(Error);
      expect(error).toMatchObject({
        name: 'InvalidAMIID.NotFound',
        message: 'The image id \'[ami-1]\' <does> & not "exist"',
        $fault: 'client',
        $metadata: { httpStatusCode: 400, requestId: expect.stringMatching(/^[0-9a-f-]{36}$/) },
      });
    }
  });

  it('of the 5xx class are the server’s fault', async () => {
    const aws = failing(new AwsError('RequestLimitExceeded', 'Request limit exceeded.', 503));
    for (const { ec2 } of [wireClients(aws), directClients(aws)]) {
      expect(await failureOf(ec2.send(copy))).toMatchObject({ $fault: 'server', $metadata: { httpStatusCode: 503 } });
    }
  });

  it('of the JSON services have their class names', async () => {
    const aws = open();
    for (const { ssm, sqs } of [wireClients(aws), directClients(aws)]) {
      expect((await failureOf(ssm.send(new GetParameterCommand({ Name: '/none' })))).name).toBe('ParameterNotFound');
      expect((await failureOf(sqs.send(new GetQueueUrlCommand({ QueueName: 'q' })))).name).toBe('QueueDoesNotExist');
    }
  });

  it('of SQS name the older query code for clients that ask for it', async () => {
    const headers = { authorization: authorization('sqs'), 'x-amz-target': 'AmazonSQS.GetQueueUrl' };
    const request = { method: 'POST', path: '/', headers, body: '{"QueueName":"q"}' };
    const asked = await open().handle({ ...request, headers: { ...headers, 'x-amzn-query-mode': 'true' } });
    expect(asked.headers['x-amzn-query-error']).toBe('AWS.SimpleQueueService.NonExistentQueue;Sender');
    expect((await open().handle(request)).headers['x-amzn-query-error']).toBeUndefined();
  });

  it('refuse JSON that is broken, of the wrong type or with a member that nothing reads', async () => {
    const headers = { authorization: authorization('ssm'), 'x-amz-target': 'AmazonSSM.GetParameter' };
    for (const body of ['{', '[]', '{"Name":7}', '{"Nam":"x"}', '{"Name":["x"]}']) {
      const answered = await open().handle({ method: 'POST', path: '/', headers, body });
      expect([body, answered.status, JSON.parse(answered.body).__type]).toEqual([body, 400, 'SerializationException']);
    }
  });

  it('that are mistakes of ours are not passed off as AWS’s', async () => {
    const aws = open({ services: [fake('ec2', { DescribeImages: () => ({ Imagse: [] }) })] });
    for (const { ec2 } of [wireClients(aws), directClients(aws)]) {
      expect((await failureOf(ec2.send(new DescribeImagesCommand({})))).message).toMatch(/no member Imagse/);
    }
  });
});

describe('inputs', () => {
  const copy = { Name: 'abc', SourceImageId: 'ami-00000001', SourceRegion: 'us-east-1' };

  it('without a client token get a fresh one each time, both ways; a given one stays', async () => {
    const { seen, operation } = recording({ ImageId: 'ami-00000002' });
    const aws = open({ services: [fake('ec2', { CopyImage: operation })] });
    for (const { ec2 } of [wireClients(aws), directClients(aws)]) {
      await ec2.send(new CopyImageCommand(copy));
      await ec2.send(new CopyImageCommand(copy));
      await ec2.send(new CopyImageCommand({ ...copy, ClientToken: 'mine' }));
    }
    const tokens = seen.map(({ input }) => (input as { ClientToken?: string }).ClientToken);
    expect([tokens[2], tokens[5]]).toEqual(['mine', 'mine']);
    expect(new Set(tokens.filter((token) => token !== 'mine' && token !== undefined && token !== '')).size).toBe(4);
  });

  it('with empty lists reach EC2 without them, since the query protocol cannot say so', async () => {
    const { seen, operation } = recording({ Images: [] });
    const aws = open({ services: [fake('ec2', { DescribeImages: operation })] });
    for (const { ec2 } of [wireClients(aws), directClients(aws)]) {
      await ec2.send(new DescribeImagesCommand({ ImageIds: [], Owners: ['self'], NextToken: undefined }));
    }
    expect(seen.map(({ input }) => input)).toStrictEqual([{ Owners: ['self'] }, { Owners: ['self'] }]);
  });

  it('and outputs are copies: whoever changes them changes nothing else', async () => {
    const kept = { Images: [{ Name: 'one', Tags: [{ Key: 'a', Value: 'b' }] }] };
    const aws = open({ services: [fake('ec2', { DescribeImages: () => kept })] });
    const { Images } = await directClients(aws).ec2.send(new DescribeImagesCommand({}));
    Images?.[0]?.Tags?.pop();
    expect(kept.Images[0]?.Tags).toHaveLength(1);
  });

  it('may hold binary data', async () => {
    const { seen, operation } = recording({ KeyName: 'k' });
    const aws = open({ services: [fake('ec2', { ImportKeyPair: operation })] });
    const input = { KeyName: 'k', PublicKeyMaterial: new Uint8Array([1, 2, 250]) };
    await wireClients(aws).ec2.send(new ImportKeyPairCommand(input));
    expect(seen[0]?.input).toEqual(input);
  });
});

it('GetCallerIdentity names the account of the access key', async () => {
  const aws = open();
  for (const { sts } of [wireClients(aws), directClients(aws)]) {
    expect(bare(await sts.send(new GetCallerIdentityCommand({})))).toMatchObject({ Account: '111122223333' });
  }
  expect(aws.timeline.now()).toBe(start);
});
