import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { CopyImageCommand, DeregisterImageCommand, DescribeRegionsCommand } from '@aws-sdk/client-ec2';
import { describe, expect, it } from 'vitest';
import { ec2Clients } from '../../shared/aws/clients.ts';
import { isRepeatable } from '../../shared/aws/retry.ts';
import { type ErrorKind, PortError } from '../../shared/model/errors.ts';
import { Stub, serviceError } from './stub.ts';
import { FakeClock, testOptions, testRetry } from './support.ts';

const failure = (call: Promise<unknown>): Promise<unknown> =>
  call.then(
    () => undefined,
    (error: unknown) => error,
  );

const describeRegions = (stub: Stub, region?: string) =>
  failure(ec2Clients(stub.options)(region).send(new DescribeRegionsCommand({})));

describe('a failed call', () => {
  const meanings: [code: string, kind: ErrorKind, message?: string][] = [
    ['InvalidAMIID.NotFound', 'not-found'],
    ['InvalidSnapshot.NotFound', 'not-found'],
    ['UnauthorizedOperation', 'denied'],
    ['AuthFailure', 'denied', 'This image is managed by AWS Backup'],
    ['ResourceLimitExceeded', 'quota'],
    ['InvalidAMIName.Duplicate', 'name-taken'],
    ['InvalidSnapshot.InUse', 'in-use'],
    ['OperationNotPermitted', 'protected'],
    ['IdempotentParameterMismatch', 'token-mismatch'],
    ['InvalidAMIID.Unavailable', 'conflict'],
    ['OptInRequired', 'region-unavailable'],
    ['CredentialsProviderError', 'no-credentials'],
    ['InvalidParameterValue', 'invalid'],
    ['NotFoundException', 'not-found'],
    ['DisabledException', 'conflict'],
    ['AuthorizationError', 'denied'],
    ['SomethingNew', 'unexpected'],
  ];
  it.each(meanings)('with code %s means %s', async (code, kind, message = code) => {
    const cause = serviceError(code, message);
    const stub = new Stub({
      DescribeRegions: () => {
        throw cause;
      },
    });
    const error = await describeRegions(stub);
    expect(error).toBeInstanceOf(PortError);
    expect(error).toMatchObject({ kind, code, operation: 'DescribeRegions', region: 'eu-central-1', cause });
    expect(stub.seen).toHaveLength(1);
  });

  it.each(['AuthFailure', 'UnrecognizedClientException'])(
    '%s about keys speaks of the Region unless it is our home',
    async (code) => {
      const message = 'AWS was not able to validate the provided access credentials';
      const stub = new Stub({
        DescribeRegions: () => {
          throw serviceError(code, message, 401);
        },
      });
      expect(await describeRegions(stub, 'me-south-1')).toMatchObject({
        kind: 'region-unavailable',
        region: 'me-south-1',
      });
      expect(await describeRegions(stub)).toMatchObject({ kind: 'no-credentials' });
    },
  );

  it('with an unknown code and status 503 counts as unavailable', async () => {
    const stub = new Stub({
      DescribeRegions: () => {
        throw serviceError('Odd', 'Odd', 503);
      },
    });
    expect(await describeRegions(stub)).toMatchObject({ kind: 'unavailable', code: 'Odd' });
  });

  it('that is a mistake of the program, or its end, leaves as it came', async () => {
    const mistake = new TypeError('x is not a function');
    const stub = new Stub({
      DescribeRegions: () => {
        throw mistake;
      },
    });
    expect(await describeRegions(stub)).toBe(mistake);
  });
});

