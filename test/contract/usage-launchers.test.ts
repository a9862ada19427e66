import { describe, expect, it } from 'vitest';
import { autoScalingClients, ec2Clients } from '../../shared/aws/clients.ts';
import { AutoScalingUsage } from '../../shared/aws/usage/auto-scaling.ts';
import { FleetUsage } from '../../shared/aws/usage/fleets.ts';
import { LaunchConfigurationUsage } from '../../shared/aws/usage/launch-configurations.ts';
import { SpotUsage } from '../../shared/aws/usage/spot.ts';
import { type Answer, paged, Stub, serviceError } from './stub.ts';

const region = 'eu-west-1';

interface Version {
  readonly number: number;
  readonly image?: string | undefined;
}

/** Templates by id with their versions: the first is the default one. */
type Templates = Readonly<Record<string, readonly Version[]>>;

const shown = (id: string, versions: readonly Version[], { number, image }: Version) => ({
  LaunchTemplateId: id,
  LaunchTemplateName: `name-of-${id}`,
  VersionNumber: number,
  DefaultVersion: number === versions[0]?.number,
  LaunchTemplateData: image === undefined ? {} : { ImageId: image },
});

function chosen(id: string, versions: readonly Version[], wanted: string): object {
  const latest = Math.max(...versions.map(({ number }) => number));
  const number = { $Default: versions[0]?.number, $Latest: latest }[wanted] ?? Number(wanted);
  const version = versions.find((one) => one.number === number);
  if (!version) throw serviceError('InvalidLaunchTemplateId.VersionNotFound');
  return shown(id, versions, version);
}

/** Answers as EC2 does: nothing at all when one of the versions is gone. */
const describeVersions =
  (templates: Templates): Answer =>
  (input, nth, at) => {
    const { LaunchTemplateId, LaunchTemplateName, Versions = [] } = input as Record<string, never>;
    const named = Object.entries(templates).filter(
      ([id]) => id === LaunchTemplateId || `name-of-${id}` === LaunchTemplateName,
    );
    const isAll = LaunchTemplateId === undefined && LaunchTemplateName === undefined;
    if (!isAll && named.length === 0) throw serviceError('InvalidLaunchTemplateId.NotFound');
    const found = (isAll ? Object.entries(templates) : named).flatMap(([id, versions]) =>
      (Versions as string[]).map((wanted) => chosen(id, versions, wanted)),
    );
    return paged([{}, ...found.map((one) => ({ LaunchTemplateVersions: [one] }))])(input, nth, at);
  };

const template = (LaunchTemplateId: string, Version?: string) => ({
  LaunchTemplateId,
  LaunchTemplateName: `name-of-${LaunchTemplateId}`,
  ...(Version !== undefined && { Version }),
});

const texts = (uses: readonly { image: string; by: string }[]): string[] =>
  uses.map(({ image, by }) => `${image} ${by}`);

/** Calls of the first page each; the others are paging. */
const firstPages = (stub: Stub, operation: string) =>
  stub.inputs(operation).filter(({ NextToken }) => NextToken === undefined);

function groupsOf(groups: readonly object[], templates: Templates = {}, answer?: Answer) {
  const stub = new Stub({
    DescribeAutoScalingGroups: paged([
      { AutoScalingGroups: [] },
      ...groups.map((group, n) => ({ AutoScalingGroups: [{ AutoScalingGroupName: `g${n + 1}`, ...group }] })),
    ]),
    DescribeLaunchTemplateVersions: answer ?? describeVersions(templates),
  });
  const source = new AutoScalingUsage({
    autoScaling: autoScalingClients(stub.options),
    ec2: ec2Clients(stub.options),
  });
  return { stub, read: async () => texts(await source.read(region)) };
}

const web: Templates = {
  'lt-1': [
    { number: 2, image: 'ami-2' },
    { number: 1, image: 'ami-1' },
    { number: 30, image: 'ami-30' },
  ],
};

