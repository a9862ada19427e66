import { describe, expect, it } from 'vitest';
import type { LocalStack } from '../../cli/worlds/local.ts';
import type { ImageRow } from '../../local/ec2/rows.ts';
import type { Published } from '../../local/services/sns.ts';
import { restore } from '../../shared/engine/restore.ts';
import { imageKey } from '../../shared/model/ids.ts';
import { keepUntilTag, marksFor } from '../../shared/model/marks.ts';
import { day, minute } from '../../shared/model/time.ts';
import { type Plot, type PlotSetting, plots, stateOf } from './guarded.ts';
import { account, home, openWith, pass, putWeb, start, told } from './support.ts';
import { takes, watched } from './watched.ts';

async function one(setting: PlotSetting = {}): Promise<{ stack: LocalStack; plot: Plot }> {
  const { stack, plots: all } = await plots({ web: setting });
  const [plot] = all;
  if (!plot) throw new Error('no plot');
  return { stack, plot };
}

const change = ({ aws }: LocalStack, { id }: ImageRow, more: (row: ImageRow) => Partial<ImageRow>): void => {
  const images = aws.state.table<ImageRow>('images');
  const key = `${account}/${home}/${id}`;
  const row = images.get(key);
  if (!row) throw new Error(`no ${id}`);
  images.set(key, { ...row, ...more(row) });
};

const deprecationOf = ({ aws }: LocalStack, { id }: ImageRow): number | undefined =>
  aws.state.table<ImageRow>('images').get(`${account}/${home}/${id}`)?.deprecateAt;

/** Whatever the ladder does to an image, deprecation included. */
const steps = (stack: LocalStack) =>
  watched(stack.aws, (call) => takes(call) || call.operation === 'EnableImageDeprecation');

describe('F39: an image that is used where no API of AWS shows it', () => {
  it.each<[string, string]>([
    ['for ever', 'forever'],
    ['until a day that is to come', '2030-01-01'],
    ['with a word that is no date', 'TeamCity needs it'],
  ])('stays while its owner says so %s by the keep tag', async (_how, value) => {
    const { stack, plot } = await one();
    plot.call('ec2', 'CreateTags', { Resources: [plot.old.id], Tags: [{ Key: keepUntilTag, Value: value }] });
    const taken = steps(stack);
    await pass(stack.aws, 40 * day);
    expect([stateOf(stack.aws, plot.old), taken]).toEqual(['available', []]);
    plot.call('ec2', 'DeleteTags', { Resources: [plot.old.id], Tags: [{ Key: keepUntilTag }] });
    await pass(stack.aws, 30 * day);
    expect(stateOf(stack.aws, plot.old)).toBe('gone');
  });

  it('stays while the policy lists it as excluded', async () => {
    const lines = (excluded: string) => `family: { key: "{nameBase}" }
retain: { keepLast: 2, exclude: { images: [${excluded}] }, stages: { deprecate: { afterSuperseded: 7d }, disable: { afterDeprecated: 1d } } }`;
    const old = 'ami-0e1000000000a1b2c';
    const stack = await openWith(lines(old), undefined, { idleEvery: day });
    for (const [generation, id] of [old, 'ami-0e1100000000a1b2c', 'ami-0e1200000000a1b2c'].entries()) {
      const createdAt = start - (60 - generation) * day;
      putWeb(stack.aws, {
        id,
        name: `web-${generation}`,
        createdAt,
        tags: marksFor(imageKey(home, id), createdAt, 'web'),
      });
    }
    const taken = steps(stack);
    await pass(stack.aws, 40 * day);
    expect(taken).toEqual([]);
  });

  it('stays for as long after a launch as the policy says, and leaves after that', async () => {
    const { stack, plot } = await one({ lastLaunchedWithin: '20d', launches: [start] });
    await pass(stack.aws, 19 * day);
    expect(stateOf(stack.aws, plot.old)).toBe('available');
    await pass(stack.aws, 30 * day);
    expect(stateOf(stack.aws, plot.old)).toBe('gone');
  });

  it('is told to its owner before it is disabled, who keeps it with a tag', async () => {
    const topic = `arn:aws:sns:${home}:${account}:owners`;
    const notice = `retain:
  keepLast: 2
  notice: { before: 7d, owner: "{tag:Owner}" }
  stages: { deprecate: { afterSuperseded: 7d }, disable: { afterDeprecated: 1d }, deregister: { afterDisabled: 7d } }
notify: [{ on: [notice], sns: "${topic}" }]`;
    const stack = await openWith(`family: { key: "{nameBase}" }\n${notice}`, undefined, { idleEvery: day });
    const { aws } = stack;
    aws.call('sns', 'CreateTopic', { Name: 'owners' });
    const [old] = [0, 1, 2].map((generation) => {
      const createdAt = start - (60 - generation) * day;
      const id = `ami-0e1${generation}00000000a1b2c`;
      const tags = { Owner: 'ci@example.com', ...marksFor(imageKey(home, id), createdAt, 'web') };
      return putWeb(aws, { id, name: `web-${generation}`, createdAt, tags, snapshotTags: tags });
    });
    if (!old) throw new Error('no image');
    for (let days = 0; told(aws, 'AMI Retirement Notice').length === 0; days += 1) {
      if (days > 40) throw new Error('nobody was told');
      await pass(aws, day);
    }
    expect(stateOf(aws, old)).toBe('available');
    expect(told(aws, 'AMI Retirement Notice')).toMatchObject([{ step: 'disable-image', owners: ['ci@example.com'] }]);
    const [mail] = [...aws.state.table<Published>('sns-messages').values()];
    expect(mail?.message).toContain(old.id);
    aws.call('ec2', 'CreateTags', { Resources: [old.id], Tags: [{ Key: keepUntilTag, Value: 'forever' }] });
    await pass(aws, 30 * day);
    expect(stateOf(aws, old)).toBe('available');
  });
});

