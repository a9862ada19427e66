import { expect, test } from 'vitest';
import { putImage } from '../../local/ec2/fixtures.ts';
import { EmbeddedAws } from '../../local/world.ts';
import { noteChecks } from '../../shared/engine/checks.ts';
import { reconcile } from '../../shared/engine/reconcile.ts';
import { sweep } from '../../shared/engine/sweep.ts';
import { keyOf } from '../../shared/model/image.ts';
import type { ImageRecord } from '../../shared/model/records.ts';
import { day, hour } from '../../shared/model/time.ts';
import { compiled, onePolicy } from '../policy/files.ts';
import { deployWithRoles } from '../roles/deploy.ts';

const account = '111122223333';
const other = '222233334444';
const region = 'us-east-1';
const start = Date.UTC(2026, 0, 1);

/** An image that was shared and recorded as such; nothing is left to be done. */
async function world() {
  const aws = EmbeddedAws.open({ start, homeRegion: region, account });
  const rules = compiled(onePolicy(`mode: apply\nshare: { accounts: ["${other}"] }`));
  const { engine } = await deployWithRoles(aws, rules);
  aws.runtime.schedule = () => undefined;
  const row = putImage(aws, { account, region, name: 'web-1', createdAt: start - day });
  const image = keyOf(row);
  await reconcile(engine, { image, seenBy: 'sweep' });
  await reconcile(engine, { image, seenBy: 'sweep' });
  const { shares } = await recordOf();
  if (!shares) throw new Error('the shares were never looked at');
  async function recordOf(): Promise<ImageRecord> {
    const record = await engine.ledger.image(image);
    if (!record) throw new Error('there is no record');
    return record;
  }
  return { aws, engine, image, row, shares, recordOf };
}

test('a sweep that finds shares as they should be writes that down, and asks nobody to look again', async () => {
  const { aws, engine, shares, recordOf } = await world();
  await aws.timeline.sleep(day);
  const before = await recordOf();
  expect((await sweep(engine)).enqueued).toEqual([]);
  expect(await recordOf()).toEqual({ ...before, shares: { ...shares, verifiedAt: engine.clock.now() } });
});

test('what a sweep has looked at is not looked at again for a day', async () => {
  const { aws, engine } = await world();
  await aws.timeline.sleep(day);
  await sweep(engine);
  let looks = 0;
  const before = aws.interceptor;
  aws.interceptor = (call, perform) => {
    if (call.operation === 'DescribeImageAttribute') looks += 1;
    return before(call, perform);
  };
  await aws.timeline.sleep(23 * hour);
  await sweep(engine);
  expect(looks).toBe(0);
  await aws.timeline.sleep(hour);
  await sweep(engine);
  expect(looks).toBeGreaterThan(0);
});

test('a share that is missing is work, and no look is written down', async () => {
  const { aws, engine, image, row, shares, recordOf } = await world();
  await aws.timeline.sleep(day);
  const LaunchPermission = { Remove: [{ UserId: other }] };
  aws.call('ec2', 'ModifyImageAttribute', { ImageId: row.id, LaunchPermission }, { region });
  expect((await sweep(engine)).enqueued.map(({ root }) => root)).toEqual([image]);
  expect((await recordOf()).shares).toEqual(shares);
});

test('a look is not written over what somebody has found meanwhile', async () => {
  const { engine, image, shares, recordOf } = await world();
  const before = await recordOf();
  const { shares: _gone, ...without } = before;
  await engine.ledger.saveImage(image, () => without);
  await noteChecks(engine, [{ image, before, shares: { ...shares, verifiedAt: start + 2 * day } }]);
  expect(await recordOf()).toEqual(without);
});
