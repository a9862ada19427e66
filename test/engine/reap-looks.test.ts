import { expect, test } from 'vitest';
import { putImage } from '../../local/ec2/fixtures.ts';
import { EmbeddedAws } from '../../local/world.ts';
import { reap } from '../../shared/engine/take.ts';
import { imageKey } from '../../shared/model/ids.ts';
import { approved, mark, marksFor } from '../../shared/model/marks.ts';
import type { Policy } from '../../shared/model/policy.ts';
import { day } from '../../shared/model/time.ts';
import { deployWithRoles } from '../roles/deploy.ts';
import { account, compiled, home, idOf, now, policy, retain } from '../rules/make.ts';

const usageReads = [
  'DescribeInstances',
  'DescribeLaunchTemplates',
  'DescribeLaunchConfigurations',
  'DescribeAutoScalingGroups',
  'DescribeSpotInstanceRequests',
  'DescribeFleets',
  'DescribeImageReferences',
];

/** Four generations, of which the oldest is disabled for longer than its quarantine; its removal is approved unless told otherwise. */
async function world({ isApproved = true, guards = {} as Partial<NonNullable<Policy['retain']>['guards']> } = {}) {
  const aws = EmbeddedAws.open({ start: now, homeRegion: home, account });
  const stages = {
    deprecate: { afterSuperseded: 7 * day },
    disable: { afterDeprecated: day },
    deregister: { afterDisabled: 3 * day, deleteSnapshots: true },
  };
  const standing = retain({ stages });
  const rules = compiled(policy({ retain: { ...standing, guards: { ...standing.guards, ...guards } } }));
  const { engine } = await deployWithRoles(aws, rules);
  await engine.ledger.noteFirstSweep(now - 365 * day);
  for (const number of [1, 2, 3, 4]) {
    const built = now - (400 - 10 * number) * day;
    const image = imageKey(home, idOf(number));
    const isOld = number === 1;
    const tags = { ...marksFor(image, built, 'golden'), ...(isOld && isApproved && { [mark.reap]: approved }) };
    const common = { account, region: home, id: idOf(number), name: `golden-${number}`, createdAt: built, tags };
    putImage(aws, { ...common, ...(isOld && { state: 'disabled', deprecateAt: now - 60 * day }) });
    await engine.ledger.saveImage(image, () => ({
      image,
      root: image,
      role: 'root',
      name: common.name,
      built,
      firstSeenAt: built,
      finishedAt: built + day,
      ...(isOld && { disabledAt: now - 40 * day, checkedAt: now - 10 * day, savedGrants: [] }),
      ...(isOld && isApproved && { approvedAt: now - day }),
    }));
  }
  const asked: string[] = [];
  const before = aws.interceptor;
  aws.interceptor = (call, perform) => {
    asked.push(call.operation);
    return before(call, perform);
  };
  return { aws, engine, asked };
}

test('while no removal is approved, nobody is asked who uses what', async () => {
  const { engine, asked } = await world({ isApproved: false });
  const { outcomes, plan } = await reap(engine);
  expect(outcomes).toEqual([]);
  expect(plan.held).toEqual([]);
  expect(asked).toContain('DescribeImages');
  expect(asked.filter((operation) => usageReads.includes(operation))).toEqual([]);
});

test('an approved image goes only after every source was asked', async () => {
  const { engine, asked } = await world();
  const { outcomes } = await reap(engine);
  expect(outcomes).toMatchObject([{ action: { kind: 'deregister-image' }, status: 'done' }]);
  const before = asked.slice(0, asked.indexOf('DeregisterImage'));
  expect(usageReads.filter((operation) => !before.includes(operation))).toEqual([]);
});

test('what cannot be read keeps an approved image, and is told', async () => {
  const { aws, engine, asked } = await world();
  aws.faults.deny('DescribeInstances');
  const { outcomes, plan } = await reap(engine);
  expect(outcomes).toEqual([]);
  expect(plan.held).toMatchObject([{ step: 'deregister-image', guards: [{ code: 'usage-unknown' }] }]);
  expect(asked).not.toContain('DeregisterImage');
});

test('a policy that wants no unread source ends a run over an approved image with an error', async () => {
  const { aws, engine } = await world({ guards: { onUnknown: 'fail' } });
  aws.faults.deny('DescribeInstances');
  await expect(reap(engine)).rejects.toThrow(/reap kept what it could not tell: instances in us-east-1/);
});
