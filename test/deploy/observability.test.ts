import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { commands, notBuilt } from '../../cli/commands/index.ts';
import { metricNamespace, metricUnits } from '../../functions/metrics.ts';
import { ofType, type Resource, root, template } from './packaged.ts';

const stack = template();
const propertiesOf = (id: string): Resource['Properties'] => {
  const { Properties } = stack[id] ?? {};
  if (!Properties) throw new Error(`the stack has no ${id}`);
  return Properties;
};
const runbook = readFileSync(join(root, 'docs/runbook.md'), 'utf8');
const alarms = ofType(stack, 'AWS::CloudWatch::Alarm');

interface Metric {
  readonly Namespace: string;
  readonly MetricName: string;
  readonly Dimensions: readonly { readonly Name: string; readonly Value: unknown }[];
}

/** The metrics that an alarm looks at, one or several. */
const metricsOf = ({ Properties }: Resource): Metric[] =>
  Array.isArray(Properties.Metrics)
    ? Properties.Metrics.flatMap(({ MetricStat }: { MetricStat?: { Metric: Metric } }) => MetricStat?.Metric ?? [])
    : [Properties as unknown as Metric];

const functionNames = ofType(stack, 'AWS::Lambda::Function').map(([, { Properties }]) => Properties.FunctionName);
const queues = ofType(stack, 'AWS::SQS::Queue').map(([id]) => id);
const services = new Set(
  ofType(stack, 'AWS::Lambda::Function').map(
    ([, { Properties }]) =>
      (Properties.Environment as { Variables: Record<string, unknown> }).Variables.POWERTOOLS_SERVICE_NAME,
  ),
);

/** As GitHub makes them of headings. */
const anchorOf = (heading: string): string =>
  heading
    .toLowerCase()
    .replaceAll(/[^a-z0-9 -]/g, '')
    .replaceAll(' ', '-');
