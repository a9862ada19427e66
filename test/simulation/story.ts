import { formatDuration, isoTime } from '../../shared/model/time.ts';
import type { Scenario } from './scenario.ts';
import type { Line, Result } from './simulation.ts';

/** Fits on one screen. */
const mostLines = 34;

/** What was injected, what people did, what the product did, and the verdict. */
export function story(result: Result): string {
  const { scenario, hash, calls, violations, story: lines, coverage } = result;
  return [
    `seed ${scenario.seed}: ${formatDuration(scenario.end - scenario.start)} in ${scenario.regions.join(', ')}; faults until ${shortTime(scenario.faultsUntil)}`,
    `injected: ${injected(scenario)}`,
    ...scenario.storms.map(
      (storm) => `storm: ${storm.operation ?? storm.region} from ${shortTime(storm.from)} to ${shortTime(storm.until)}`,
    ),
    '',
    ...shown(lines).map(tell),
    '',
    `met: ${[...coverage.counts]
      .sort((a, b) => b[1] - a[1])
      .slice(0, 12)
      .map(([what, times]) => `${what} ${times}`)
      .join(', ')}`,
    ...violations.slice(0, 5).map(({ invariant, what, at }) => `VIOLATION ${shortTime(at)} ${invariant}: ${what}`),
    `${violations.length === 0 ? 'no violation' : `${violations.length} violations`}, ${calls} calls, trace ${hash}`,
  ].join('\n');
}

const shortTime = (at: number): string => isoTime(at).slice(5, 16).replace('T', ' ');

const injected = ({ intensity }: Scenario): string =>
  Object.entries(intensity)
    .filter(([, share]) => share > 0)
    .map(([what, share]) =>
      what === 'lag' ? `lag ${Math.round(share / 1000)} s` : `${what} ${(share * 100).toFixed(1)} %`,
    )
    .join(', ') || 'nothing';

const tell = ({ at, who, what }: Line): string => `${shortTime(at)}  ${who.padEnd(9)} ${what}`.slice(0, 160);

/** Around the first violation, or else the beginning and the end. */
function shown(lines: readonly Line[]): readonly Line[] {
  if (lines.length <= mostLines) return lines;
  const first = lines.findIndex(({ who }) => who === 'VIOLATION');
  if (first >= 0) return lines.slice(Math.max(0, first - mostLines + 2), first + 1);
  const half = mostLines / 2;
  const left: Line = { at: lines[half]?.at ?? 0, who: '...', what: `${lines.length - mostLines} lines left out` };
  return [...lines.slice(0, half), left, ...lines.slice(-half)];
}
