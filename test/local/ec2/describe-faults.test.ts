import { beforeEach, expect, it } from 'vitest';
import { putImage } from '../../../local/ec2/fixtures.ts';
import { AwsError } from '../../../local/kernel/service.ts';
import { account, type Ec2, home, makeEc2 } from './harness.ts';

let ec2: Ec2;
beforeEach(() => {
  ec2 = makeEc2();
});

/** All that facts 1.5 list; those of scans, watermarks and instance types written out. */
const documented = [
  ...['architecture', 'boot-mode', 'creation-date', 'description', 'ena-support', 'free-tier-eligible', 'hypervisor'],
  ...['delete-on-termination', 'device-name', 'snapshot-id', 'volume-size', 'volume-type', 'encrypted'].map(
    (name) => `block-device-mapping.${name}`,
  ),
  ...['image-allowed', 'image-id', 'image-type', 'is-public', 'kernel-id', 'manifest-location', 'name', 'owner-alias'],
  ...['watermark-key', 'source-image-id', 'source-image-region', 'source-image-creation-time'].map(
    (name) => `image-watermark.${name}`,
  ),
  'image-watermark.watermark-creation-time',
  'instance-type-specification.supported-instance-type',
  'instance-type-specification.unsupported-instance-type',
  ...['owner-id', 'platform', 'product-code', 'product-code.type', 'public-ssm-parameter-name', 'ramdisk-id'],
  ...['root-device-name', 'root-device-type', 'source-image-id', 'source-image-region', 'source-instance-id'],
  ...['highest-finding-severity-label', 'finding-scan-date'].map((name) => `scan-result.${name}`),
  ...['critical', 'high', 'medium', 'low', 'informational'].map((label) => `scan-result.${label}-fix-available-since`),
  ...['sriov-net-support', 'state', 'state-reason-code', 'state-reason-message', 'tag:Team', 'tag-key'],
  'virtualization-type',
];

const found = (Name: string, Values: string[]): number =>
  ec2.call<{ Images: unknown[] }>('DescribeImages', { Filters: [{ Name, Values }] }).Images.length;

it.each(documented)('DescribeImages knows the filter %s', (name) => {
  putImage(ec2.world, { account, region: home, name: 'golden' });
  expect(found(name, ['nothing has this'])).toBe(0);
});

it('DescribeImages finds what Inspector found, and watermarks', () => {
  const at = Date.parse('2026-01-04T00:00:00Z');
  const finding = { title: 'CVE-1', severity: 'high', firstSeenAt: at, fixAvailableSince: at };
  const scan = { severity: 'critical', at, findings: [finding] };
  putImage(ec2.world, { account, region: home, name: 'scanned', scan, watermarks: [`${account}:mark`] });
  putImage(ec2.world, { account, region: home, name: 'other' });
  expect(found('scan-result.highest-finding-severity-label', ['critical'])).toBe(1);
  expect(found('scan-result.finding-scan-date', ['2026-01-04*'])).toBe(1);
  expect(found('scan-result.high-fix-available-since', ['2026-01-04*'])).toBe(1);
  expect(found('scan-result.low-fix-available-since', ['*'])).toBe(0);
  expect(found('image-watermark.watermark-key', [`${account}:*`])).toBe(1);
});

it('all ids that nothing has are named, once all are well formed', () => {
  const ids = ['ami-00000001', 'ami-00000002'];
  const message = (input: object): string => {
    try {
      ec2.call('DescribeImages', input);
    } catch (error) {
      if (error instanceof AwsError) return `${error.code}: ${error.message}`;
    }
    return 'none';
  };
  expect(message({ ImageIds: ids })).toBe(
    "InvalidAMIID.NotFound: The image ids '[ami-00000001, ami-00000002]' do not exist",
  );
  expect(message({ ImageIds: [ids[0]] })).toBe("InvalidAMIID.NotFound: The image id '[ami-00000001]' does not exist");
  expect(message({ ImageIds: [...ids, 'ami-x'] })).toMatch(/^InvalidAMIID.Malformed: .*ami-x/);
});

it.each([
  ['DescribeImages', { Owners: ['nobody'] }, 'InvalidUserID.Malformed'],
  ['DescribeImages', { Owners: ['12345'] }, 'InvalidUserID.Malformed'],
  ['DescribeImages', { ExecutableUsers: ['amazon'] }, 'InvalidUserID.Malformed'],
  ['DescribeSnapshots', { OwnerIds: ['nobody'] }, 'InvalidUserID.Malformed'],
  ['DescribeSnapshots', { RestorableByUserIds: ['nobody'] }, 'InvalidUserID.Malformed'],
  ['CreateTags', { Resources: ['nonsense'], Tags: [{ Key: 'a', Value: 'b' }] }, 'InvalidID'],
  ['CreateTags', { Resources: ['ami-xyz'], Tags: [{ Key: 'a', Value: 'b' }] }, 'InvalidID'],
  ['CreateTags', { Resources: ['ami-00000001'], Tags: [{ Key: 'a', Value: 'b' }] }, 'InvalidAMIID.NotFound'],
])('%s %j is %s', (operation, input, code) => {
  expect(ec2.code(operation, input)).toBe(code);
});

it.each(['self', 'amazon', 'aws-marketplace', 'aws-backup-vault', account])(
  'DescribeImages takes the owner %s',
  (owner) => {
    expect(ec2.call<{ Images: unknown[] }>('DescribeImages', { Owners: [owner] }).Images).toEqual([]);
  },
);
