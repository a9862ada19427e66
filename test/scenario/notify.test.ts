import { describe, expect, it } from 'vitest';
import type { Published } from '../../local/services/sns.ts';
import type { EmbeddedAws } from '../../local/world.ts';
import { reconcile } from '../../shared/engine/reconcile.ts';
import { retire } from '../../shared/engine/take.ts';
import { imageKey } from '../../shared/model/ids.ts';
import { day } from '../../shared/model/time.ts';
import { aSweep, home, launchPermissions, openWith, pass, putWeb, sharee, told } from './support.ts';

const [news, alerts] = ['news', 'alerts'].map((name) => `arn:aws:sns:us-east-1:111122223333:${name}`);
const stranger = '999988887777';

const policy = `family: { key: "{nameBase}" }
copy: { to: [{ region: eu-west-1, kmsKey: alias/golden }, { region: us-west-2, kmsKey: alias/golden }], since: all }
share: { accounts: ["${sharee}"], kms: "off" }
notify:
  - { on: [copied, shared], sns: "${news}" }
  - { on: [blocked, drift], sns: "${news}", chat: "${alerts}" }`;

const makeTopics = (aws: EmbeddedAws): void => {
  for (const Name of ['news', 'alerts']) aws.call('sns', 'CreateTopic', { Name });
};
const published = (aws: EmbeddedAws): Published[] => [...aws.state.table<Published>('sns-messages').values()];

describe('people are told', () => {
  it('of what their policy asks for, one message per run and topic', async () => {
    const { aws } = await openWith(policy);
    makeTopics(aws);
    putWeb(aws);
    await pass(aws, day);
    const messages = published(aws);
    expect(new Set(messages.map(({ topic }) => topic))).toEqual(new Set([news]));
    const told = messages.map(({ subject }) => subject);
    expect(told).toContain('AMI Shared: web-1');
    expect(messages.map(({ message }) => message).join('')).toMatch(/AMI Copied: web-1 \(eu-west-1\/ami-/);
    expect(messages.map(({ message }) => message).join('')).not.toContain('AMI Copy Started');
  });

  it('of drift, once, in mail and chat, and once more when it is another one', async () => {
    const { aws } = await openWith(policy);
    makeTopics(aws);
    const image = putWeb(aws);
    await pass(aws, day);
    const before = published(aws).length;
    const give = (UserId: string) =>
      aws.call('ec2', 'ModifyImageAttribute', { ImageId: image.id, LaunchPermission: { Add: [{ UserId }] } });
    give(stranger);
    await pass(aws, 4 * day);
    const drift = [{ found: [`account:${stranger}`], expected: [`account:${sharee}`] }];
    expect(told(aws, 'AMI Drift Detected')).toMatchObject(drift);
    const since = published(aws).slice(before);
    expect(since.map(({ topic }) => topic)).toEqual([news, alerts]);
    expect(JSON.parse(since[1]?.message ?? '')).toMatchObject({ source: 'custom', metadata: { threadId: 'web' } });
    expect(launchPermissions(aws, image)).toHaveLength(2);
    give('888877776666');
    await pass(aws, 2 * day);
    expect(told(aws, 'AMI Drift Detected')).toHaveLength(2);
  });

  it('F71 or not: a topic that is not there fails nothing, and the run says so', async () => {
    const { aws, engine } = await openWith(policy);
    const image = putWeb(aws);
    await pass(aws, aSweep);
    expect(launchPermissions(aws, image)).toHaveLength(1);
    expect([...aws.state.table('function-failures').values()]).toEqual([]);
    await pass(aws, day);
    aws.call('ec2', 'ModifyImageAttribute', { ImageId: image.id, LaunchPermission: { Remove: [{ UserId: sharee }] } });
    const report = await reconcile(engine, { image: imageKey(home, image.id) });
    expect(report.unsent).toEqual([expect.stringMatching(/^arn:aws:sns:.*:news: .*Topic does not exist/)]);
    expect((await retire(engine)).unsent).toEqual([]);
  });
});
