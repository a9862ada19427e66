import { describe, expect, test } from 'vitest';
import { day, hour, isoTime } from '../../shared/model/time.ts';
import { holds, keyOf, type Planned, planned } from './planned.ts';
import {
  type Files,
  home,
  identity,
  idOf,
  image,
  type Json,
  now,
  region,
  template,
  version,
  without,
} from './saved.ts';

const young = 'our records began less than 2d ago';
const open = { NextToken: 'more' };
/** Image 4 is to be disabled. */
const due: Files = {
  'get-caller-identity.json': identity,
  ...region(home, [image(1), image(2), image(3), image(4, { DeprecationTime: isoTime(now - 60 * day) })]),
};

const holding = async (files: Files, savedAt: Record<string, number> = {}): Promise<string[]> => {
  const { plan }: Planned = await planned({ ...due, ...files }, { savedAt });
  return holds(plan, 4);
};

const saved = (name: string, answer: Json): Files => ({ [`${home}/${name}.json`]: answer });

describe('a kind of launcher that is missing', () => {
  test.each([
    ['configurations', 'launch-configurations', 'LaunchConfigurations', 'autoscaling describe-launch-configurations'],
    ['groups', 'auto-scaling', 'AutoScalingGroups', 'autoscaling describe-auto-scaling-groups'],
    ['spot', 'spot', 'SpotInstanceRequests', 'ec2 describe-spot-instance-requests'],
    ['spot-fleets', 'spot', 'SpotFleetRequestConfigs', 'ec2 describe-spot-fleet-requests'],
    ['fleets', 'fleets', 'Fleets', 'ec2 describe-fleets'],
  ])('without %s, %s is unknown, and the reason names the command', async (file, source, key, command) => {
    const { plan, header } = await planned(without(due, `${home}/${file}.json`));
    expect(holds(plan, 4)).toEqual([
      `${source} in ${home} could not be relied on: no file there holds ${key}: aws ${command} --region ${home}`,
      young,
    ]);
    expect(header.degraded).toEqual({});
  });

  test.each([
    ['configurations', { LaunchConfigurations: [] }],
    ['groups', { AutoScalingGroups: [] }],
    ['spot', { SpotInstanceRequests: [] }],
    ['spot-fleets', { SpotFleetRequestConfigs: [] }],
    ['fleets', { Fleets: [] }],
  ])('%s that go on, or that were saved long before, are not whole', async (file, answer) => {
    expect(await holding(saved(file, { ...answer, ...open }))).toEqual([
      expect.stringContaining(`${home}/${file}.json ends with a NextToken`),
      young,
    ]);
    const old = await holding(saved(file, answer), { [`${home}/${file}.json`]: now - 25 * hour });
    expect(old).toEqual([expect.stringContaining(`${home}/${file}.json was saved`), young]);
  });
});

describe('the version of a launch template that a group names', () => {
  const group = (LaunchTemplate: Json) => ({
    AutoScalingGroups: [{ AutoScalingGroupName: 'web', MinSize: 0, MaxSize: 1, DesiredCapacity: 0, LaunchTemplate }],
  });
  const named = (Version?: string, more: Json = { LaunchTemplateId: 'lt-web' }): Files =>
    saved('groups', group({ ...more, ...(Version !== undefined && { Version }) }));
  const versions = (latest: number, byDefault: number, ...list: readonly Json[]): Files => ({
    ...saved('templates', { LaunchTemplates: [template('web', latest, byDefault)] }),
    ...saved('versions', { LaunchTemplateVersions: list }),
  });
  const both = versions(3, 1, version('web', 3, idOf(4)), version('web', 1, idOf(1), true), version('web', 2, idOf(2)));
  const byGroup = (number: number) => `Auto Scaling group web by template web v${number} uses ${keyOf(4)}`;
  const byTemplate = (role: string) => `template web v3 (${role}) uses ${keyOf(4)}`;

  test.each([['$Latest'], ['3']])('is read where %s is saved, by id or by name', async (wanted) => {
    for (const more of [{ LaunchTemplateId: 'lt-web' }, { LaunchTemplateName: 'web' }])
      expect(await holding({ ...both, ...named(wanted, more) })).toEqual([byGroup(3), byTemplate('$Latest'), young]);
  });

  test.each([[undefined], ['$Default'], ['1']])('is another one than the latest where %s is meant', async (wanted) => {
    expect(await holding({ ...both, ...named(wanted) })).toEqual([byTemplate('$Latest'), young]);
  });

  test.each<[string, Files]>([
    ['the version was not saved', { ...both, ...named('7') }],
    ['the template was not saved', named('$Default')],
    [
      'the latest is not among what was saved',
      { ...versions(3, 1, version('web', 1, idOf(1), true)), ...named('$Latest') },
    ],
  ])('is unknown when %s, and the reason names the command', async (_, files) => {
    const why = (await holding(files)).find((text) => text.startsWith('auto-scaling'));
    expect(why).toMatch(/is named and not saved: aws ec2 describe-launch-template-versions --resolve-alias .*lt-web/);
  });

  test('is unknown when the versions were saved long before', async () => {
    const stale = { [`${home}/versions.json`]: now - 25 * hour };
    const why = await holding({ ...both, ...named('1') }, stale);
    expect(why.join('\n')).toMatch(/auto-scaling in .* could not be relied on: .*versions.json was saved/);
  });
});

test('what a fleet or a request leaves out makes its source unknown, and the uses of the others count', async () => {
  const files = {
    ...saved('spot', { SpotInstanceRequests: [{ SpotInstanceRequestId: 'sir-1', State: 'open' }] }),
    ...saved('spot-fleets', {
      SpotFleetRequestConfigs: [
        {
          SpotFleetRequestId: 'sfr-1',
          SpotFleetRequestState: 'active',
          SpotFleetRequestConfig: { LaunchSpecifications: [{ ImageId: idOf(4) }] },
        },
      ],
    }),
  };
  expect(await holding(files)).toEqual([
    `sfr-1 (active) uses ${keyOf(4)}`,
    `spot in ${home} could not be relied on: DescribeSpotInstanceRequests in ${home}: sir-1 (open) does not name its image`,
    young,
  ]);
});