const sections = [...runbook.matchAll(/^## (.+)$/gm)].map(([, heading = '']) => anchorOf(heading));

/** Whether the metric is written by our functions, or by AWS about something in this very stack. */
function isWritten({ Namespace, MetricName, Dimensions }: Metric): boolean {
  const [dimension, ...more] = Dimensions;
  if (!dimension || more.length > 0) return false;
  const { Name, Value } = dimension;
  if (Namespace === metricNamespace) return MetricName in metricUnits && Name === 'service' && services.has(Value);
  if (Namespace === 'AWS/Lambda') return Name === 'FunctionName' && functionNames.includes(Value);
  const [queue, attribute] = (Value as { 'Fn::GetAtt'?: string[] })['Fn::GetAtt'] ?? [];
  return Namespace === 'AWS/SQS' && Name === 'QueueName' && queues.includes(queue ?? '') && attribute === 'QueueName';
}

describe('the alarms', () => {
  it('are at most ten, as are the metrics, and there is one dashboard', () => {
    expect(alarms.length).toBeGreaterThan(0);
    expect(alarms.length).toBeLessThanOrEqual(10);
    expect(Object.keys(metricUnits).length).toBeLessThanOrEqual(10);
    expect(ofType(stack, 'AWS::CloudWatch::Dashboard')).toHaveLength(1);
  });

  it('each name a section of the runbook, and each section belongs to an alarm', () => {
    const named = alarms.map(
      ([, { Properties }]) => /docs\/runbook\.md#([a-z-]+)$/.exec(String(Properties.AlarmDescription))?.[1],
    );
    expect(named.sort()).toEqual(sections.sort());
  });

  it.each(alarms)('%s looks at metrics that are written, and tells the topic when it begins and ends', (_id, alarm) => {
    expect(metricsOf(alarm).length).toBeGreaterThan(0);
    expect(metricsOf(alarm).filter((metric) => !isWritten(metric))).toEqual([]);
    expect(alarm.Properties).toMatchObject({ AlarmActions: [{ Ref: 'Topic' }], OKActions: [{ Ref: 'Topic' }] });
  });

  it('look at the errors and throttles of every function', () => {
    const seen = metricsOf(stack.FunctionErrorsAlarm as Resource).map(
      ({ MetricName, Dimensions }) => `${MetricName} ${Dimensions[0]?.Value}`,
    );
    const wanted = functionNames.flatMap((name) => [`Errors ${name}`, `Throttles ${name}`]);
    expect(seen.sort()).toEqual(wanted.sort());
  });

  it('take silence for what it is: a fault of the sweep, nothing to count, or nothing new', () => {
    const silence = alarms.map(([id, { Properties }]) => [id, Properties.TreatMissingData]);
    expect(Object.fromEntries(silence)).toEqual({
      SweepAgeAlarm: 'breaching',
      CopiesFailedAlarm: 'notBreaching',
      ActionsBlockedAlarm: 'notBreaching',
      DeadLettersAlarm: 'notBreaching',
      FunctionErrorsAlarm: 'notBreaching',
      UnpublishedAlarm: 'ignore',
      PublicImagesAlarm: 'ignore',
      ImagesLostAlarm: 'notBreaching',
    });
  });

  it('call the sweep too old after three of its turns', () => {
    const { Period, EvaluationPeriods, Threshold } = propertiesOf('SweepAgeAlarm');
    expect(propertiesOf('SweepSchedule').ScheduleExpression).toBe('rate(15 minutes)');
    expect([Period, EvaluationPeriods, Threshold]).toEqual([15 * 60, 3, 45 * 60]);
  });
});

describe('the runbook', () => {
  it('says of each alarm what it means, what to run first, and how it ends', () => {
    for (const section of runbook.split(/^## /m).slice(1)) {
      expect(section).toMatch(/^\*\*Means\.\*\*/m);
      expect(section).toMatch(/^```sh$/m);
      expect(section).toMatch(/^\*\*Ends\*\*/m);
    }
  });

  it('names no command of ours that does not exist', () => {
    const used = [...runbook.matchAll(/^npx ami-steward (\S+)/gm)].map(([, name = '']) => name);
    expect(used.length).toBeGreaterThan(5);
    expect(used.filter((name) => !(name in commands) && !(name === 'doctor' && notBuilt.includes(name)))).toEqual([]);
  });
});

describe('the dashboard', () => {
  const body = propertiesOf('Dashboard').DashboardBody as { 'Fn::Sub': string };
  const text = body['Fn::Sub'];
  const { widgets } = JSON.parse(text) as {
    widgets: { type: string; properties: { metrics?: unknown[][]; alarms?: string[]; query?: string } }[];
  };

  it('shows metrics that are written, and every metric of ours', () => {
    const shown = widgets.flatMap(({ properties }) => properties.metrics ?? []).map(metricIn);
    expect(shown.filter((metric) => !isWritten(metric))).toEqual([]);
    const ours = shown.filter(({ Namespace }) => Namespace === metricNamespace).map(({ MetricName }) => MetricName);
    expect([...new Set(ours)].sort()).toEqual(Object.keys(metricUnits).sort());
  });

  it('shows every alarm, and the log of every function', () => {
    const shown = widgets.flatMap(({ properties }) => properties.alarms ?? []);
    expect(shown.sort()).toEqual(alarms.map(([id]) => `\${${id}.Arn}`).sort());
    const queried = widgets.flatMap(({ properties }) => [...(properties.query ?? '').matchAll(/SOURCE '([^']+)'/g)]);
    const groups = ofType(stack, 'AWS::Logs::LogGroup').map(([, { Properties }]) => Properties.LogGroupName);
    expect(queried.map(([, name]) => name).sort()).toEqual(groups.sort());
  });

  it('names nothing that is not in the stack', () => {
    const named = [...text.matchAll(/\$\{([A-Za-z]+)[.}]/g)].map(([, id = '']) => id);
    expect(named.length).toBeGreaterThan(0);
    expect(named.filter((id) => !(id in stack))).toEqual([]);
  });

  function metricIn([Namespace, MetricName, Name, Value]: unknown[]): Metric {
    const [, queue] = /^\$\{(\w+)\.QueueName\}$/.exec(String(Value)) ?? [];
    const resolved = queue === undefined ? Value : { 'Fn::GetAtt': [queue, 'QueueName'] };
    return {
      Namespace: String(Namespace),
      MetricName: String(MetricName),
      Dimensions: [{ Name: String(Name), Value: resolved }],
    };
  }
});

describe('the topic', () => {
  it('takes messages from alarms of this account, and has no mail unless an address is given', () => {
    expect(stack.TopicPolicy?.Properties.PolicyDocument).toMatchObject({
      Statement: [
        {
          Principal: { Service: 'cloudwatch.amazonaws.com' },
          Action: 'sns:Publish',
          Resource: { Ref: 'Topic' },
          Condition: { StringEquals: { 'aws:SourceAccount': { Ref: 'AWS::AccountId' } } },
        },
      ],
    });
    expect(stack).not.toHaveProperty('MailSubscription');
  });
});
