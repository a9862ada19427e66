import { expect, test } from 'vitest';
import { materialOf } from '../../cli/story/material.ts';
import { tell } from '../../cli/story/tell.ts';
import { lifecycleSchema } from '../../events/lifecycle/schema.ts';
import { eventLog } from '../../local/services/events.ts';
import { reconcile } from '../../shared/engine/reconcile.ts';
import { imageKey } from '../../shared/model/ids.ts';
import type { LifecycleType } from '../../shared/model/lifecycle-event.ts';
import { day, hour, minute } from '../../shared/model/time.ts';
import { abroad, home, retain } from '../rules/make.ts';
import { codesOf, parameter, publish, publishing, untilCopied } from './publishing.ts';

test('a new image is published once every Region has it, is told of once per Region, and then nothing is left to do', async () => {
  const { build, pass, latest, told, plan, stack } = await publishing({
    share: { with: [{ principal: 'account:222233334444' }], exact: false, snapshots: false, kms: 'off' },
  });
  build(1);
  await pass(16 * minute);
  expect(latest()).toEqual({ [home]: undefined, [abroad]: undefined });
  expect(codesOf(await plan())).toContain('publish-waits');
  await pass(untilCopied);
  expect(latest()).toEqual({ [home]: 'golden-1', [abroad]: 'golden-1' });
  build(2);
  await pass(untilCopied);
  expect(latest()).toEqual({ [home]: 'golden-2', [abroad]: 'golden-2' });
  expect(told().sort()).toEqual([
    `${abroad}: golden-1 -> golden-2`,
    `${abroad}: nothing -> golden-1`,
    `${home}: golden-1 -> golden-2`,
    `${home}: nothing -> golden-1`,
  ]);
  expect((await plan()).actions).toEqual([]);
  for (const { event } of eventLog(stack.aws))
    if (event.source === 'ami-steward')
      expect(lifecycleSchema(event['detail-type'] as LifecycleType).safeParse(event).error?.issues).toBeUndefined();
  const story = tell(await materialOf(stack));
  expect(story.filter((line) => line.includes('published')).map((line) => line.slice(18))).toEqual([
    `published     ${parameter}   -> golden-1   in 2 Regions`,
    `published     ${parameter}   1 -> 2   in 2 Regions`,
  ]);
  expect(stack.aws.state.table('function-failures').size).toBe(0);
});

test('F34 an older build whose copy comes last never takes a pointer back', async () => {
  const { build, pass, latest, history, told } = await publishing();
  build(1, { disks: [{ sizeGiB: 900 }] });
  await pass(hour);
  build(2);
  await pass(day);
  expect(latest()).toEqual({ [home]: 'golden-2', [abroad]: 'golden-2' });
  expect([history(home), history(abroad)]).toEqual([['golden-2'], ['golden-2']]);
  expect(told()).toHaveLength(2);
});

test('each Region by itself does not wait for the others', async () => {
  const { build, pass, latest } = await publishing({ publish: { ...publish, when: 'each-region' } });
  build(1, { disks: [{ sizeGiB: 900 }] });
  await pass(20 * minute);
  expect(latest()).toEqual({ [home]: 'golden-1', [abroad]: undefined });
});

test('F34e a value that SSM accepts and drops later stays pending, is told of by nobody, and is tried again', async () => {
  const { build, pass, latest, told, plan, stack } = await publishing();
  build(1);
  await pass(untilCopied);
  stack.aws.state.table('injected').set(`refuse-parameter/${abroad}`, { remaining: 1, message: 'no' });
  build(2);
  for (let left = 360; left > 0 && latest()[home] !== 'golden-2'; left--) await pass(minute);
  expect(latest()[home]).toBe('golden-2');
  await pass(minute);
  expect(latest()[abroad]).toBe('golden-1');
  expect(codesOf(await plan())).toContain('publish-pending');
  expect(told().filter((line) => line.startsWith(`${abroad}: golden-1`))).toEqual([]);
  await pass(2 * hour);
  expect(latest()).toEqual({ [home]: 'golden-2', [abroad]: 'golden-2' });
  expect(told().filter((line) => line.startsWith(`${abroad}: golden-1`))).toHaveLength(1);
});

