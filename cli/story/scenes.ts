import type { AwsEvent } from '../../local/kernel/service.ts';
import { isoTime, minute, parseInstant } from '../../shared/model/time.ts';

/** Lifecycle events of one kind, about one lineage, told in the same minute: one line of the story. */
export interface Scene {
  readonly at: number;
  readonly type: string;
  readonly root: string;
  readonly name: string;
  readonly regions: readonly string[];
  readonly data: readonly Record<string, unknown>[];
}

/** Events of ours, in the order in which they were emitted, grouped into scenes. */
export function scenesOf(events: readonly AwsEvent[]): Scene[] {
  const groups = new Map<string, { first: AwsEvent; data: Record<string, unknown>[] }>();
  for (const event of events) {
    if (event.source !== 'ami-steward') continue;
    const data = dataOf(event);
    const lineage = isFind(event) ? '' : data.root;
    const key = [minuteOf(event), event['detail-type'], lineage, data.step, data.failedCopy, data.pointer].join(' ');
    const group = groups.get(key) ?? { first: event, data: [] };
    group.data.push(data);
    groups.set(key, group);
  }
  return [...groups.values()].map(({ first, data }) => ({
    at: parseInstant(timestampOf(first)) ?? 0,
    type: first['detail-type'],
    root: String(data[0]?.root ?? ''),
    name: String(data[0]?.name ?? ''),
    regions: [...new Set(data.map(({ target, region }) => String(target ?? region)))],
    data,
  }));
}

/** What a sweep finds is told in one line, however many lineages there are. */
const isFind = (event: AwsEvent): boolean =>
  event['detail-type'] === 'AMI Observed' && dataOf(event).seenBy === 'sweep';

export const dataOf = (event: AwsEvent): Record<string, unknown> =>
  (event.detail.data ?? {}) as Record<string, unknown>;

const timestampOf = (event: AwsEvent): string =>
  String((event.detail.metadata as { timestamp?: string } | undefined)?.timestamp ?? event.time);

const minuteOf = (event: AwsEvent): string => {
  const at = parseInstant(timestampOf(event)) ?? 0;
  return isoTime(Math.floor(at / minute) * minute);
};
