import { describe, expect, it } from 'vitest';
import { ec2Clients } from '../../shared/aws/clients.ts';
import { InstanceUsage } from '../../shared/aws/usage/instances.ts';
import { LaunchTemplateUsage } from '../../shared/aws/usage/launch-templates.ts';
import { type Answer, paged, Stub, serviceError } from './stub.ts';

describe('use by instances', () => {
  const read = (answer: Answer) => {
    const stub = new Stub({ DescribeInstances: answer });
    return { stub, uses: new InstanceUsage(ec2Clients(stub.options)).read('eu-west-1') };
  };
  const instance = (id: string, state: string | undefined, ImageId: string | undefined = 'ami-1') => ({
    InstanceId: id,
    ImageId,
    State: state === undefined ? undefined : { Name: state },
  });

  it('counts every state but terminated, also one that we have never heard of', async () => {
    const states = ['pending', 'running', 'shutting-down', 'stopping', 'stopped', 'terminated', 'dreaming', undefined];
    const { uses } = read(() => ({
      Reservations: states.map((state, n) => ({ Instances: [instance(`i-${n}`, state)] })),
    }));
    expect(await uses).toEqual(
      ['pending', 'running', 'shutting-down', 'stopping', 'stopped', '', 'dreaming', 'unknown state'].flatMap(
        (state, n) => (state === '' ? [] : [{ image: 'eu-west-1/ami-1', by: `i-${n} (${state})` }]),
      ),
    );
  });

  it('F37 reads all pages, past empty ones', async () => {
    const pages = [{ Reservations: [] }, {}, { Reservations: [{ Instances: [instance('i-1', 'stopped')] }] }];
    const { stub, uses } = read(paged(pages));
    expect(await uses).toHaveLength(1);
    expect(stub.inputs('DescribeInstances').map(({ MaxResults }) => MaxResults)).toEqual([1000, 1000, 1000]);
  });

  it('F38 fails when it is denied, or when an instance does not name its image', async () => {
    const denied = read(() => {
      throw serviceError('UnauthorizedOperation');
    });
    await expect(denied.uses).rejects.toMatchObject({ kind: 'denied' });
    const nameless = read(() => ({
      Reservations: [{ Instances: [{ InstanceId: 'i-1', State: { Name: 'running' } }] }],
    }));
    await expect(nameless.uses).rejects.toMatchObject({ kind: 'unexpected' });
  });
});

interface Version {
  readonly number: number;
  readonly image?: string;
}

/** One template whose versions have these numbers; its default is the first. */
function templates(versions: readonly Version[], options: { exclusiveMin?: boolean } = {}) {
  const latest = Math.max(...versions.map(({ number }) => number));
  const first = versions[0]?.number;
  const shown = ({ number, image }: Version) => ({
    LaunchTemplateId: 'lt-1',
    LaunchTemplateName: 'web-fleet',
    VersionNumber: number,
    DefaultVersion: number === first,
    LaunchTemplateData: image === undefined ? {} : { ImageId: image },
  });
  const chosen = (input: Record<string, unknown>) => {
    if (input.LaunchTemplateId === undefined)
      return versions.filter(({ number }) => number === latest || number === first);
    const min = Number(input.MinVersion ?? 0) + (options.exclusiveMin && input.MinVersion !== undefined ? 1 : 0);
    return versions.filter(({ number }) => number >= min);
  };
  const stub = new Stub({
    DescribeLaunchTemplates: paged([
      {},
      { LaunchTemplates: [{ LaunchTemplateId: 'lt-1', LatestVersionNumber: latest }] },
    ]),
    DescribeLaunchTemplateVersions: (input, nth, region) =>
      paged([{}, ...chosen(input).map((version) => ({ LaunchTemplateVersions: [shown(version)] }))])(
        input,
        nth,
        region,
      ),
  });
  const read = async (templateDepth: number) => {
    const uses = await new LaunchTemplateUsage(ec2Clients(stub.options)).read('eu-west-1', { templateDepth });
    return uses.map(({ image, by }) => `${image} ${by}`).sort();
  };
  return { stub, read };
}

const numbered = (count: number): Version[] =>
  Array.from({ length: count }, (_, n) => ({ number: n + 1, image: `ami-${n + 1}` }));

