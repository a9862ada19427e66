import { type EC2Client, type ImageFinding, paginateGetImageFindings } from '@aws-sdk/client-ec2';
import { type Severity, severities } from '../model/image.ts';
import type { Finding, Findings } from '../ports/findings.ts';
import type { ClientOf } from './clients.ts';

/** The most that EC2 gives at once. */
const pageSize = 1_000;

/** What EC2 knows from Amazon Inspector of one image, own, shared or public. */
export const ec2Findings =
  (clients: ClientOf<EC2Client>): Findings =>
  async ({ region, id }) => {
    const found: Finding[] = [];
    const paging = { client: clients(region) };
    for await (const { ImageFindings = [] } of paginateGetImageFindings(paging, { ImageId: id, MaxResults: pageSize }))
      found.push(...ImageFindings.map(findingOf));
    return found.sort((a, b) => weight(b) - weight(a) || (b.fixAvailable ? 1 : 0) - (a.fixAvailable ? 1 : 0));
  };

function findingOf({ Title, SeverityLabel, FixAvailable, FirstObservedAt }: ImageFinding): Finding {
  const severity = severities.find((one) => one === SeverityLabel?.toLowerCase());
  return {
    title: Title || 'without a title',
    ...(severity && { severity }),
    fixAvailable: FixAvailable === true,
    ...(FirstObservedAt && { firstSeenAt: FirstObservedAt.getTime() }),
  };
}

/** A severity that is new to us may be worse than all we know. */
const weight = ({ severity }: Finding): number => rank(severity);
const rank = (severity: Severity | undefined): number =>
  severity === undefined ? severities.length : severities.indexOf(severity);
