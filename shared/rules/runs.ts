import type { Inventory } from '../model/inventory.ts';
import type { RunHistory } from '../model/records.ts';
import { day, type Instant, isoTime } from '../model/time.ts';

/** How many earlier plans a plan is compared with, and for how many days the images in use are. */
export const plansCompared = 7;
export const daysCompared = 14;

const nothingYet: RunHistory = { taken: {}, inUse: {}, everInUse: false };

/** One run more. Plans that took nothing of a step say nothing about what is usual for it, and are not kept. */
export function withRun(
  before: RunHistory | undefined,
  run: { readonly taken: Readonly<Record<string, number>>; readonly inUse?: number },
  now: Instant,
): RunHistory {
  const { taken, inUse, everInUse } = before ?? nothingYet;
  const counts = Object.entries(run.taken).filter(([, count]) => count > 0);
  const added = counts.map(([step, count]) => [step, [...(taken[step] ?? []), count].slice(-plansCompared)]);
  const today = dayOf(now);
  const most = Math.max(inUse[today] ?? 0, run.inUse ?? 0);
  return {
    taken: { ...taken, ...Object.fromEntries(added) },
    inUse: { ...recentDays(inUse, now), ...(run.inUse !== undefined && { [today]: most }) },
    everInUse: everInUse || most > 0,
  };
}

/** Which function's plans decide on a step, and remember how much of it they took. */
const deciding = (step: string): 'retire' | 'reap' | 'sweep' => {
  if (step.startsWith('deregister-image ')) return 'reap';
  return ['share-image ', 'share-snapshots ', 'grant-key '].some((one) => step.startsWith(one)) ? 'sweep' : 'retire';
};

/** Of all that a plan takes, what one function is to remember. */
export const takenFor = (
  role: 'retire' | 'reap' | 'sweep',
  taken: Readonly<Record<string, number>>,
): Record<string, number> => Object.fromEntries(Object.entries(taken).filter(([step]) => deciding(step) === role));

/** What several functions remember, as one. Each step belongs to one of them. */
export const joinRuns = (all: readonly RunHistory[]): RunHistory => ({
  taken: Object.assign({}, ...all.map(({ taken }) => taken)),
  inUse: Object.assign({}, ...all.map(({ inUse }) => inUse)),
  everInUse: all.some(({ everInUse }) => everInUse),
});

/** The largest of the earlier plans; `undefined` where none took this step. */
export const largestBefore = (history: RunHistory | undefined, step: string): number | undefined => {
  const counts = history?.taken[step] ?? [];
  return counts.length === 0 ? undefined : Math.max(...counts);
};

/** The most images in use of the last days, today among them. */
export const mostInUse = ({ inUse }: RunHistory, now: Instant): number =>
  Math.max(0, ...Object.values(recentDays(inUse, now)));

/** Images that somebody uses, as far as it could be read. */
export const imagesInUse = ({ usage }: Inventory): number =>
  new Set(usage.flatMap(({ uses }) => (uses.complete ? uses.value.map(({ image }) => image) : []))).size;

const dayOf = (at: Instant): string => isoTime(at).slice(0, 10);

const recentDays = (inUse: RunHistory['inUse'], now: Instant): RunHistory['inUse'] =>
  Object.fromEntries(Object.entries(inUse).filter(([date]) => date > dayOf(now - daysCompared * day)));
