import type { LocalOptions, LocalStack } from '../../cli/worlds/local.ts';
import type { ImageFixture } from '../../local/ec2/fixtures.ts';
import { putImage } from '../../local/ec2/fixtures.ts';
import type { ImageRow } from '../../local/ec2/rows.ts';
import { eventLog } from '../../local/services/events.ts';
import { EmbeddedAws } from '../../local/world.ts';
import { type Duration, minute } from '../../shared/model/time.ts';
import { compiled, onePolicy } from '../policy/files.ts';
import { deployWithRoles } from '../roles/deploy.ts';

export const account = '111122223333';
export const home = 'us-east-1';
export const sharee = '222233334444';
export const start = Date.UTC(2026, 0, 5, 9);

/** The product, deployed with one policy that acts on images named `web-…`. */
export function openWith(
  lines: string,
  aws = EmbeddedAws.open({ start, homeRegion: home }),
  options: Pick<LocalOptions, 'idleEvery' | 'log' | 'meter'> = {},
): Promise<LocalStack> {
  return deployWithRoles(aws, compiled(onePolicy(`mode: apply\n${lines}`)), options);
}

export const putWeb = (aws: EmbeddedAws, more: Partial<ImageFixture> = {}): ImageRow =>
  putImage(aws, { account, region: home, name: 'web-1', ...more });

export const pass = ({ timeline }: EmbeddedAws, duration: Duration): Promise<void> =>
  timeline.advanceTo(timeline.now() + duration);

/** Long enough for a sweep and what follows from it. */
export const aSweep = 20 * minute;

/** What the product told the world, of one kind. */
export const told = (aws: EmbeddedAws, type: string): readonly Record<string, unknown>[] =>
  eventLog(aws)
    .filter(({ event }) => event.source === 'ami-steward' && event['detail-type'] === type)
    .map(({ event }) => event.detail.data as Record<string, unknown>);

export function launchPermissions(
  aws: EmbeddedAws,
  { id, region }: Pick<ImageRow, 'id' | 'region'>,
): readonly unknown[] {
  const found = aws.call('ec2', 'DescribeImageAttribute', { ImageId: id, Attribute: 'launchPermission' }, { region });
  return (found as { LaunchPermissions: readonly unknown[] }).LaunchPermissions;
}
