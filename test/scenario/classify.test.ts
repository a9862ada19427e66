import { describe, expect, it } from 'vitest';
import type { ImageFixture } from '../../local/ec2/fixtures.ts';
import { AwsError } from '../../local/kernel/service.ts';
import { imageKey } from '../../shared/model/ids.ts';
import { day } from '../../shared/model/time.ts';
import { named, watch } from './copying.ts';
import { home, openWith, pass, putWeb, sharee, told } from './support.ts';

const policy = `copy: { to: [{ region: eu-west-1, kmsKey: alias/golden }], since: all }
share: { accounts: ["${sharee}"] }`;

describe('an image that nothing can be given of', () => {
  it.each<[string, Partial<ImageFixture>]>([
    ['on an Outpost', { disks: [{ outpostArn: 'arn:aws:outposts:us-east-1:111122223333:outpost/op-1' }] }],
    ['in a Local Zone', { disks: [{ zone: 'us-east-1-bos-1a' }] }],
    ['of AWS Backup', { tags: { 'aws:backup:source-resource': 'x' } }],
  ])('%s is left alone, without a call that fails', async (_name, more) => {
    const { aws } = await openWith(policy);
    putWeb(aws, more);
    await pass(aws, day);
    expect([...told(aws, 'AMI Copy Started'), ...told(aws, 'AMI Shared'), ...told(aws, 'AMI Action Blocked')]).toEqual(
      [],
    );
  });

  it('with a Marketplace code is copied inside the account', async () => {
    const { aws } = await openWith(policy);
    putWeb(aws, { productCodes: ['abc'] });
    await pass(aws, day);
    expect(told(aws, 'AMI Copied')).toHaveLength(1);
  });
});

describe('a copy that EC2 refuses', () => {
  it('is denied: tried again every hour or so, until somebody has mended it', async () => {
    const { aws } = await openWith(policy);
    aws.faults.deny('CopyImage', { until: aws.timeline.now() + day });
    const calls = watch(aws);
    putWeb(aws);
    await pass(aws, day);
    const tried = named(calls, 'CopyImage').length;
    expect(tried).toBeGreaterThan(5);
    expect(tried).toBeLessThanOrEqual(24);
    expect(told(aws, 'AMI Action Blocked')).toHaveLength(1);
    await pass(aws, day);
    expect(told(aws, 'AMI Copied')).toHaveLength(1);
  });

  it('is invalid: tried three times and then given up', async () => {
    const { aws, engine } = await openWith(policy.replace('alias/golden', 'alias/other'));
    aws.faults.addCallRule({
      match: ({ operation }) => operation === 'CopyImage',
      effect: { kind: 'error', error: () => new AwsError('InvalidRequest', 'no such luck') },
    });
    const calls = watch(aws);
    const image = putWeb(aws);
    await pass(aws, 3 * day);
    expect(named(calls, 'CopyImage')).toHaveLength(3);
    const [intent] = await engine.ledger.intents([{ root: imageKey(home, image.id), region: 'eu-west-1' }]);
    const reason = expect.stringContaining('no such luck');
    expect(intent).toMatchObject({ generation: 3, state: 'abandoned', reason });
    expect(told(aws, 'AMI Copy Failed')).toMatchObject([
      { imageId: image.id, target: 'eu-west-1', attempt: 3, error: reason, final: true },
    ]);
  });
});
