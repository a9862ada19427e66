import type { DescribeImagesResult, DescribeSnapshotsResult } from '@aws-sdk/client-ec2';
import { beforeEach, describe, expect, it } from 'vitest';
import { putImage } from '../../local/ec2/fixtures.ts';
import type { ImageRow } from '../../local/ec2/rows.ts';
import { AwsError, type Switches } from '../../local/kernel/service.ts';
import type { EmbeddedAws } from '../../local/world.ts';
import { hour, minute } from '../../shared/model/time.ts';
import { account, open } from './wire/helpers.ts';

const region = 'us-east-1';
const away = 'eu-west-1';
const lag = 5 * minute;

let aws: EmbeddedAws;
let image: ImageRow;

async function lagging(switches: Partial<Switches> = {}): Promise<void> {
  aws = open({ lag, switches });
  image = putImage(aws, { account, region, name: 'golden', tags: { Team: 'web' } });
  await pass(hour);
}
beforeEach(() => lagging());

const pass = (time: number): Promise<void> => aws.timeline.advanceTo(aws.timeline.now() + time);

const call = <T>(operation: string, input: object, where = region): T =>
  aws.call('ec2', operation, input, { region: where }) as T;

function code(operation: string, input: object, where = region): string {
  try {
    call(operation, input, where);
  } catch (error) {
    if (error instanceof AwsError) return error.code;
    throw error;
  }
  return 'none';
}

const seen = (id: string, where = region) =>
  call<DescribeImagesResult>('DescribeImages', { ImageIds: [id], IncludeDisabled: true }, where).Images?.[0];

describe('EC2 that lags', () => {
  it('does not know an image that was just made, for whoever asks or wants to change it', async () => {
    const asked = { Name: 'copy', SourceImageId: image.id, SourceRegion: region };
    const { ImageId } = call<{ ImageId: string }>('CopyImage', asked, away);
    const tag = { Resources: [ImageId], Tags: [{ Key: 'a', Value: 'b' }] };
    expect(code('DescribeImages', { ImageIds: [ImageId] }, away)).toBe('InvalidAMIID.NotFound');
    expect(call<DescribeImagesResult>('DescribeImages', { Owners: ['self'] }, away).Images).toEqual([]);
    expect(code('CreateTags', tag, away)).toBe('InvalidAMIID.NotFound');
    expect(code('CopyImage', { Name: 'copy again', SourceImageId: ImageId, SourceRegion: away })).toBe(
      'InvalidAMIID.NotFound',
    );
    await pass(lag - 1);
    expect(code('DescribeImages', { ImageIds: [ImageId] }, away)).toBe('InvalidAMIID.NotFound');
    await pass(1);
    expect(seen(ImageId, away)?.State).toBe('pending');
    expect(code('CreateTags', tag, away)).toBe('none');
  });

  it('goes on to list what was just deregistered, and its snapshots', async () => {
    call('DeregisterImage', { ImageId: image.id, DeleteAssociatedSnapshots: true });
    expect(seen(image.id)?.State).toBe('available');
    const snapshots = () => call<DescribeSnapshotsResult>('DescribeSnapshots', { OwnerIds: ['self'] }).Snapshots ?? [];
    expect(snapshots()).toHaveLength(1);
    await pass(lag);
    expect(code('DescribeImages', { ImageIds: [image.id] })).toBe('InvalidAMIID.NotFound');
    expect(snapshots()).toEqual([]);
  });

  it('shows states, launch permissions, tags and blocks of publishing late, and goes by the present', async () => {
    const permissions = () =>
      call<{ LaunchPermissions: unknown[] }>('DescribeImageAttribute', {
        ImageId: image.id,
        Attribute: 'launchPermission',
      }).LaunchPermissions;
    const block = () => call('GetImageBlockPublicAccessState', {});
    call('ModifyImageAttribute', { ImageId: image.id, LaunchPermission: { Add: [{ UserId: '444455556666' }] } });
    call('CreateTags', { Resources: [image.id], Tags: [{ Key: 'Stage', Value: 'prod' }] });
    call('DisableImageBlockPublicAccess', {});
    expect(permissions()).toEqual([]);
    expect(seen(image.id)?.Tags).toEqual([{ Key: 'Team', Value: 'web' }]);
    expect(block()).toMatchObject({ ImageBlockPublicAccessState: 'block-new-sharing' });
    await pass(lag);
    expect(permissions()).toEqual([{ UserId: '444455556666' }]);
    expect(seen(image.id)?.Tags).toHaveLength(2);
    expect(block()).toMatchObject({ ImageBlockPublicAccessState: 'unblocked' });
    call('DisableImage', { ImageId: image.id });
    expect(seen(image.id)?.State).toBe('available');
    expect(code('DisableImage', { ImageId: image.id })).toBe('IncorrectState');
  });

  it('shows what a timer changed as late as what a call changed', async () => {
    const asked = { Name: 'copy', SourceImageId: image.id, SourceRegion: region };
    const { ImageId } = call<{ ImageId: string }>('CopyImage', asked);
    const truth = () => aws.state.table<ImageRow>('images').get(`${account}/${region}/${ImageId}`)?.state;
    while (truth() === 'pending') await pass(minute);
    await pass(lag - minute);
    expect([truth(), seen(ImageId)?.State]).toEqual(['available', 'pending']);
    await pass(minute);
    expect(seen(ImageId)?.State).toBe('available');
  });

  it.each([
    ['always', [0]],
    ['sometimes', [0, 1]],
  ] as const)('reads that lag %s see a new image in one of these numbers: %j', async (readsLag, numbers) => {
    await lagging({ readsLag });
    putImage(aws, { account, region: away, name: 'new' });
    await pass(lag / 2);
    const counts = Array.from(
      { length: 40 },
      () => call<DescribeImagesResult>('DescribeImages', { Owners: ['self'] }, away).Images?.length,
    );
    expect([...new Set(counts)].sort()).toEqual(numbers);
  });
});

it('EC2 that does not lag shows every change at once', () => {
  aws = open();
  image = putImage(aws, { account, region, name: 'golden' });
  call('DisableImage', { ImageId: image.id });
  expect(seen(image.id)?.State).toBe('disabled');
});