test('a launch template gets a version like its default one, and only if its owner has tagged it', async () => {
  const { build, pass, call, plan } = await publishing({
    publish: { ...publish, ssm: [], launchTemplates: [{ name: 'web-fleet', setDefault: true }] },
  });
  call('ec2', 'CreateLaunchTemplate', {
    LaunchTemplateName: 'web-fleet',
    LaunchTemplateData: { InstanceType: 't3.large' },
  });
  call('ec2', 'CreateLaunchTemplateVersion', {
    LaunchTemplateName: 'web-fleet',
    LaunchTemplateData: { InstanceType: 't3.nano' },
  });
  const image = build(1);
  await pass(untilCopied);
  const versions = () => {
    const input = { LaunchTemplateName: 'web-fleet' };
    const { LaunchTemplateVersions } = call('ec2', 'DescribeLaunchTemplateVersions', input) as {
      LaunchTemplateVersions: { DefaultVersion: boolean; LaunchTemplateData: object }[];
    };
    return LaunchTemplateVersions.map(({ DefaultVersion, LaunchTemplateData }) => [DefaultVersion, LaunchTemplateData]);
  };
  expect(versions()).toHaveLength(2);
  expect(codesOf(await plan())).toEqual(expect.arrayContaining(['pointer-untagged', 'pointer-absent']));
  const { LaunchTemplates } = call('ec2', 'DescribeLaunchTemplates', {}) as {
    LaunchTemplates: { LaunchTemplateId: string }[];
  };
  const [template] = LaunchTemplates;
  const Tags = [{ Key: 'ami-steward:publish', Value: 'true' }];
  call('ec2', 'CreateTags', { Resources: [template?.LaunchTemplateId], Tags });
  await pass(hour);
  expect(versions()).toEqual([
    [false, { InstanceType: 't3.large' }],
    [false, { InstanceType: 't3.nano' }],
    [true, { InstanceType: 't3.large', ImageId: image }],
  ]);
});

test('F34b an image that a pointer names is never disabled, and what nobody names goes', async () => {
  const stages = { deprecate: { afterSuperseded: day }, disable: { afterDeprecated: day } };
  const { build, pass, call, latest, plan } = await publishing(
    {
      retain: retain({ stages, limits: { perPlan: 100, percentOfFamily: 100 } }),
    },
    12 * hour,
  );
  const first = build(1);
  const second = build(2, { createdAt: Date.UTC(2026, 0, 5, 9, 1) });
  for (let number = 3; number < 7; number++) {
    await pass(day);
    build(number);
  }
  await pass(day);
  expect(latest()).toEqual({ [home]: 'golden-6', [abroad]: 'golden-6' });
  call('ssm', 'PutParameter', { Name: parameter, Value: first, Overwrite: true });
  await pass(20 * day);
  expect(latest()).toEqual({ [home]: 'golden-1', [abroad]: 'golden-6' });
  const stateOf = (ImageId: string) =>
    (call('ec2', 'DescribeImages', { ImageIds: [ImageId], IncludeDisabled: true }) as { Images: { State: string }[] })
      .Images[0]?.State;
  expect([stateOf(first), stateOf(second)]).toEqual(['available', 'disabled']);
  const held = (await plan()).held.filter(({ root }) => root === imageKey(home, first));
  expect(held.map(({ step, guards }) => [step, guards.map(({ code }) => code)])).toContainEqual([
    'disable-image',
    ['published'],
  ]);
  build(7);
  await pass(untilCopied);
  expect(latest()).toEqual({ [home]: 'golden-7', [abroad]: 'golden-7' });
});

test('INV-13 runs for several images at once end with the newest, and tell it once', async () => {
  const { build, pass, history, told, stack } = await publishing({ copy: { ...publishingNowhere, maxPerDay: 100 } });
  const images = [1, 2, 3].map((number) => {
    const createdAt = stack.aws.timeline.now() + number;
    return imageKey(home, build(number, { createdAt }));
  });
  await Promise.all([...images, ...images].map((image) => reconcile(stack.engine, { image })));
  await pass(day);
  expect(history(home)).toEqual(['golden-3']);
  expect(told()).toEqual([`${home}: nothing -> golden-3`]);
});

const publishingNowhere = {
  to: [],
  name: '{name}',
  copyTags: true,
  addTags: {},
  since: 'all',
  maxInFlight: 5,
} as const;
