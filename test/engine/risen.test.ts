import { expect, test } from 'vitest';
import { putImage, putInstance } from '../../local/ec2/fixtures.ts';
import { EmbeddedAws } from '../../local/world.ts';
import { keyOf } from '../../shared/model/image.ts';
import { type ImageRecord, lingersFor } from '../../shared/model/records.ts';
import { day, hour, minute } from '../../shared/model/time.ts';
import { onePolicy, compiled as readCompiled } from '../policy/files.ts';
import { deployWithRoles } from '../roles/deploy.ts';
import { account, home } from '../rules/make.ts';

const start = Date.UTC(2026, 0, 1);

/** An image that we know, and a list of EC2 that can be made to show nothing. */
async function world() {
  const aws = EmbeddedAws.open({ start, homeRegion: home, account });
  const { engine } = await deployWithRoles(
    aws,
    readCompiled(onePolicy('mode: apply\nshare: { accounts: ["222233334444"] }')),
  );
  const image = putImage(aws, { account, region: home, name: 'web-1', createdAt: start - day });
  putInstance(aws, image);
  await aws.timeline.advanceTo(start + hour);
  const showNothing = (isOn: boolean) => {
    aws.interceptor = ({ operation }, perform) => (isOn && operation === 'DescribeImages' ? { Images: [] } : perform());
  };
  const pass = (time: number) => aws.timeline.advanceTo(aws.timeline.now() + time);
  return { aws, image, showNothing, pass, ledger: engine.ledger, record: () => engine.ledger.image(keyOf(image)) };
}

test('an image that an empty answer made us take for gone is looked after again, once it is surely there', async () => {
  const { showNothing, pass, record, aws, image } = await world();
  expect(await record()).not.toHaveProperty('goneAt');
  showNothing(true);
  await pass(hour);
  expect(await record()).toHaveProperty('goneAt');
  showNothing(false);
  await pass(lingersFor - 2 * hour);
  expect(await record()).toHaveProperty('goneAt');
  await pass(4 * hour);
  expect(await record()).not.toHaveProperty('goneAt');
  aws.call('ec2', 'ModifyImageAttribute', {
    ImageId: image.id,
    LaunchPermission: { Remove: [{ UserId: '222233334444' }] },
  });
  await pass(2 * day + minute);
  const asked = { ImageId: image.id, Attribute: 'launchPermission' };
  expect(aws.call('ec2', 'DescribeImageAttribute', asked)).toMatchObject({
    LaunchPermissions: [{ UserId: '222233334444' }],
  });
});

test('one that is gone for good stays so', async () => {
  const { aws, image, pass, record } = await world();
  aws.call('ec2', 'DeregisterImage', { ImageId: image.id });
  await pass(3 * day);
  expect(await record()).toHaveProperty('goneAt');
});

test('one that somebody has restored by hand is not removed again on the old approval', async () => {
  const { aws, image, pass, record, ledger } = await world();
  for (const ResourceType of ['EC2_IMAGE', 'EBS_SNAPSHOT'])
    aws.call('rbin', 'CreateRule', {
      ResourceType,
      RetentionPeriod: { RetentionPeriodValue: 9, RetentionPeriodUnit: 'DAYS' },
    });
  await pass(hour);
  aws.call('ec2', 'DeregisterImage', { ImageId: image.id });
  await pass(hour);
  const approval = { disabledAt: start, checkedAt: start, approvedAt: start, pendingSnapshots: [] };
  await ledger.saveImage(keyOf(image), (before) => ({ ...(before as ImageRecord), ...approval }));
  aws.call('ec2', 'RestoreImageFromRecycleBin', { ImageId: image.id });
  await pass(2 * day);
  expect(await record()).not.toHaveProperty('goneAt');
  expect(await record()).not.toHaveProperty('approvedAt');
  expect(await record()).not.toHaveProperty('checkedAt');
});
