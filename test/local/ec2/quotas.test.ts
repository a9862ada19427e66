import { describe, expect, it } from 'vitest';
import { putImage } from '../../../local/ec2/fixtures.ts';
import { documentedQuotas, type Quotas } from '../../../local/ec2/quotas.ts';
import type { Switches } from '../../../local/kernel/service.ts';
import { account, away, type Ec2, home, hours, makeEc2, stranger } from './harness.ts';

const withQuotas = (quotas: Partial<Quotas>, switches: Partial<Switches> = {}): Ec2 => {
  const ec2 = makeEc2(switches);
  Object.assign(ec2.world, { quotas });
  return ec2;
};

const put = (ec2: Ec2, name: string, more: object = {}) =>
  putImage(ec2.world, { account, region: home, name, ...more });

const copyOf = (id: string, Name: string) => ({ SourceImageId: id, SourceRegion: home, Name });

describe('quotas of an account in a Region', () => {
  it('are those of the documentation', () => {
    expect(documentedQuotas).toEqual({ images: 50_000, publicImages: 5, snapshots: 100_000, snapshotCopies: 20 });
  });

  it.each(['ResourceLimitExceeded', 'AMILimitExceeded'])(
    'images: one too many is refused with the code of the switch, %s',
    (imageQuotaCode) => {
      const ec2 = withQuotas({ images: 2 }, { imageQuotaCode });
      const { id, disks } = put(ec2, 'first');
      ec2.call('CopyImage', copyOf(id, 'second'));
      const root = { DeviceName: '/dev/xvda', Ebs: { SnapshotId: disks[0]?.snapshotId } };
      const registering = { Name: 'third', RootDeviceName: '/dev/xvda', BlockDeviceMappings: [root] };
      expect(ec2.code('CopyImage', copyOf(id, 'third'))).toBe(imageQuotaCode);
      expect(ec2.code('RegisterImage', registering)).toBe(imageQuotaCode);
      ec2.call('CopyImage', copyOf(id, 'third'), { region: away });
    },
  );

  it('images: pending, disabled and binned ones count, failed ones and those of others do not', () => {
    const counts = (state: object): string => {
      const ec2 = withQuotas({ images: 2 });
      const { id } = put(ec2, 'first');
      put(ec2, 'second', state);
      try {
        ec2.call('CopyImage', copyOf(id, 'third'));
      } catch {
        return 'counts';
      }
      return 'does not count';
    };
    expect(counts({ state: 'pending' })).toBe('counts');
    expect(counts({ state: 'disabled' })).toBe('counts');
    expect(counts({ state: 'failed' })).toBe('does not count');
    expect(counts({ account: stranger })).toBe('does not count');
  });

  it('public images: a sixth is refused, an image that is public already is not', () => {
    const ec2 = makeEc2();
    ec2.call('DisableImageBlockPublicAccess', {});
    const ids = Array.from({ length: 6 }, (_, number) => put(ec2, `image ${number}`).id);
    const publish = (id: string | undefined) => ({ ImageId: id, LaunchPermission: { Add: [{ Group: 'all' }] } });
    for (const id of ids.slice(0, 5)) ec2.call('ModifyImageAttribute', publish(id));
    ec2.call('ModifyImageAttribute', publish(ids[0]));
    expect(ec2.code('ModifyImageAttribute', publish(ids[5]))).toBe('ResourceLimitExceeded');
  });

  it('snapshots: SnapshotLimitExceeded, with one for each disk', () => {
    const ec2 = withQuotas({ snapshots: 3 });
    const { id } = put(ec2, 'two disks', { disks: [{}, {}] });
    expect(ec2.code('CopyImage', copyOf(id, 'copy'))).toBe('SnapshotLimitExceeded');
    ec2.call('CopyImage', copyOf(id, 'copy'), { region: away });
  });

  it.each([
    [true, 'ResourceLimitExceeded'],
    [false, 'none'],
  ])('when copies of images count as copies of snapshots: %s, the 21st is answered with %s', async (counts, code) => {
    const ec2 = makeEc2({ imageCopiesCountAsSnapshotCopies: counts });
    const { id } = put(ec2, 'golden');
    const copy = (number: number) => ec2.call('CopyImage', copyOf(id, `copy ${number}`));
    for (let number = 0; number < 20; number += 1) copy(number);
    if (!counts) {
      copy(20);
      return;
    }
    expect(ec2.code('CopyImage', copyOf(id, 'copy 20'))).toBe(code);
    await ec2.pass(hours(2));
    copy(20);
  });
});