describe('use by Auto Scaling groups', () => {
  it.each([
    [undefined, 2],
    ['$Default', 2],
    ['$Latest', 30],
    ['1', 1],
  ])('is the image of the version that a group names: %s', async (version, number) => {
    const { read } = groupsOf([{ LaunchTemplate: template('lt-1', version) }], web);
    expect(await read()).toEqual([`eu-west-1/ami-${number} Auto Scaling group g1 by template name-of-lt-1 v${number}`]);
  });

  it('F35 is also what overrides name, templates and images', async () => {
    const policy = {
      LaunchTemplate: {
        LaunchTemplateSpecification: template('lt-1', '1'),
        Overrides: [
          { InstanceType: 't3.nano' },
          { ImageId: 'ami-7' },
          { LaunchTemplateSpecification: { LaunchTemplateName: 'name-of-lt-1', Version: '30' } },
        ],
      },
    };
    expect(await groupsOf([{ MixedInstancesPolicy: policy }], web).read()).toEqual([
      'eu-west-1/ami-7 Auto Scaling group g1',
      'eu-west-1/ami-1 Auto Scaling group g1 by template name-of-lt-1 v1',
      'eu-west-1/ami-30 Auto Scaling group g1 by template name-of-lt-1 v30',
    ]);
  });

  it('costs a call per page of groups, one listing, and one call per template that is named with numbers', async () => {
    const groups = ['1', '30', '$Latest', '1', undefined, '30'].map((version) => ({
      LaunchTemplate: template('lt-1', version),
    }));
    const { stub, read } = groupsOf(groups, { ...web, 'lt-2': [{ number: 1, image: 'ami-9' }] });
    expect(await read()).toHaveLength(6);
    expect(stub.inputs('DescribeAutoScalingGroups')).toHaveLength(7);
    expect(
      firstPages(stub, 'DescribeLaunchTemplateVersions').map(({ LaunchTemplateId, Versions }) => [
        LaunchTemplateId,
        Versions,
      ]),
    ).toEqual([
      [undefined, ['$Default', '$Latest']],
      ['lt-1', ['1', '30']],
    ]);
  });

  it('asks for no template when no group names one, and never for instances', async () => {
    const { stub, read } = groupsOf([{ LaunchConfigurationName: 'old' }]);
    expect(await read()).toEqual([]);
    expect(stub.inputs('DescribeLaunchTemplateVersions')).toEqual([]);
    for (const input of stub.inputs('DescribeAutoScalingGroups'))
      expect(input).toMatchObject({ IncludeInstances: false, IncludeManagedResources: true, MaxRecords: 100 });
  });

  it('resolves aliases', async () => {
    const { stub, read } = groupsOf([{ LaunchTemplate: template('lt-1') }], web);
    await read();
    for (const input of stub.inputs('DescribeLaunchTemplateVersions'))
      expect(input).toMatchObject({ ResolveAlias: true, IncludeManagedResources: true, MaxResults: 200 });
  });

  it('is none of a template or a version that EC2 says is gone, and the other versions count', async () => {
    const groups = [template('lt-1', '7'), template('lt-1', '1'), template('lt-2', '1'), template('lt-3')].map(
      (LaunchTemplate) => ({ LaunchTemplate }),
    );
    expect(await groupsOf(groups, web).read()).toEqual([
      'eu-west-1/ami-1 Auto Scaling group g2 by template name-of-lt-1 v1',
    ]);
  });

  it('is none of a version without an image', async () => {
    expect(await groupsOf([{ LaunchTemplate: template('lt-1') }], { 'lt-1': [{ number: 1 }] }).read()).toEqual([]);
  });

  const version = { LaunchTemplateId: 'lt-1', VersionNumber: 1, DefaultVersion: true };
  it.each<[string, object, Answer | undefined]>([
    ['a group names nothing', {}, undefined],
    ['a template has neither id nor name', { LaunchTemplate: {} }, describeVersions(web)],
    ['an image in an override is no id', override('resolve:ssm:/golden'), undefined],
    ['an alias is not resolved', named(), () => ({ LaunchTemplateVersions: [data({ ImageId: 'resolve:ssm:/x' })] })],
    ['a version comes without its data', named(), () => ({ LaunchTemplateVersions: [version] })],
    ['EC2 leaves a version out', named(), () => ({ LaunchTemplateVersions: [] })],
    ['a parameter is not found', named(), failing('ParameterNotFound')],
    ['versions are denied', named(), failing('UnauthorizedOperation')],
    ['versions are throttled', named(), failing('RequestLimitExceeded')],
  ])('F38 is unknown when %s', async (_, group, answer) => {
    await expect(groupsOf([group], web, answer).read()).rejects.toMatchObject({ name: 'PortError' });
  });

  function override(ImageId: string): object {
    const LaunchTemplate = { LaunchTemplateSpecification: template('lt-1', '1'), Overrides: [{ ImageId }] };
    return { MixedInstancesPolicy: { LaunchTemplate } };
  }
  function named(): object {
    return { LaunchTemplate: template('lt-1', '1') };
  }
  function data(LaunchTemplateData: object): object {
    return { ...version, LaunchTemplateData };
  }
});

function failing(code: string): Answer {
  return () => {
    throw serviceError(code);
  };
}

