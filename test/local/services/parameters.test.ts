import {
  DeleteParameterCommand,
  DescribeParametersCommand,
  GetParameterCommand,
  GetParameterHistoryCommand,
  GetParametersByPathCommand,
  GetParametersCommand,
  PutParameterCommand,
  type PutParameterCommandInput,
  paginateDescribeParameters,
  paginateGetParametersByPath,
} from '@aws-sdk/client-ssm';
import { beforeEach, describe, expect, it } from 'vitest';
import { AwsError } from '../../../local/kernel/service.ts';
import { ssmService } from '../../../local/services/ssm.ts';
import type { EmbeddedAws } from '../../../local/world.ts';
import { minute } from '../../../shared/model/time.ts';
import { failureOf, fake, open, wireClients } from '../wire/helpers.ts';

let aws: EmbeddedAws;
let ssm: ReturnType<typeof wireClients>['ssm'];

/** An EC2 that knows `ami-available` and `ami-pending` only. */
const describeImages = ({ ImageIds: [id] }: { ImageIds: string[] }): unknown => {
  if (id === 'ami-available') return { Images: [{ State: 'available' }] };
  if (id === 'ami-pending') return { Images: [{ State: 'pending' }] };
  throw new AwsError('InvalidAMIID.NotFound', 'no such image');
};

beforeEach(() => {
  aws = open({ services: [ssmService, fake('ec2', { DescribeImages: describeImages })] });
  ssm = wireClients(aws).ssm;
});

const put = (input: Partial<PutParameterCommandInput>) =>
  ssm.send(new PutParameterCommand({ Name: '/golden/latest', Value: 'v1', Type: 'String', ...input }));
const get = async (Name: string) => (await ssm.send(new GetParameterCommand({ Name }))).Parameter;
const image = { DataType: 'aws:ec2:image', Type: 'String' } as const;

describe('a parameter', () => {
  it('is put, read and put again only with Overwrite', async () => {
    expect(await put({})).toMatchObject({ Version: 1, Tier: 'Standard' });
    expect(await get('/golden/latest')).toEqual({
      Name: '/golden/latest',
      Type: 'String',
      Value: 'v1',
      Version: 1,
      LastModifiedDate: new Date('2026-01-05T09:00:00Z'),
      ARN: 'arn:aws:ssm:us-east-1:111122223333:parameter/golden/latest',
      DataType: 'text',
    });
    expect((await failureOf(put({ Value: 'v2' }))).name).toBe('ParameterAlreadyExists');
    expect(await put({ Value: 'v2', Overwrite: true })).toMatchObject({ Version: 2 });
    expect(await get('/golden/latest')).toMatchObject({ Value: 'v2', Version: 2 });
  });

  it('is found by version and by ARN, and its versions are listed', async () => {
    await put({});
    await put({ Value: 'v2', Overwrite: true });
    expect(await get('/golden/latest:1')).toMatchObject({ Value: 'v1', Selector: ':1' });
    expect(await get('arn:aws:ssm:us-east-1:111122223333:parameter/golden/latest')).toMatchObject({ Value: 'v2' });
    expect((await failureOf(get('/golden/latest:9'))).name).toBe('ParameterVersionNotFound');
    const history = await ssm.send(new GetParameterHistoryCommand({ Name: '/golden/latest' }));
    expect(history.Parameters?.map(({ Value, Version }) => [Value, Version])).toEqual([
      ['v1', 1],
      ['v2', 2],
    ]);
  });

  it('belongs to one Region', async () => {
    await put({});
    const elsewhere = wireClients(aws, 'eu-west-1').ssm.send(new GetParameterCommand({ Name: '/golden/latest' }));
    expect((await failureOf(elsewhere)).name).toBe('ParameterNotFound');
  });

  it('is gone after its deletion, and starts with version 1 again', async () => {
    await put({});
    await ssm.send(new DeleteParameterCommand({ Name: '/golden/latest' }));
    expect((await failureOf(get('/golden/latest'))).name).toBe('ParameterNotFound');
    expect((await failureOf(ssm.send(new DeleteParameterCommand({ Name: '/golden/latest' })))).name).toBe(
      'ParameterNotFound',
    );
    expect(await put({})).toMatchObject({ Version: 1 });
  });

  it.each<[Partial<PutParameterCommandInput>, string]>([
    [{ Value: 'x'.repeat(4097) }, 'ValidationException'],
    [{ Name: 'golden latest' }, 'ValidationException'],
    [{ Name: 'golden/latest' }, 'ValidationException'],
    [{ Name: '/aws/mine' }, 'ValidationException'],
    [{ Name: '/a'.repeat(16) }, 'HierarchyLevelLimitExceededException'],
    [{ Type: undefined }, 'ValidationException'],
    [{ Type: 'SecureString' }, 'UnsupportedParameterType'],
    [{ DataType: 'aws:ssm:integration' }, 'ValidationException'],
    [{ AllowedPattern: '^ami-' }, 'ParameterPatternMismatchException'],
    [{ Policies: '[]' }, 'ValidationException'],
  ])('put with %j is refused', async (input, name) => {
    expect((await failureOf(put(input))).name).toBe(name);
    expect(aws.state.table('ssm-parameters').size).toBe(0);
  });
});

