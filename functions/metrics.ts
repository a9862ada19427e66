import { Metrics } from '@aws-lambda-powertools/metrics';

/** Every metric there is, by its unit. Ten are free; more, or another dimension than `service`, would be billed. */
export const metricUnits = {
  ImagesLost: 'Count',
  CopySeconds: 'Seconds',
  CopiesFailed: 'Count',
  SharesChanged: 'Count',
  PointersPublished: 'Count',
  ImagesRetired: 'Count',
  ActionsBlocked: 'Count',
  SweepAgeSeconds: 'Seconds',
  UnpublishedSeconds: 'Seconds',
  PublicImages: 'Count',
} as const;

export type MetricName = keyof typeof metricUnits;
export type Measure = readonly [name: MetricName, value: number];

/** Takes what one run measured. */
export type Meter = (measures: readonly Measure[]) => void;

export const metricNamespace = 'AmiSteward';

/** By Powertools: one line of CloudWatch's embedded metric format for a run that measured something, none otherwise. */
export function powertoolsMeter(): Meter {
  const metrics = new Metrics({ namespace: metricNamespace });
  return (measures) => {
    if (measures.length === 0) return;
    for (const [name, value] of measures) metrics.addMetric(name, metricUnits[name], value);
    metrics.publishStoredMetrics();
  };
}

export const noMeter: Meter = () => undefined;
