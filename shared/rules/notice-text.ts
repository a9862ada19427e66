import { codes, type Reason } from '../model/codes.ts';
import type { LifecycleEvent } from '../model/lifecycle-event.ts';
import { sentence } from './explain.ts';

/** More events than these are a number. */
const mostLines = 20;
const longestField = 300;

/** What others wrote (names, tags, messages) as one line without anything that acts on its reader. */
const clean = (text: unknown): string =>
  String(text)
    .replaceAll(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+/gu, ' ')
    .slice(0, longestField);

/** The same for chat, where marks and angle brackets would be read. */
const inert = (text: unknown): string =>
  clean(text).replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll(/[*~`]/g, "'");

const code = (text: unknown): string => `\`${inert(text)}\``;

const placeOf = ({ data }: LifecycleEvent): string =>
  data.imageId === undefined ? data.region : `${data.region}/${data.imageId}`;

const titleOf = (event: LifecycleEvent): string => `${event.type}: ${clean(event.data.name ?? placeOf(event))}`;

/** Everything in one line: `AMI Copied: golden-43`, or `AMI Steward: 3 AMI Copied, 1 AMI Shared`. */
function headline(events: readonly LifecycleEvent[]): string {
  const [first] = events;
  if (first && events.length === 1) return titleOf(first);
  const counted = [...Map.groupBy(events, ({ type }) => type)].map(([type, all]) => `${all.length} ${type}`);
  return `AMI Steward: ${counted.join(', ')}`;
}

/** Why it happened or did not, in the words of the plan. */
function whys({ data }: LifecycleEvent): string[] {
  const reasons = [data.guards, data.reasons].flatMap((list) => (Array.isArray(list) ? list.filter(isReason) : []));
  const own = [data.why, data.error].filter((text) => typeof text === 'string');
  const found = Array.isArray(data.found) ? [`found ${data.found.join(', ')}`] : [];
  return [...new Set([...own, ...found, ...reasons.map(sentence), ...leftBehind(data)])];
}

/** Snapshots that did not go with their image, with EC2's word for why. */
function leftBehind({ snapshots }: LifecycleEvent['data']): string[] {
  const results = Array.isArray(snapshots) ? (snapshots as readonly { id?: unknown; result?: unknown }[]) : [];
  return results
    .filter(({ result }) => result !== undefined && result !== 'success')
    .map(({ id, result }) => `snapshot ${String(id)} is still there: ${String(result)}`);
}

const isReason = (value: unknown): value is Reason =>
  value !== null && typeof value === 'object' && 'code' in value && Object.hasOwn(codes, String(value.code));

const shown = (events: readonly LifecycleEvent[], lineOf: (event: LifecycleEvent) => string): string[] => [
  ...events.slice(0, mostLines).map(lineOf),
  ...(events.length > mostLines ? [`and ${events.length - mostLines} more`] : []),
];

/** Plain text. The subject keeps to what SNS takes: one line, ASCII, 100 characters. */
export function mailNotice(events: readonly LifecycleEvent[]): { subject: string; text: string } {
  const subject = headline(events)
    .replaceAll(/[^\x20-\x7e]/g, '?')
    .slice(0, 100);
  const lines = shown(events, (event) =>
    [
      `${titleOf(event)} (${placeOf(event)})`,
      ...(event.data.family === undefined ? [] : [`  family: ${clean(event.data.family)}`]),
      ...whys(event).map((why) => `  ${clean(why)}`),
    ].join('\n'),
  );
  return { subject, text: `${lines.join('\n\n')}\n` };
}

/** A custom notification of Amazon Q Developer; messages about one family stand in one thread. */
export function chatNotice(events: readonly LifecycleEvent[]): string {
  const families = new Set(events.map(({ data }) => data.family));
  const [family] = families;
  const description = shown(events, (event) => {
    const why = whys(event).map(inert).join('; ');
    return `${event.type} ${code(event.data.name ?? '')} ${code(placeOf(event))}${why === '' ? '' : `: ${why}`}`;
  });
  const images = [...new Set(events.flatMap(({ data }) => data.root ?? []))].slice(0, 3);
  return JSON.stringify({
    version: '1.0',
    source: 'custom',
    content: {
      textType: 'client-markdown',
      title: inert(headline(events)).slice(0, 250),
      description: description.join('\n').slice(0, 8_000),
      nextSteps: images.map((image) => `ami-steward why ${image}`),
    },
    ...(families.size === 1 && family !== undefined && { metadata: { threadId: clean(family) } }),
  });
}
