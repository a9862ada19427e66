import type { Report } from '../shared/engine/engine.ts';
import type { SweepReport } from '../shared/engine/sweep.ts';
import type { LifecycleEvent, LifecycleType } from '../shared/model/lifecycle-event.ts';
import type { Held } from '../shared/model/plan.ts';
import { type Instant, second } from '../shared/model/time.ts';
import type { Measure } from './metrics.ts';

/** What any run amounts to, counted from what it did and told. What did not happen is not there. */
export function measuresOf({ plan, events, outcomes }: Report): Measure[] {
  const of = (...types: LifecycleType[]) => events.filter(({ type }) => types.includes(type));
  const refused = outcomes.filter(({ status }) => status === 'blocked' || status === 'failed');
  return [
    ...counted('ImagesLost', of('AMI Deregistered Elsewhere').length),
    ...of('AMI Copied').flatMap(({ data }): Measure[] =>
      typeof data.seconds === 'number' ? [['CopySeconds', data.seconds]] : [],
    ),
    ...counted('CopiesFailed', of('AMI Copy Failed').length),
    ...counted('SharesChanged', of('AMI Shared', 'AMI Unshared').flatMap(principalsIn).length),
    ...counted('PointersPublished', of('AMI Published', 'AMI Publish Rolled Back').length),
    ...counted('ImagesRetired', of('AMI Deprecated', 'AMI Disabled', 'AMI Deregistered').filter(isRetirement).length),
    // What the breaker or blind eyes stopped. A guard that holds a single image does its work, and is not counted; but a
    // key that is off makes an image useless to all that have it.
    ...counted('ActionsBlocked', plan.halted.length + refused.length + plan.held.filter(hasKeyOff).length),
  ];
}

/** What a sweep knows beside that, of the whole account. */
export function sweepMeasures(report: SweepReport, now: Instant): Measure[] {
  const { run, plan, degraded, unpublishedFor } = report;
  const having = (code: string) => plan.verdicts.filter(({ reasons }) => reasons.some((one) => one.code === code));
  return [
    ...counted('ActionsBlocked', having('policy-conflict').length),
    ['UnpublishedSeconds', Math.round(unpublishedFor / second)],
    ['PublicImages', having('public-unacknowledged').length],
    // While a Region cannot be read, no sweep has seen everything, and the silence is what alarms.
    ...(Object.keys(degraded).length === 0
      ? [['SweepAgeSeconds', Math.round((now - run.at) / second)] satisfies Measure]
      : []),
  ];
}

const counted = (name: Measure[0], count: number): Measure[] => (count > 0 ? [[name, count]] : []);

const principalsIn = ({ data }: LifecycleEvent): unknown[] =>
  [data.added, data.removed].flatMap((list) => (Array.isArray(list) ? list : []));

const isRetirement = ({ data }: LifecycleEvent): boolean => data.failedCopy !== true;

const hasKeyOff = ({ guards }: Held): boolean => guards.some(({ code }) => code === 'key-disabled');