describe('use by launch templates', () => {
  it('M09 covers default, latest and the newest versions, each once', async () => {
    expect(await templates(numbered(9)).read(3)).toEqual([
      'eu-west-1/ami-1 template web-fleet v1 ($Default)',
      'eu-west-1/ami-7 template web-fleet v7',
      'eu-west-1/ami-8 template web-fleet v8',
      'eu-west-1/ami-9 template web-fleet v9 ($Latest)',
    ]);
  });

  it('says so when one version is default and latest', async () => {
    expect(await templates(numbered(1)).read(5)).toEqual(['eu-west-1/ami-1 template web-fleet v1 ($Default, $Latest)']);
  });

  it.each([true, false])(
    'finds as many versions as asked when MinVersion excludes itself: %s',
    async (exclusiveMin) => {
      for (const count of [1, 2, 3, 4, 5, 10]) {
        const uses = await templates(numbered(count), { exclusiveMin }).read(3);
        expect(uses).toHaveLength(Math.min(count, 3) + (count > 3 ? 1 : 0));
      }
    },
  );

  it('takes one call per template where no version was deleted, and never asks below version 1', async () => {
    for (const [count, exclusiveMin] of [
      [9, true],
      [9, false],
      [3, true],
      [4, true],
    ] as const) {
      const { stub, read } = templates(numbered(count), { exclusiveMin });
      await read(3);
      const deep = stub.inputs('DescribeLaunchTemplateVersions').filter((input) => input.LaunchTemplateId === 'lt-1');
      expect(deep.filter(({ NextToken }) => NextToken === undefined)).toHaveLength(1);
      for (const { MinVersion } of deep) expect(Number(MinVersion ?? 1)).toBeGreaterThanOrEqual(1);
    }
  });

  it('looks deeper where versions were deleted', async () => {
    const versions = [1, 2, 3, 50, 51, 200].map((number) => ({ number, image: `ami-${number}` }));
    const found = await templates(versions).read(5);
    expect(found.map((line) => line.split(' ')[0])).toEqual(
      ['1', '2', '200', '3', '50', '51'].map((number) => `eu-west-1/ami-${number}`),
    );
  });

  it('resolves aliases, and takes pages of 200', async () => {
    const { stub, read } = templates(numbered(2));
    await read(3);
    for (const input of stub.inputs('DescribeLaunchTemplateVersions'))
      expect(input).toMatchObject({ ResolveAlias: true, MaxResults: 200 });
  });

  it('asks for default and latest of all templates in one listing', async () => {
    const { stub, read } = templates(numbered(2));
    await read(0);
    const inputs = stub.inputs('DescribeLaunchTemplateVersions');
    expect(new Set(inputs.map(({ LaunchTemplateId }) => LaunchTemplateId))).toEqual(new Set([undefined]));
    expect(inputs[0]?.Versions).toEqual(['$Default', '$Latest']);
  });

  it('finds no use in a version without an image', async () => {
    expect(await templates([{ number: 1 }]).read(3)).toEqual([]);
  });

  it('fails when EC2 leaves an alias unresolved, and names the version', async () => {
    const alias = templates([{ number: 4, image: 'resolve:ssm:/golden/latest' }]);
    await expect(alias.read(3)).rejects.toMatchObject({
      kind: 'unexpected',
      message: expect.stringMatching(/web-fleet v4 .*resolve:ssm:\/golden\/latest/),
    });
  });

  it('F38 fails when a template is listed and nothing told of its default version, which every one has', async () => {
    const silent = new Stub({
      DescribeLaunchTemplates: () => ({ LaunchTemplates: [{ LaunchTemplateId: 'lt-1', LatestVersionNumber: 2 }] }),
      DescribeLaunchTemplateVersions: ({ LaunchTemplateId }) => ({
        LaunchTemplateVersions: LaunchTemplateId
          ? [{ LaunchTemplateId, VersionNumber: 2, DefaultVersion: false, LaunchTemplateData: {} }]
          : [],
      }),
    });
    const read = new LaunchTemplateUsage(ec2Clients(silent.options)).read('eu-west-1', { templateDepth: 1 });
    await expect(read).rejects.toMatchObject({ kind: 'unexpected', code: 'VersionLeftOut' });
  });
});
