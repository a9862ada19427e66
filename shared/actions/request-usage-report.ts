import { digest } from '../model/digest.ts';
import { type ImageRef, imageRef } from '../model/ids.ts';
import { mark } from '../model/marks.ts';
import { type ActionDefinition, blocked, done, historyOf, notNeeded, type Workbench } from './action.ts';

/** Takes nothing: EC2 counts the use of the image by other accounts, and a later run reads what it found. */
export const requestUsageReport: ActionDefinition<'request-usage-report'> = {
  kind: 'request-usage-report',
  permissions: [
    'ec2:CreateImageUsageReport',
    'ec2:CreateTags',
    'ec2:DescribeImageUsageReports',
    'ec2:DescribeImageUsageReportEntries',
    'ec2:DescribeImages',
  ],
  destructive: false,
  role: () => 'retire',
  apply: async (action, bench) => {
    const at = imageRef(action.image);
    const image = await bench.images.get(at);
    if (!image) return notNeeded('EC2 does not know the image any more');
    if (image.ownerId !== bench.account) return blocked(`it belongs to ${image.ownerId}`);
    if (await isUnderWay(at, bench)) return notNeeded('EC2 makes one already');
    const tags = { [mark.managed]: 'true', [mark.policy]: action.policy };
    const report = await bench.imageUsage.requestReport(at, tags, digest([action.kind, action.image, bench.run]));
    await historyOf(action, bench, 'after', { report });
    return done({ report });
  },
};

/** EC2 makes one report of an image at a time. */
async function isUnderWay({ region, id }: ImageRef, { imageUsage }: Workbench): Promise<boolean> {
  const reports = (await imageUsage.reports(region, [id])).get(id) ?? [];
  return reports.some(({ state }) => state === 'pending');
}