describe('retry', () => {
  const failing = (times: number, code: string) =>
    new Stub({
      DescribeRegions: (_input, nth) => {
        if (nth < times) throw serviceError(code, code, 503);
        return { Regions: [] };
      },
      CopyImage: (_input, nth) => {
        if (nth < times) throw serviceError(code, code, 503);
        return { ImageId: 'ami-0123456789abcdef0' };
      },
      DeregisterImage: (_input, nth) => {
        if (nth < times) throw serviceError(code, code, 503);
        return { Return: true };
      },
    });
  const copy = (token?: string) =>
    new CopyImageCommand({ SourceImageId: 'ami-1', SourceRegion: 'eu-west-1', Name: 'n', ClientToken: token });
  const deregister = new DeregisterImageCommand({ ImageId: 'ami-1' });

  it('F20 tries a throttled call again, with waits that are random below a doubling bound', async () => {
    const stub = failing(5, 'RequestLimitExceeded');
    const retry = { ...stub.options.retry, random: () => 0.5 };
    await ec2Clients({ ...stub.options, retry })().send(new DescribeRegionsCommand({}));
    expect(stub.seen).toHaveLength(6);
    expect(stub.clock.waits).toEqual([100, 200, 400, 800, 1600]);
  });

  it('gives up after its attempts and throws the last error', async () => {
    const stub = failing(99, 'RequestLimitExceeded');
    expect(await describeRegions(stub)).toMatchObject({ kind: 'throttled' });
    expect(stub.seen).toHaveLength(6);
  });

  it('begins no wait that would end after its deadline', async () => {
    const stub = failing(99, 'RequestLimitExceeded');
    const budget = { attempts: 50, within: 1_000, first: 400, longest: 400 };
    const retry = { ...stub.options.retry, budget, random: () => 0.999999 };
    await failure(ec2Clients({ ...stub.options, retry })().send(new DescribeRegionsCommand({})));
    expect(stub.clock.waits).toEqual([399, 399]);
  });

  it('F12 repeats a call without answer when its client token makes that safe, with the same token', async () => {
    const stub = failing(1, 'TimeoutError');
    await ec2Clients(stub.options)().send(copy('token'));
    expect(stub.inputs('CopyImage').map(({ ClientToken }) => ClientToken)).toEqual(['token', 'token']);
  });

  it('never repeats a call that may have had its effect and carries no token', async () => {
    const stub = failing(1, 'TimeoutError');
    expect(await failure(ec2Clients(stub.options)().send(copy()))).toMatchObject({ kind: 'unavailable' });
    expect(await failure(ec2Clients(stub.options)().send(deregister))).toMatchObject({ kind: 'unavailable' });
    expect(stub.seen).toHaveLength(2);
  });

  it('repeats such a call when it was throttled, since then it had no effect', async () => {
    const stub = failing(1, 'RequestLimitExceeded');
    await ec2Clients(stub.options)().send(deregister);
    expect(stub.seen).toHaveLength(2);
  });

  it('knows which operations may repeat', () => {
    expect(isRepeatable('DescribeImages', {})).toBe(true);
    expect(isRepeatable('ModifyImageAttribute', {})).toBe(true);
    expect(isRepeatable('DeregisterImage', {})).toBe(false);
    expect(isRepeatable('CreateImage', {})).toBe(false);
    expect(isRepeatable('CopyImage', { ClientToken: undefined })).toBe(false);
  });
});

describe('a client', () => {
  it('is made once per Region, in the home Region when none is named', async () => {
    const clients = ec2Clients(testOptions());
    expect(clients('eu-west-1')).toBe(clients('eu-west-1'));
    expect(clients('eu-west-1')).not.toBe(clients('us-east-1'));
    expect(clients()).toBe(clients('eu-central-1'));
    expect(await clients('us-east-1').config.region()).toBe('us-east-1');
  });

  it('lets the SDK try once, so that attempts do not multiply over HTTP', async () => {
    let requests = 0;
    const server = createServer((_request, response) => {
      requests++;
      response.writeHead(503).end('<Response><Errors><Error><Code>Unavailable</Code></Error></Errors></Response>');
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const budget = { attempts: 3, within: 60_000, first: 10, longest: 10 };
    const clients = ec2Clients(testOptions({ endpoint, retry: { ...testRetry(), budget } }));
    const error = await failure(clients().send(new DescribeRegionsCommand({})));
    await new Promise((resolve) => server.close(resolve));
    expect(error).toMatchObject({ kind: 'unavailable', code: 'Unavailable' });
    expect(requests).toBe(3);
  });

  it('reports a refused connection as unavailable', async () => {
    const clock = new FakeClock();
    const clients = ec2Clients(testOptions({ endpoint: 'http://127.0.0.1:1', retry: testRetry(clock) }));
    const error = await failure(clients().send(new DescribeRegionsCommand({})));
    expect(error).toMatchObject({ kind: 'unavailable', code: 'ECONNREFUSED' });
    expect(clock.waits).toHaveLength(5);
  });

  it('reports missing credentials as such, after one try', async () => {
    const clock = new FakeClock();
    const credentials = () =>
      Promise.reject(Object.assign(new Error('Could not load credentials'), { name: 'CredentialsProviderError' }));
    const clients = ec2Clients(testOptions({ credentials, retry: testRetry(clock), endpoint: 'http://127.0.0.1:1' }));
    expect(await failure(clients().send(new DescribeRegionsCommand({})))).toMatchObject({ kind: 'no-credentials' });
    expect(clock.waits).toEqual([]);
  });
});
