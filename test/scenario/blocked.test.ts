import { describe, expect, it } from 'vitest';
import type { LocalStack } from '../../cli/worlds/local.ts';
import { AwsError } from '../../local/kernel/service.ts';
import { eventLog } from '../../local/services/events.ts';
import { imageKey } from '../../shared/model/ids.ts';
import { day, hour } from '../../shared/model/time.ts';
import { plots, stateOf } from './guarded.ts';
import { pass, told } from './support.ts';
import { around, subjectOf, watched } from './watched.ts';

const denial = () => new AwsError('UnauthorizedOperation', 'A service control policy says no.', 403);

/** Hour by hour, with somebody about, so that schedules keep their usual beat. */
async function busy({ aws }: LocalStack, hours: number): Promise<void> {
  for (let past = 0; past < hours; past += 1) {
    await pass(aws, hour);
    aws.stir();
  }
}

describe('F60: a step that a boundary denies', () => {
  it.each(['EnableImageDeprecation', 'DisableImage', 'CreateTags', 'DeregisterImage'])(
    '(%s) is asked for once a day, told with its reason, and keeps nothing else from going on',
    async (operation) => {
      const { stack, plots: all } = await plots({ barred: {}, free: {} });
      const [barred, free] = all;
      if (!barred || !free) throw new Error('no plots');
      const about = ({ input }: { input: unknown }) => JSON.stringify(input).includes(barred.old.id);
      const tried = watched(stack.aws, (call) => call.operation === operation && about(call));
      around(stack.aws, (call, perform) => {
        if (call.operation === operation && about(call)) throw denial();
        return perform();
      });
      for (let days = 0; tried.length === 0; days += 1) {
        if (days > 40) throw new Error('the step was never due');
        await pass(stack.aws, day);
      }
      const before = tried.length;
      await busy(stack, 5 * 24);
      expect(tried.length - before).toBeGreaterThanOrEqual(4);
      expect(tried.length - before).toBeLessThanOrEqual(5);
      const blocked = told(stack.aws, 'AMI Action Blocked').filter(({ imageId }) => imageId === barred.old.id);
      expect(blocked.length).toBeLessThanOrEqual(tried.length);
      for (const one of blocked)
        expect(one).toMatchObject({ status: 'blocked', why: expect.stringContaining('says no') });
      await pass(stack.aws, 30 * day);
      expect(stateOf(stack.aws, free.old)).toBe('gone');
      expect(stateOf(stack.aws, barred.old)).not.toBe('gone');
    },
  );

  it('is tried in a dry run first, so that nothing is half done: no evidence, no grant ended, nothing written ahead', async () => {
    const { stack, plots: all } = await plots({ barred: {} });
    const [plot] = all;
    if (!plot) throw new Error('no plot');
    const key = imageKey(plot.old.region, plot.old.id);
    const real: unknown[] = [];
    around(stack.aws, (call, perform) => {
      if (call.operation !== 'DeregisterImage') return perform();
      if (!(call.input as { DryRun?: true }).DryRun) real.push(subjectOf(call));
      throw denial();
    });
    await pass(stack.aws, 30 * day);
    const record = await stack.engine.ledger.image(key);
    expect(record).toMatchObject({ refused: { step: 'deregister-image', why: expect.stringContaining('says no') } });
    expect(record?.pendingSnapshots).toBeUndefined();
    const history = await stack.engine.ledger.history(key);
    expect(history.filter(({ what }) => what === 'deregister-image')).toEqual([]);
    expect(real).toEqual([]);
  });

  it('denied at the disable leaves a record that claims no disable, so that one by a person is theirs', async () => {
    const { stack, plots: all } = await plots({ barred: {} });
    const [plot] = all;
    if (!plot) throw new Error('no plot');
    const key = imageKey(plot.old.region, plot.old.id);
    const denied = watched(stack.aws, ({ operation }) => operation === 'DisableImage');
    stack.aws.faults.deny('DisableImage');
    while (denied.length === 0) await pass(stack.aws, hour);
    expect((await stack.engine.ledger.image(key))?.disabledAt).toBeUndefined();
    stack.aws.faults.clear();
    stack.aws.call('ec2', 'DisableImage', { ImageId: plot.old.id });
    await pass(stack.aws, 30 * day);
    expect(stateOf(stack.aws, plot.old)).toBe('disabled');
    expect(eventLog(stack.aws).some(({ event }) => event['detail-type'] === 'AMI Deregistered')).toBe(false);
  });
});
