import { describe, expect, it } from 'vitest';
import { giveRoles, type LocalStack } from '../../cli/worlds/local.ts';
import { type ImageFixture, putImage } from '../../local/ec2/fixtures.ts';
import { keyArn } from '../../local/ec2/keys.ts';
import type { Switches } from '../../local/kernel/service.ts';
import { day, hour, minute } from '../../shared/model/time.ts';
import { compiled, onePolicy } from '../policy/files.ts';
import { takeRefused } from '../roles/decisions.ts';
import { rolesFor } from '../roles/roles.ts';
import {
  abroad,
  announce,
  build,
  copiesIn,
  copying,
  deadLetters,
  intentOf,
  keyOfRow,
  named,
  policyLines,
  type Setting,
  watch,
} from './copying.ts';
import { account, home, pass, sharee, told } from './support.ts';

const elsewhere = 'us-west-2';

/** Deploys another policy into the world as it is. */
function reconfigure({ aws, engine }: LocalStack, setting: Setting): void {
  const policy = compiled(onePolicy(`mode: apply\n${policyLines(setting)}`));
  Object.assign(engine, { policy });
  giveRoles(aws, rolesFor(policy, aws));
}

const lives: readonly Switches['copyTokenLife'][] = ['call', 'day', 'ever'];

describe.each(lives)(
  'a policy that changes while a copy is asked for, where EC2 remembers its token for: %s',
  (life) => {
    const keyed = (key: string) => ({ to: [`${abroad}, kmsKey: ${key}`] });

    it.each([
      ['its answer was lost', 'lost'],
      ['it was throttled', 'throttle'],
    ] as const)('F26: meets the same request again after %s, and one copy comes of it', async (_what, fault) => {
      const stack = await copying({ ...keyed('alias/golden'), switches: { copyTokenLife: life } });
      const { aws, workQueue } = stack;
      const refused: string[] = [];
      const calls = watch(aws, ({ operation }, perform) => {
        try {
          return perform();
        } catch (error) {
          if (operation === 'CopyImage') refused.push(String((error as { code?: string }).code));
          throw error;
        }
      });
      if (fault === 'lost') aws.faults.lost('CopyImage', 6);
      else aws.faults.throttle('CopyImage', { until: aws.timeline.now() + 10 * minute });
      const image = build(aws);
      await pass(aws, 2 * minute);
      reconfigure(stack, keyed('alias/abroad'));
      announce(aws, image);
      await pass(aws, 3 * hour);
      expect(copiesIn(aws, abroad)).toMatchObject([
        { state: 'available', disks: [{ kmsKeyId: keyArn({ account, region: abroad }, 'alias/golden') }] },
      ]);
      expect(await intentOf(stack, image)).toMatchObject({ state: 'copied', generation: 1 });
      expect(refused).not.toContain('IdempotentParameterMismatch');
      const asked = named(calls, 'CopyImage').map(({ input }) => JSON.stringify(input));
      expect(new Set(asked).size).toBe(1);
      expect(deadLetters(aws, workQueue)).toEqual([]);
    });

    it('F26: and a key that was wrong is the right one in the next try', async () => {
      const stack = await copying({ ...keyed('alias/wrong'), switches: { copyTokenLife: life } });
      const { aws } = stack;
      aws.state.table('injected').set(`fail-copy/${abroad}`, { remaining: 1, message: 'no such key' });
      const image = build(aws);
      await pass(aws, minute);
      reconfigure(stack, keyed('alias/golden'));
      await pass(aws, 3 * hour);
      expect(copiesIn(aws, abroad)).toMatchObject([
        { state: 'available', disks: [{ kmsKeyId: keyArn({ account, region: abroad }, 'alias/golden') }] },
      ]);
      expect(await intentOf(stack, image)).toMatchObject({ state: 'copied', generation: 2 });
    });
  },
);