/** The first page answers, the second one fails. */
const failingLater =
  (first: object, code: string): Answer =>
  (_input, nth) => {
    if (nth === 0) return { ...first, NextToken: '1' };
    throw serviceError(code);
  };

describe('use by launch configurations', () => {
  const read = async (answer: Answer) => {
    const stub = new Stub({ DescribeLaunchConfigurations: answer });
    return texts(await new LaunchConfigurationUsage(autoScalingClients(stub.options)).read(region));
  };
  const configuration = (LaunchConfigurationName: string, ImageId?: string) => ({
    LaunchConfigurations: [{ LaunchConfigurationName, ImageId, InstanceType: 't3.nano' }],
  });

  it('F37 is the image of each, on all pages, past empty ones', async () => {
    const pages = [{ LaunchConfigurations: [] }, configuration('a', 'ami-1'), {}, configuration('b', 'ami-2')];
    expect(await read(paged(pages))).toEqual([
      'eu-west-1/ami-1 launch configuration a',
      'eu-west-1/ami-2 launch configuration b',
    ]);
  });

  it('F38 is unknown when one does not name its image', async () => {
    await expect(read(paged([configuration('a')]))).rejects.toMatchObject({ kind: 'unexpected', code: 'NoImageId' });
    await expect(read(paged([configuration('a', 'x')]))).rejects.toMatchObject({ code: 'UnresolvedImage' });
  });
});

describe('use by Spot requests', () => {
  const read = async (requests: readonly object[], fleets: readonly object[] = [], templates: Templates = {}) => {
    const stub = new Stub({
      DescribeSpotInstanceRequests: paged([{}, ...requests.map((one) => ({ SpotInstanceRequests: [one] }))]),
      DescribeSpotFleetRequests: paged([{}, ...fleets.map((one) => ({ SpotFleetRequestConfigs: [one] }))]),
      DescribeLaunchTemplateVersions: describeVersions(templates),
    });
    return texts(await new SpotUsage(ec2Clients(stub.options)).read(region));
  };
  const request = (n: number, State?: string, Type = 'one-time') => ({
    SpotInstanceRequestId: `sir-${n}`,
    State,
    Type,
    LaunchSpecification: { ImageId: `ami-${n}` },
  });
  const fleet = (n: number, state?: string, config: object = { LaunchSpecifications: [{ ImageId: `ami-${n}` }] }) => ({
    SpotFleetRequestId: `sfr-${n}`,
    SpotFleetRequestState: state,
    SpotFleetRequestConfig: config,
  });

  it('F43 counts every state in which something may still be launched, also one that we have never heard of', async () => {
    const states = ['open', 'active', 'disabled', 'dreaming', undefined, 'closed', 'cancelled', 'failed'];
    expect(await read(states.map((state, n) => request(n, state)))).toEqual([
      'eu-west-1/ami-0 sir-0 (open)',
      'eu-west-1/ami-1 sir-1 (active)',
      'eu-west-1/ami-2 sir-2 (disabled)',
      'eu-west-1/ami-3 sir-3 (dreaming)',
      'eu-west-1/ami-4 sir-4 (unknown state)',
    ]);
    expect(await read([request(1, 'closed', 'persistent')])).toEqual(['eu-west-1/ami-1 sir-1 (closed)']);
  });

  it('F43 counts Spot Fleets unless they are cancelled', async () => {
    const states = ['submitted', 'active', 'modifying', 'failed', 'dreaming', undefined];
    const over = ['cancelled', 'cancelled_running', 'cancelled_terminating'];
    const seen = await read(
      [],
      [...states, ...over].map((state, n) => fleet(n, state)),
    );
    expect(seen).toEqual(states.map((state, n) => `eu-west-1/ami-${n} sfr-${n} (${state ?? 'unknown state'})`));
  });

  it('reads the templates of Spot Fleets', async () => {
    const config = { LaunchTemplateConfigs: [{ LaunchTemplateSpecification: template('lt-1', '$Latest') }] };
    expect(await read([], [fleet(1, 'active', config)], web)).toEqual([
      'eu-west-1/ami-30 sfr-1 (active) by template name-of-lt-1 v30',
    ]);
  });

  it.each<[string, object[], object[]]>([
    ['a request does not name its image', [{ ...request(1, 'open'), LaunchSpecification: {} }], []],
    ['a request comes without what it launches', [{ SpotInstanceRequestId: 'sir-1', State: 'open' }], []],
    ['a Spot Fleet does not name an image', [], [fleet(1, 'active', { LaunchSpecifications: [{}] })]],
    ['a Spot Fleet does not name a template', [], [fleet(1, 'active', { LaunchTemplateConfigs: [{}] })]],
    ['a Spot Fleet comes without what it launches', [], [{ SpotFleetRequestId: 'sfr-1' }]],
  ])('F38 is unknown when %s', async (_, requests, fleets) => {
    await expect(read(requests, fleets)).rejects.toMatchObject({ kind: 'unexpected', code: 'NoImageId' });
  });
});

