import type { DescribeImagesResult, GetImageFindingsResult } from '@aws-sdk/client-ec2';
import { beforeEach, describe, expect, it } from 'vitest';
import { putImage } from '../../../local/ec2/fixtures.ts';
import type { ImageRow } from '../../../local/ec2/rows.ts';
import { day } from '../../../shared/model/time.ts';
import { account, type Ec2, home, makeEc2, start, stranger } from './harness.ts';

let ec2: Ec2;
let image: ImageRow;
const finding = (title: string, severity: string, fixAvailableSince?: number) => ({
  title,
  severity,
  firstSeenAt: start - 3 * day,
  ...(fixAvailableSince !== undefined && { fixAvailableSince }),
});

beforeEach(() => {
  ec2 = makeEc2();
  image = putImage(ec2.world, {
    account,
    region: home,
    name: 'scanned',
    permissions: [`account:${stranger}`],
    scan: {
      severity: 'high',
      at: start,
      findings: [
        finding('CVE-1', 'low'),
        finding('CVE-2', 'high', start - day),
        finding('CVE-3', 'high', start - 2 * day),
      ],
    },
  });
});

const ask = (input: object = {}, as: { account?: string } = {}): GetImageFindingsResult =>
  ec2.call('GetImageFindings', { ImageId: image.id, ...input }, as);

describe('GetImageFindings', () => {
  it('tells what was found, since when, and whether it can be mended', () => {
    expect(ask().ImageFindings).toEqual([
      { Title: 'CVE-1', SeverityLabel: 'low', FixAvailable: false, FirstObservedAt: new Date(start - 3 * day) },
      { Title: 'CVE-2', SeverityLabel: 'high', FixAvailable: true, FirstObservedAt: new Date(start - 3 * day) },
      { Title: 'CVE-3', SeverityLabel: 'high', FixAvailable: true, FirstObservedAt: new Date(start - 3 * day) },
    ]);
  });

  it('is for everybody who may use the image, and for nobody else', () => {
    expect(ask({}, { account: stranger }).ImageFindings).toHaveLength(3);
    expect(ec2.code('GetImageFindings', { ImageId: image.id }, { account: '999999999999' })).toBe(
      'InvalidAMIID.NotFound',
    );
  });

  it('has nothing to tell of an image that was never scanned', () => {
    const plain = putImage(ec2.world, { account, region: home, name: 'plain' });
    expect(ec2.call<GetImageFindingsResult>('GetImageFindings', { ImageId: plain.id })).toEqual({ ImageFindings: [] });
  });

  it('pages', () => {
    const first = ask({ MaxResults: 2 });
    const second = ask({ MaxResults: 2, NextToken: first.NextToken });
    expect([first, second].map(({ ImageFindings }) => ImageFindings?.map(({ Title }) => Title))).toEqual([
      ['CVE-1', 'CVE-2'],
      ['CVE-3'],
    ]);
    expect(second.NextToken).toBeUndefined();
    expect(ec2.code('GetImageFindings', { ImageId: image.id, MaxResults: 1_001 })).toBe('InvalidParameterValue');
  });
});

it('DescribeImages tells since when each severity can be mended', () => {
  const [{ ScanResults } = {}] =
    ec2.call<DescribeImagesResult>('DescribeImages', { ImageIds: [image.id] }).Images ?? [];
  expect(ScanResults).toEqual({
    HighestFindingSeverityLabel: 'high',
    FindingScanDate: new Date(start),
    HighFixAvailableSince: new Date(start - 2 * day),
  });
});