describe('a target that a policy no longer names', () => {
  const both = { to: [abroad, elsewhere] };

  it('F26: finishes the copy that is under way, and gets it back as it is when it is named again', async () => {
    const stack = await copying(both);
    const { aws } = stack;
    const image = build(aws);
    await pass(aws, minute);
    reconfigure(stack, { to: [elsewhere] });
    await pass(aws, day);
    const [copy] = copiesIn(aws, abroad);
    expect(copy).toMatchObject({ state: 'available', sourceImageId: image.id });
    expect(copiesIn(aws, elsewhere)).toHaveLength(1);
    reconfigure(stack, both);
    await pass(aws, day);
    expect(copiesIn(aws, abroad)).toMatchObject([{ id: copy?.id }]);
    expect(await intentOf(stack, image)).toMatchObject({ state: 'copied', copyId: copy?.id, generation: 1 });
    expect(told(aws, 'AMI Action Blocked')).toEqual([]);
  });

  it('F26: is not asked for what had not begun, and is when it is named again', async () => {
    const stack = await copying(both);
    const { aws, workQueue } = stack;
    aws.faults.throttle('CopyImage', { until: aws.timeline.now() + hour }, abroad);
    const image = build(aws);
    await pass(aws, 10 * minute);
    reconfigure(stack, { to: [elsewhere] });
    const calls = watch(aws);
    await pass(aws, day);
    expect(calls.filter(({ region }) => region === abroad)).toEqual([]);
    expect(copiesIn(aws, abroad)).toEqual([]);
    reconfigure(stack, both);
    await pass(aws, day);
    expect(copiesIn(aws, abroad)).toMatchObject([{ state: 'available', sourceImageId: image.id }]);
    expect(deadLetters(aws, workQueue)).toEqual([]);
  });
});

describe('an image of another account', () => {
  const stranger = '999988887777';
  const foreignKey = keyArn({ account: stranger, region: home }, 'alias/theirs');
  const setting = { to: [`${abroad}, kmsKey: alias/golden`], lines: `share: { accounts: ["${sharee}"] }` };

  it.each<[string, Partial<ImageFixture>]>([
    ['without permission on its snapshots', {}],
    ['with that permission', { snapshotPermissions: [`account:${account}`] }],
    ['under a key of theirs', { disks: [{ kmsKeyId: foreignKey }] }],
  ])('F27: that is shared with us %s is not even asked for', async (_how, more) => {
    const { aws, workQueue } = await copying(setting);
    const calls = watch(aws);
    const permissions = [`account:${account}`];
    const foreign = putImage(aws, { account: stranger, region: home, name: 'web-1', permissions, ...more });
    announce(aws, { ...foreign, account });
    await pass(aws, day);
    expect(named(calls, 'CopyImage', 'CreateTags', 'ModifyImageAttribute')).toEqual([]);
    expect(deadLetters(aws, workQueue)).toEqual([]);
    expect([...told(aws, 'AMI Observed'), ...told(aws, 'AMI Action Blocked')]).toEqual([]);
  });

  it('F27: leaves one of ours under its key, which is tried three times and then given up in plain words', async () => {
    const stack = await copying(setting);
    const { aws, workQueue } = stack;
    const image = build(aws, { disks: [{ kmsKeyId: foreignKey }] });
    await pass(aws, 3 * day);
    expect(copiesIn(aws, abroad)).toEqual([]);
    const reason = 'Given key ID is not accessible';
    expect(await intentOf(stack, image)).toMatchObject({ state: 'abandoned', generation: 3, reason });
    expect(told(aws, 'AMI Copy Failed').at(-1)).toMatchObject({ final: true, error: reason });
    const calls = watch(aws);
    await pass(aws, 2 * day);
    expect(named(calls, 'CopyImage')).toEqual([]);
    expect(await stack.engine.ledger.image(keyOfRow(image))).not.toHaveProperty('finishedAt');
    expect(deadLetters(aws, workQueue)).toEqual([]);
    expect(takeRefused().filter((one) => !one.includes(`kms:DescribeKey on ${foreignKey}`))).toEqual([]);
  });
});