describe('F64: an image that another service manages', () => {
  it.each<[string, Partial<ImageRow>]>([
    ['AWS Backup, by its owner alias', { ownerAlias: 'aws-backup-vault' }],
    [
      'AWS Backup, by its tags',
      { tags: { 'aws:backup:source-resource': 'arn:aws:ec2:us-east-1:111122223333:instance/i-1' } },
    ],
    ['Data Lifecycle Manager', { tags: { 'aws:dlm:lifecycle-policy-id': 'policy-0abc' } }],
    ['EC2 Image Builder', { tags: { CreatedBy: 'EC2 Image Builder', Ec2ImageBuilderArn: 'arn:aws:imagebuilder:x' } }],
  ])('(%s) is left to it at every step, and no call is tried', async (_who, { tags, ...more }) => {
    const { stack, plot } = await one();
    change(stack, plot.old, (row) => ({ ...more, tags: { ...row.tags, ...tags } }));
    const taken = steps(stack);
    await pass(stack.aws, 40 * day);
    expect(taken).toEqual([]);
    expect(told(stack.aws, 'AMI Action Blocked').filter(({ status }) => status !== 'held')).toEqual([]);
    expect(JSON.stringify(told(stack.aws, 'AMI Action Blocked'))).toContain('foreign-managed');
  });

  it('since it was disabled by us is not removed any more', async () => {
    const { stack, plot } = await one();
    for (let days = 0; stateOf(stack.aws, plot.old) !== 'disabled'; days += 1) {
      if (days > 40) throw new Error('it was never disabled');
      await pass(stack.aws, day);
    }
    change(stack, plot.old, (row) => ({ tags: { ...row.tags, 'aws:dlm:managed': 'true' } }));
    await pass(stack.aws, 40 * day);
    expect(stateOf(stack.aws, plot.old)).toBe('disabled');
  });
});

