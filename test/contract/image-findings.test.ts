import { describe, expect, it } from 'vitest';
import { putImage } from '../../local/ec2/fixtures.ts';
import { ec2Clients } from '../../shared/aws/clients.ts';
import { ec2Findings } from '../../shared/aws/image-findings.ts';
import { Ec2Images } from '../../shared/aws/images.ts';
import { day } from '../../shared/model/time.ts';
import { account, openWorld, transports } from './worlds.ts';

const region = 'eu-west-1';

describe.each(transports)('findings of the embedded AWS, %s', (transport) => {
  it('are read to the last page, the worst first, and a new severity counts as the worst', async () => {
    const { aws, options } = openWorld(transport);
    const at = aws.timeline.now();
    const many = Array.from({ length: 1_200 }, (_, n) => ({ title: `CVE-${n}`, severity: 'low', firstSeenAt: at }));
    const findings = [
      ...many,
      { title: 'open', severity: 'critical', firstSeenAt: at },
      { title: 'mended', severity: 'critical', firstSeenAt: at, fixAvailableSince: at - day },
      { title: 'new', severity: 'apocalyptic', firstSeenAt: at },
    ];
    const { id } = putImage(aws, { account, region, name: 'scanned', scan: { severity: 'critical', at, findings } });
    const found = await ec2Findings(ec2Clients(options))({ region, id });
    expect(found).toHaveLength(1_203);
    expect(found.slice(0, 4)).toEqual([
      { title: 'new', fixAvailable: false, firstSeenAt: at },
      { title: 'mended', severity: 'critical', fixAvailable: true, firstSeenAt: at },
      { title: 'open', severity: 'critical', fixAvailable: false, firstSeenAt: at },
      { title: 'CVE-0', severity: 'low', fixAvailable: false, firstSeenAt: at },
    ]);
    const image = await new Ec2Images(ec2Clients(options), aws.timeline).get({ region, id });
    expect(image?.fixAvailableSince).toBe(at - day);
  });

  it('of an image that is not there are an error, not an empty list', async () => {
    const { options } = openWorld(transport);
    const reading = ec2Findings(ec2Clients(options))({ region, id: 'ami-0123456789abcdef0' });
    await expect(reading).rejects.toMatchObject({ kind: 'not-found' });
  });
});