describe('F34e: a value of type aws:ec2:image', () => {
  const settle = (): Promise<void> => aws.timeline.advanceTo(aws.timeline.now() + minute);

  it('is accepted at once and shows only after the check', async () => {
    expect(await put({ ...image, Value: 'ami-available' })).toMatchObject({ Version: 1 });
    expect((await failureOf(get('/golden/latest'))).name).toBe('ParameterNotFound');
    await settle();
    expect(await get('/golden/latest')).toMatchObject({
      Value: 'ami-available',
      DataType: 'aws:ec2:image',
      Version: 1,
    });
    expect(aws.state.table('ssm-parameters').get('111122223333/us-east-1//golden/latest')).toMatchObject({
      value: 'ami-available',
    });
  });

  it.each(['ami-pending', 'ami-unknown'])(
    'is answered with success and never stored when it names %s',
    async (Value) => {
      await put({ ...image, Value: 'ami-available' });
      await settle();
      expect(await put({ ...image, Value, Overwrite: true })).toMatchObject({ Version: 2 });
      await settle();
      expect(await get('/golden/latest')).toMatchObject({ Value: 'ami-available', Version: 1 });
    },
  );
});

it('F34e: a good image may be refused as well, as often as it was injected', async () => {
  aws.state.table('injected').set('refuse-parameter/us-east-1', { remaining: 1, message: 'no' });
  for (const shown of [undefined, 'ami-available']) {
    await put({ ...image, Value: 'ami-available', Overwrite: true });
    await aws.timeline.advanceTo(aws.timeline.now() + minute);
    expect((await get('/golden/latest').catch(() => undefined))?.Value).toBe(shown);
  }
});

describe('lists of parameters', () => {
  beforeEach(async () => {
    for (let index = 0; index < 23; index += 1) await put({ Name: `/fleet/p${String(index).padStart(2, '0')}` });
    await put({ Name: '/fleet/deep/one', Type: 'StringList' });
    await put({ Name: '/fleetwood' });
  });

  it('by path are one level deep unless recursive, in pages of ten', async () => {
    const names = async (Recursive: boolean): Promise<(string | undefined)[]> => {
      const found = [];
      for await (const page of paginateGetParametersByPath({ client: ssm }, { Path: '/fleet', Recursive })) {
        expect(page.Parameters?.length).toBeLessThanOrEqual(10);
        found.push(...(page.Parameters ?? []).map(({ Name }) => Name));
      }
      return found;
    };
    expect(await names(false)).toHaveLength(23);
    expect(await names(true)).toHaveLength(24);
    expect(await names(true)).toContain('/fleet/deep/one');
  });

  it('are described with filters, without values, in pages', async () => {
    const found = [];
    for await (const page of paginateDescribeParameters({ client: ssm, pageSize: 7 }, {})) {
      found.push(...(page.Parameters ?? []));
    }
    expect(found).toHaveLength(25);
    expect(found[0]).not.toHaveProperty('Value');
    const named = async (ParameterFilters: object[]) => {
      const { Parameters } = await ssm.send(
        new DescribeParametersCommand({ ParameterFilters: ParameterFilters as never }),
      );
      return Parameters?.map(({ Name }) => Name);
    };
    expect(await named([{ Key: 'Type', Values: ['StringList'] }])).toEqual(['/fleet/deep/one']);
    expect(await named([{ Key: 'Name', Option: 'Contains', Values: ['wood'] }])).toEqual(['/fleetwood']);
    expect(await named([{ Key: 'Path', Values: ['/fleet/deep'] }])).toEqual(['/fleet/deep/one']);
    expect((await failureOf(named([{ Key: 'Label', Values: ['x'] }]))).name).toBe('InvalidFilterKey');
    const token = ssm.send(new GetParametersByPathCommand({ Path: '/', NextToken: 'nonsense' }));
    expect((await failureOf(token)).name).toBe('InvalidNextToken');
  });

  it('by name tell which names are invalid', async () => {
    const asked = await ssm.send(new GetParametersCommand({ Names: ['/fleet/p01', '/none'] }));
    expect(asked.Parameters?.map(({ Name }) => Name)).toEqual(['/fleet/p01']);
    expect(asked.InvalidParameters).toEqual(['/none']);
  });
});
