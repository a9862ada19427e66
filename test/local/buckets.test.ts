import { DescribeImagesCommand } from '@aws-sdk/client-ec2';
import { describe, expect, it } from 'vitest';
import type { Switches } from '../../local/kernel/service.ts';
import type { EmbeddedAws } from '../../local/world.ts';
import { account, failureOf, open, wireClients } from './wire/helpers.ts';

/** What facts 3.2 say: capacity and refill per second. */
const documented: readonly (readonly [operation: string, input: object, capacity: number, perSecond: number])[] = [
  ['DescribeImages', {}, 100, 20],
  ['DescribeImageAttribute', {}, 100, 20],
  ['DescribeImageReferences', {}, 100, 20],
  ['GetImageAncestry', {}, 100, 20],
  ['GetImageFindings', {}, 100, 20],
  ['ListImagesInRecycleBin', {}, 100, 20],
  ['DescribeInstances', {}, 50, 10],
  ['DescribeInstances', { MaxResults: 5 }, 100, 20],
  ['DescribeInstances', { Filters: [{ Name: 'instance-state-name', Values: ['running'] }] }, 100, 20],
  ['DescribeSnapshots', {}, 50, 10],
  ['DescribeSpotInstanceRequests', {}, 50, 10],
  ['CopyImage', {}, 100, 1],
  ['DeregisterImage', {}, 100, 5],
  ['ModifyImageAttribute', {}, 100, 5],
  ['ModifySnapshotAttribute', {}, 100, 5],
  ['DeleteSnapshot', {}, 100, 5],
  ['CreateSnapshot', {}, 100, 5],
  ['CreateTags', {}, 100, 10],
  ['DeleteTags', {}, 100, 10],
  ['CreateImage', {}, 50, 5],
  ['RegisterImage', {}, 50, 5],
  ['DisableImage', {}, 50, 5],
  ['EnableImage', {}, 50, 5],
  ['EnableImageDeprecation', {}, 50, 5],
  ['EnableImageDeregistrationProtection', {}, 50, 5],
  ['DisableImageDeregistrationProtection', {}, 50, 5],
  ['CancelImageLaunchPermission', {}, 50, 5],
  ['CreateImageUsageReport', {}, 50, 5],
  ['EnableImageBlockPublicAccess', {}, 1, 0.1],
  ['DisableImageBlockPublicAccess', {}, 1, 0.1],
  ['EnableSnapshotBlockPublicAccess', {}, 1, 0.1],
  ['DisableSnapshotBlockPublicAccess', {}, 1, 0.1],
  ['DescribeSpotFleetRequests', {}, 50, 3],
  ['RunInstances', {}, 5, 2],
  ['StartInstances', {}, 5, 2],
];

const worldWith = (switches: Partial<Switches> = {}): EmbeddedAws => open({ throttling: true, switches });

interface Where {
  readonly region?: string;
  readonly account?: string;
}

/** Whether the call was let through, whatever else came of it. */
function passes(aws: EmbeddedAws, operation: string, input: object = {}, where: Where = {}): boolean {
  try {
    aws.call('ec2', operation, input, where);
  } catch (error) {
    return (error as { code?: string }).code !== 'RequestLimitExceeded';
  }
  return true;
}

function letThrough(aws: EmbeddedAws, operation: string, input: object = {}, where: Where = {}): number {
  let count = 0;
  while (passes(aws, operation, input, where)) count += 1;
  return count;
}

const wait = (aws: EmbeddedAws, seconds: number): Promise<void> =>
  aws.timeline.advanceTo(aws.timeline.now() + seconds * 1000);

describe('with throttling', () => {
  it.each(documented)('%s %j: %i calls at once, then %f each second', async (operation, input, capacity, perSecond) => {
    const aws = worldWith();
    expect(letThrough(aws, operation, input)).toBe(capacity);
    const one = Math.ceil(1000 / perSecond);
    await wait(aws, (one - 1) / 1000);
    expect(passes(aws, operation, input)).toBe(false);
    await wait(aws, 0.001);
    expect(letThrough(aws, operation, input)).toBe(1);
    await wait(aws, 20);
    expect(letThrough(aws, operation, input)).toBe(Math.min(capacity, 20 * perSecond));
    await wait(aws, 3600);
    expect(letThrough(aws, operation, input)).toBe(capacity);
  });

  it('each account has its own buckets in each Region', () => {
    const aws = worldWith();
    letThrough(aws, 'CopyImage');
    expect(passes(aws, 'CopyImage', {}, { region: 'eu-west-1' })).toBe(true);
    expect(passes(aws, 'CopyImage', {}, { account: '444455556666' })).toBe(true);
    expect(passes(aws, 'CopyImage', {}, { account })).toBe(false);
  });

  it('what has a rate of its own takes no tokens of others', () => {
    const aws = worldWith();
    letThrough(aws, 'CopyImage');
    letThrough(aws, 'CreateImage');
    expect(letThrough(aws, 'DeregisterImage')).toBe(100);
    expect(letThrough(aws, 'DescribeImages')).toBe(100);
  });

  it.each([
    [true, false],
    [false, true],
  ])('when calls without a rate of their own share buckets: %s, another of them passes: %s', (shares, left) => {
    const aws = worldWith({ callsShareBuckets: shares });
    letThrough(aws, 'DescribeImages');
    letThrough(aws, 'CreateImage');
    expect(passes(aws, 'DescribeTags')).toBe(left);
    expect(passes(aws, 'RegisterImage')).toBe(left);
  });

  it('is an error that the SDK knows as throttling and tries again', async () => {
    const aws = worldWith();
    letThrough(aws, 'DescribeImages');
    expect(await failureOf(wireClients(aws).ec2.send(new DescribeImagesCommand({})))).toMatchObject({
      name: 'RequestLimitExceeded',
      $metadata: { httpStatusCode: 503 },
    });
  });
});

it('without throttling calls cost nothing', () => {
  const aws = open();
  for (let count = 0; count < 300; count += 1) expect(passes(aws, 'DisableImageBlockPublicAccess')).toBe(true);
});