describe('F65: dates of deprecation', () => {
  it.each([0, 1, 29_999, 30_000, 59_999])(
    'are whole minutes, two or more ahead (%i ms after a minute)',
    async (offset) => {
      const { stack, plot } = await one();
      await stack.aws.timeline.advanceTo(start + offset);
      const asked = steps(stack);
      const times: number[] = [];
      while (asked.length === 0) {
        times.push(stack.aws.timeline.now());
        await pass(stack.aws, minute * 7 + offset);
      }
      const [first] = asked;
      if (!first) throw new Error('nothing was asked');
      const { DeprecateAt } = first.input as { DeprecateAt: Date };
      expect(DeprecateAt.getTime() % minute).toBe(0);
      expect(DeprecateAt.getTime()).toBeGreaterThanOrEqual((times.at(-1) ?? 0) + 2 * minute);
      expect(deprecationOf(stack, plot.old)).toBe(DeprecateAt.getTime());
      expect(told(stack.aws, 'AMI Action Blocked')).toEqual([]);
    },
  );

  const restored = async (before: Partial<ImageRow>, meanwhile: Partial<ImageRow> = {}) => {
    const { stack, plot } = await one();
    change(stack, plot.old, () => before);
    for (let days = 0; (deprecationOf(stack, plot.old) ?? Number.MAX_VALUE) > stack.aws.timeline.now(); days += 1) {
      if (days > 20) throw new Error('it was never deprecated');
      await pass(stack.aws, day / 2);
    }
    change(stack, plot.old, () => meanwhile);
    await restore(stack.engine, imageKey(home, plot.old.id), 'too early');
    const calls = watched(stack.aws, ({ operation }) => /ImageDeprecation$/.test(operation));
    await pass(stack.aws, 3 * day);
    return { calls, deprecateAt: deprecationOf(stack, plot.old), blocked: told(stack.aws, 'AMI Action Blocked'), plot };
  };

  it('come back as they were', async () => {
    const later = start + 3_000 * day;
    const { calls, deprecateAt, blocked } = await restored({ deprecateAt: later });
    expect([calls.length, deprecateAt, blocked]).toEqual([1, later, []]);
  });

  it('further off than EC2 takes are brought nearer, once', async () => {
    const { calls, deprecateAt = 0, blocked } = await restored({ deprecateAt: start + 5_000 * day });
    expect([calls.length, blocked]).toEqual([1, []]);
    expect(deprecateAt).toBeGreaterThan(start + 3_600 * day);
  });

  it('of what became public meanwhile end two years after it was made, since EC2 takes no other', async () => {
    const { calls, deprecateAt, blocked, plot } = await restored({}, { permissions: ['group:all'] });
    expect([calls.length, deprecateAt, blocked]).toEqual([1, plot.old.createdAt + 730 * day, []]);
  });

  it('of a public image that is older than that stay over, without a call', async () => {
    const created = start - 900 * day;
    const { calls, blocked } = await restored({}, { permissions: ['group:all'], createdAt: created });
    expect([calls.length, blocked]).toEqual([0, []]);
  });
});

describe('F50: the last good image of a Region', () => {
  it('stays while the newer one has not arrived there', async () => {
    const lines = `family: { key: "{nameBase}" }
copy: { to: [{ region: eu-west-1 }], since: all }
retain: { keepLast: 2, stages: { deprecate: { afterSuperseded: 7d }, disable: { afterDeprecated: 1d } } }`;
    const stack = await openWith(lines, undefined, { idleEvery: day });
    const { aws } = stack;
    for (const generation of [1, 2]) {
      putWeb(aws, { name: `web-${generation}`, createdAt: start - (60 - generation) * day });
      await pass(aws, day);
    }
    aws.faults.deny('CopyImage', { until: aws.timeline.now() + 40 * day });
    putWeb(aws, { name: 'web-3' });
    const taken = steps(stack);
    await pass(aws, 39 * day);
    expect(taken).toEqual([]);
    await pass(aws, 40 * day);
    expect(taken.length).toBeGreaterThan(0);
  });

  it('stays while newer ones failed their tests and were revoked', async () => {
    const { stack, plot } = await one();
    for (const { id } of [plot.middle, plot.newest])
      await stack.engine.ledger.saveImage(imageKey(home, id), (record) => ({
        ...(record ?? {
          image: imageKey(home, id),
          root: imageKey(home, id),
          role: 'root',
          name: id,
          firstSeenAt: start,
        }),
        revoked: { at: start, reason: 'its tests failed' },
      }));
    const taken = steps(stack);
    await pass(stack.aws, 40 * day);
    expect(taken).toEqual([]);
  });
});
