import { eventLog } from '../../local/services/events.ts';
import type { EmbeddedAws } from '../../local/world.ts';
import type { Coverage } from './coverage.ts';
import type { Truth } from './truth.ts';

interface Data {
  readonly adopted?: boolean;
  readonly attempt?: number;
  readonly seenBy?: string;
  readonly role?: string;
  readonly status?: string;
  readonly guards?: readonly { code: string }[];
}

/** Situations that the product itself tells of, in its events and its store. */
export function noteWhatWasMet(aws: EmbeddedAws, truth: Truth, coverage: Coverage): void {
  const lost = coverage.counts.has('event lost');
  for (const { event } of eventLog(aws)) {
    if (event.source !== 'ami-steward') continue;
    const data = event.detail.data as Data;
    const type = event['detail-type'];
    if (type === 'AMI Copy Started' && data.adopted) coverage.count('copy adopted');
    if (type === 'AMI Copy Started' && (data.attempt ?? 1) > 1) coverage.count('copy failed and retried');
    if (type === 'AMI Observed' && data.role === 'root' && data.seenBy === 'sweep' && lost)
      coverage.count('event lost and swept');
    if (type === 'AMI Action Blocked' && data.status === 'held')
      for (const code of new Set(data.guards?.map((guard) => guard.code))) coverage.count(`kept by a guard: ${code}`);
  }
  if (truth.stores(({ pk }) => pk === 'set-aside').length > 0) coverage.count('forged event set aside');
}