describe('use by EC2 Fleets', () => {
  const read = async (fleets: readonly object[], templates: Templates = web) => {
    const stub = new Stub({
      DescribeFleets: paged([{}, ...fleets.map((one) => ({ Fleets: [one] }))]),
      DescribeLaunchTemplateVersions: describeVersions(templates),
    });
    return texts(await new FleetUsage(ec2Clients(stub.options)).read(region));
  };
  const fleet = (n: number, FleetState?: string, more: object = {}) => ({
    FleetId: `fleet-${n}`,
    FleetState,
    LaunchTemplateConfigs: [{ LaunchTemplateSpecification: template('lt-1', '1'), ...more }],
  });

  it('F43 counts them unless they are deleted', async () => {
    const states = ['submitted', 'active', 'modifying', 'failed', 'dreaming', undefined];
    const over = ['deleted', 'deleted_running', 'deleted_terminating'];
    expect(await read([...states, ...over].map((state, n) => fleet(n, state)))).toEqual(
      states.map((state, n) => `eu-west-1/ami-1 fleet-${n} (${state ?? 'unknown state'}) by template name-of-lt-1 v1`),
    );
  });

  it('counts images in overrides', async () => {
    const [first] = await read([fleet(1, 'active', { Overrides: [{ ImageId: 'ami-7' }, {}] })]);
    expect(first).toBe('eu-west-1/ami-7 fleet-1 (active)');
  });

  it('F38 is unknown when a fleet does not name what it launches', async () => {
    const empty = { FleetId: 'fleet-1', FleetState: 'active' };
    await expect(read([empty])).rejects.toMatchObject({ code: 'NoImageId' });
    await expect(read([{ ...empty, LaunchTemplateConfigs: [{}] }])).rejects.toMatchObject({ code: 'NoImageId' });
  });
});

describe('a source that fails', () => {
  const operations = {
    DescribeAutoScalingGroups: { AutoScalingGroups: [{ AutoScalingGroupName: 'g', LaunchConfigurationName: 'l' }] },
    DescribeLaunchConfigurations: { LaunchConfigurations: [{ LaunchConfigurationName: 'l', ImageId: 'ami-1' }] },
    DescribeSpotInstanceRequests: { SpotInstanceRequests: [] },
    DescribeSpotFleetRequests: { SpotFleetRequestConfigs: [] },
    DescribeFleets: { Fleets: [] },
  };
  const names = Object.keys(operations) as (keyof typeof operations)[];
  const cases = names.flatMap((operation) =>
    (
      [
        ['UnauthorizedOperation', 'denied'],
        ['AccessDenied', 'denied'],
        ['Throttling', 'throttled'],
        ['ResourceContentionFault', 'unavailable'],
        ['InvalidNextToken', 'invalid'],
        ['NeverHeardOf', 'unexpected'],
      ] as const
    ).map(([code, kind]) => ({ operation, code, kind })),
  );
  const reading = (operation: keyof typeof operations, answer: Answer) => {
    const quiet = Object.fromEntries(names.map((name): [string, Answer] => [name, () => operations[name]]));
    const stub = new Stub({ ...quiet, [operation]: answer });
    const autoScaling = autoScalingClients(stub.options);
    const ec2 = ec2Clients(stub.options);
    const sources = [
      new AutoScalingUsage({ autoScaling, ec2 }),
      new LaunchConfigurationUsage(autoScaling),
      new SpotUsage(ec2),
      new FleetUsage(ec2),
    ];
    return { stub, read: () => Promise.all(sources.map((source) => source.read(region))) };
  };

  it.each(cases)('F38 $operation with $code is no answer: $kind', async ({ operation, code, kind }) => {
    await expect(reading(operation, failing(code)).read()).rejects.toMatchObject({ kind, operation, region });
  });

  it.each(names)('F37 %s with a later page that fails is no answer', async (operation) => {
    const { read } = reading(operation, failingLater(operations[operation], 'AccessDenied'));
    await expect(read()).rejects.toMatchObject({ kind: 'denied', operation });
  });

  it.each(names)('%s that is throttled once is asked again', async (operation) => {
    const { stub, read } = reading(operation, (_input, nth) => {
      if (nth === 0) throw serviceError('Throttling');
      return operations[operation];
    });
    await read();
    expect(stub.inputs(operation)).toHaveLength(2);
  });
});
