import { Buffer } from 'node:buffer';
import { describe, expect, it } from 'vitest';
import { type ImageRow, save } from '../../local/ec2/rows.ts';
import { AwsError } from '../../local/kernel/service.ts';
import type { EmbeddedAws } from '../../local/world.ts';
import { day, hour, minute } from '../../shared/model/time.ts';
import type { Item } from '../../shared/ports/store.ts';
import { abroad, build, changing, copiesIn, copying, deadLetters, keyOfRow, watch } from './copying.ts';
import { plots, stateOf } from './guarded.ts';
import { pass, sharee, told } from './support.ts';

const items = (aws: EmbeddedAws): Item[] => [...aws.state.table<Item>('store').values()];
const largest = (aws: EmbeddedAws): number =>
  Math.max(...items(aws).map((item) => Buffer.byteLength(JSON.stringify(item))));

/** What is known of a lineage, apart from its history: images, intents, and what was given to whom. */
const known = (aws: EmbeddedAws): string[] =>
  items(aws)
    .filter(({ pk, sk }) => pk.startsWith('image#') && !sk.startsWith('history#'))
    .map(({ pk, sk, data }) => {
      const { state, role, given, finishedAt, shares } = data as Record<string, unknown>;
      return [pk, sk, state ?? role ?? given, finishedAt !== undefined, shares !== undefined].join(' ');
    })
    .map((text) => text.replaceAll(/(?:ami|snap)-[0-9a-f]+/g, 'id'))
    .sort();

const setting = {
  to: [`${abroad}, kmsKey: alias/golden`],
  lines: `share: { accounts: ["${sharee}"], snapshots: true, kms: grant }`,
};

/** Plays one image from its birth until it is copied and shared; from this write on the store takes none for a while. */
async function played(from = Number.POSITIVE_INFINITY) {
  const stack = await copying(setting);
  const { aws } = stack;
  let puts = 0;
  let until = 0;
  aws.faults.addCallRule({
    match: ({ operation, now }) => {
      if (operation !== 'store.put') return false;
      puts += 1;
      if (puts === from) until = now + 10 * minute;
      return now < until;
    },
    effect: { kind: 'error', error: () => new AwsError('ProvisionedThroughputExceededException', 'too fast') },
  });
  const ahead: string[] = [];
  watch(aws, ({ operation, input }, perform) => {
    const { ImageId } = input as { ImageId?: string };
    if (operation === 'CopyImage' && !items(aws).some(({ sk }) => sk.startsWith('copy#'))) ahead.push(operation);
    if (
      operation === 'ModifyImageAttribute' &&
      !items(aws).some(({ pk, sk }) => pk.includes(ImageId ?? '') && sk.startsWith('grant#'))
    )
      ahead.push(operation);
    return perform();
  });
  const image = build(aws);
  await pass(aws, 3 * hour);
  return { ...stack, image, ahead, puts: () => puts };
}

describe('a store that takes fewer writes than we make', () => {
  it('F34c: loses no record, whichever it begins with, and nothing is done ahead of its record', async () => {
    const calm = await played();
    const whole = known(calm.aws);
    expect(calm.ahead).toEqual([]);
    expect(whole.length).toBeGreaterThanOrEqual(8);
    for (let n = 1; n <= calm.puts(); n++) {
      const { aws, ahead, workQueue } = await played(n);
      expect([n, copiesIn(aws, abroad).map(({ state, permissions }) => [state, permissions])]).toEqual([
        n,
        [['available', [`account:${sharee}`]]],
      ]);
      expect([n, ahead]).toEqual([n, []]);
      expect([n, known(aws)]).toEqual([n, whole]);
      expect(deadLetters(aws, workQueue)).toEqual([]);
    }
  });

  it('F34c: does nothing while it takes none, and goes on afterwards', async () => {
    const { aws, engine } = await copying(setting);
    const calls = watch(aws);
    aws.faults.throttle('store.put', { until: aws.timeline.now() + 2 * hour });
    const image = build(aws);
    await pass(aws, 2 * hour - minute);
    expect(changing(calls)).toEqual([]);
    await pass(aws, 3 * hour);
    expect(copiesIn(aws, abroad)).toMatchObject([{ state: 'available', permissions: [`account:${sharee}`] }]);
    expect(await engine.ledger.lineage(keyOfRow(image))).toHaveLength(2);
  });
});

describe('an image with five thousand shares and a long history', () => {
  it('F34c: fits into the store, is told of, and all of them are saved before it is disabled', async () => {
    const lines = 'share: { accounts: ["100000000000"] }';
    const { stack, plots: made } = await plots({ many: { lines } });
    const { aws, engine } = stack;
    const old = made[0]?.old as ImageRow;
    const permissions = Array.from({ length: 5_000 }, (_none, n) => `account:${100_000_000_000 + n}`);
    save(aws, 'images', { ...old, permissions });
    const image = keyOfRow(old);
    for (let n = 0; n < 2_000; n++)
      await engine.ledger.append({ at: n, image, what: 'share-image', phase: 'after', run: `run-${n}` });
    for (let days = 0; days < 60 && stateOf(aws, old) !== 'disabled'; days++) await pass(aws, day);
    expect(stateOf(aws, old)).toBe('disabled');
    const record = await engine.ledger.image(image);
    expect(new Set(record?.savedGrants)).toEqual(new Set(permissions));
    expect(told(aws, 'AMI Drift Detected')).toMatchObject([{ imageId: old.id }]);
    expect(await engine.ledger.history(image)).toHaveLength(2_000 + 3);
    expect(largest(aws)).toBeLessThan(400 * 1024);
    expect(aws.state.table('function-failures').size).toBe(0);
  });
});
