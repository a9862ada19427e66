import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type MetricName, metricUnits, powertoolsMeter } from '../../functions/metrics.ts';
import type { EmbeddedAws } from '../../local/world.ts';
import { type Duration, day, hour } from '../../shared/model/time.ts';
import { aSweep, openWith, pass, putWeb, sharee } from './support.ts';

const written: string[] = [];
beforeEach(() => {
  vi.stubEnv('POWERTOOLS_SERVICE_NAME', 'ami-steward-test');
  vi.spyOn(process.stdout, 'write').mockImplementation((line) => {
    written.push(String(line));
    return true;
  });
});
afterEach(() => {
  vi.restoreAllMocks();
  vi.unstubAllEnvs();
  written.length = 0;
});

interface Emf {
  readonly _aws: {
    readonly CloudWatchMetrics: {
      readonly Namespace: string;
      readonly Dimensions: readonly string[][];
      readonly Metrics: readonly { readonly Name: MetricName; readonly Unit: string }[];
    }[];
  };
  readonly [field: string]: unknown;
}

const lines = (): Emf[] => written.filter((line) => line.includes('"_aws"')).map((line) => JSON.parse(line) as Emf);
const valuesOf = (name: MetricName): number[] => lines().flatMap((line) => [line[name] ?? []].flat(2) as number[]);
const sum = (name: MetricName): number => valuesOf(name).reduce((total, value) => total + value, 0);

const copying = `family: { key: "{nameBase}" }
copy: { to: [{ region: eu-west-1, kmsKey: alias/golden }, { region: us-west-2, kmsKey: alias/golden }], since: all }`;
const opened = (policy: string, idleEvery?: Duration) =>
  openWith(policy, undefined, { meter: powertoolsMeter(), ...(idleEvery !== undefined && { idleEvery }) });
const failCopies = (aws: EmbeddedAws, remaining: number) =>
  aws.state.table('injected').set('fail-copy/us-west-2', { remaining, message: 'no such key' });

describe('metrics', () => {
  it('stand in one line of the embedded metric format, by service and by nothing else', async () => {
    const { aws } = await opened(copying);
    putWeb(aws);
    await pass(aws, 2 * hour);
    expect(lines().length).toBeGreaterThan(1);
    for (const line of lines()) {
      const [directive, ...more] = line._aws.CloudWatchMetrics;
      expect(more).toEqual([]);
      expect(directive).toMatchObject({ Namespace: 'AmiSteward', Dimensions: [['service']] });
      expect(line.service).toBe('ami-steward-test');
      for (const { Name, Unit } of directive?.Metrics ?? []) expect(Unit).toBe(metricUnits[Name]);
    }
  });

  it('count what became of copies: those that arrived by their seconds, and those that failed', async () => {
    const { aws } = await opened(copying);
    failCopies(aws, 1);
    putWeb(aws);
    await pass(aws, 4 * hour);
    expect(valuesOf('CopySeconds')).toHaveLength(2);
    for (const seconds of valuesOf('CopySeconds')) expect(seconds).toBeGreaterThan(0);
    expect(sum('CopiesFailed')).toBe(1);
    expect(sum('ImagesLost')).toBe(0);
  });

  it('do not count failures where nothing failed, nor anything where nothing happened', async () => {
    const { aws } = await opened(copying);
    putWeb(aws);
    await pass(aws, 4 * hour);
    expect(sum('CopiesFailed')).toBe(0);
    written.length = 0;
    await pass(aws, 2 * hour);
    const names = new Set(lines().flatMap((line) => Object.keys(line).filter((key) => key in metricUnits)));
    expect([...names].sort()).toEqual(['PublicImages', 'SweepAgeSeconds', 'UnpublishedSeconds']);
    expect([sum('PublicImages'), sum('UnpublishedSeconds')]).toEqual([0, 0]);
  });

  it('count shares, pointers and steps of retirement once each', async () => {
    const retiring = `${copying}
share: { accounts: ["${sharee}"], kms: "off" }
publish: { ssm: [{ parameter: "/web/latest" }] }
retain: { keepLast: 2, stages: { deprecate: { afterSuperseded: 7d } } }`;
    const { aws } = await opened(retiring, 12 * hour);
    for (const [index, name] of ['web-1', 'web-2', 'web-3'].entries()) {
      putWeb(aws, { name, createdAt: aws.timeline.now() - (3 - index) * hour });
      await pass(aws, hour);
    }
    await pass(aws, 2 * day);
    expect(sum('SharesChanged')).toBe(9);
    expect(sum('PointersPublished')).toBeGreaterThanOrEqual(3);
    await pass(aws, 9 * day);
    expect(sum('ImagesRetired')).toBe(3);
  });

  it('have no age of the sweep while a Region cannot be read', async () => {
    const { aws } = await opened(copying);
    aws.faults.outage('eu-west-1', { until: aws.timeline.now() + 3 * hour });
    await pass(aws, 2 * hour);
    expect(valuesOf('UnpublishedSeconds').length).toBeGreaterThan(0);
    expect(valuesOf('SweepAgeSeconds')).toEqual([]);
    await pass(aws, 2 * hour);
    expect(valuesOf('SweepAgeSeconds').length).toBeGreaterThan(0);
  });

  it('tell for how long the newest image waits for its pointer, and of images that everyone may launch', async () => {
    const { aws } = await opened(`${copying}\npublish: { ssm: [{ parameter: "/web/latest" }] }`);
    failCopies(aws, 99);
    const { id } = putWeb(aws);
    await pass(aws, 30 * hour);
    expect(Math.max(...valuesOf('UnpublishedSeconds'))).toBeGreaterThan((28 * hour) / 1_000);
    expect(sum('PublicImages')).toBe(0);
    aws.call('ec2', 'DisableImageBlockPublicAccess', {});
    await pass(aws, aSweep);
    aws.call('ec2', 'ModifyImageAttribute', { ImageId: id, LaunchPermission: { Add: [{ Group: 'all' }] } });
    await pass(aws, aSweep);
    expect(valuesOf('PublicImages').at(-1)).toBe(1);
  });

  it('count what is blocked or halted, and not what a guard holds', async () => {
    const { aws } = await opened(copying);
    aws.faults.deny('CopyImage', { until: aws.timeline.now() + hour });
    putWeb(aws);
    await pass(aws, aSweep);
    expect(sum('ActionsBlocked')).toBeGreaterThanOrEqual(2);
  });
});
