import { describe, expect, it } from 'vitest';
import { keepUntilTag } from '../../shared/model/marks.ts';
import { day } from '../../shared/model/time.ts';
import { keyOfRow, watch } from './copying.ts';
import { type Plot, plots, stateOf } from './guarded.ts';
import { pass, sharee, told } from './support.ts';

const oneIn =
  (some: number) =>
  (count: number): boolean =>
    count % some === 0;

/** Answers about the old image come without its tags, as often as that. */
function withoutTags({ aws, old }: Plot, strikes: (count: number) => boolean): void {
  let count = 0;
  watch(aws, ({ operation }, perform) => {
    const output = perform();
    if (operation !== 'DescribeImages' || !strikes(count++)) return output;
    const { Images = [] } = output as { Images?: { ImageId: string }[] };
    return {
      ...(output as object),
      Images: Images.map((one) => (one.ImageId === old.id ? { ...one, Tags: [] } : one)),
    };
  });
}

/** Answers about who may launch the old image name nobody, as often as that. */
function withoutShares({ aws, old }: Plot, strikes: (count: number) => boolean): void {
  let count = 0;
  watch(aws, ({ operation, input }, perform) => {
    const output = perform();
    const { ImageId, Attribute } = input as { ImageId?: string; Attribute?: string };
    const isAsked = operation === 'DescribeImageAttribute' && Attribute === 'launchPermission' && ImageId === old.id;
    return isAsked && strikes(count++) ? { ...(output as object), LaunchPermissions: [] } : output;
  });
}

describe('an image whose tags are read as none', () => {
  it.each([
    ['every time', oneIn(1)],
    ['every other time', oneIn(2)],
    ['every third time', oneIn(3)],
  ])('F30: %s is not taken for one without a hold', async (_often, strikes) => {
    const { plots: made } = await plots({ kept: {} });
    for (const plot of made) {
      plot.call('ec2', 'CreateTags', { Resources: [plot.old.id], Tags: [{ Key: keepUntilTag, Value: 'forever' }] });
      withoutTags(plot, strikes);
      await pass(plot.aws, 40 * day);
      expect(stateOf(plot.aws, plot.old)).toBe('available');
      expect(told(plot.aws, 'AMI Deprecated')).toEqual([]);
    }
  });
});

describe('an image whose launch permissions are read as none', () => {
  const until = async ({ aws, old }: Plot, state: string): Promise<void> => {
    for (let days = 0; days < 60 && stateOf(aws, old) !== state; days++) await pass(aws, day);
    expect(stateOf(aws, old)).toBe(state);
  };

  it.each([0, 1])('F30: every other time gets back all of them after it was disabled (%i)', async (first) => {
    const { stack, plots: made } = await plots({ shared: { shared: true } });
    for (const plot of made) {
      withoutShares(plot, (count) => count % 2 === first);
      await until(plot, 'disabled');
      expect((await stack.engine.ledger.image(keyOfRow(plot.old)))?.savedGrants).toEqual([`account:${sharee}`]);
    }
  });

  it('F30: every time gets back what we gave, since our records say that it had that', async () => {
    const lines = `share: { accounts: ["${sharee}"] }`;
    const { stack, plots: made } = await plots({ ours: { lines } });
    for (const plot of made) {
      await pass(plot.aws, day);
      withoutShares(plot, oneIn(1));
      await until(plot, 'disabled');
      expect((await stack.engine.ledger.image(keyOfRow(plot.old)))?.savedGrants).toEqual([`account:${sharee}`]);
      expect(told(plot.aws, 'AMI Unshared')).toEqual([]);
    }
  });
});
