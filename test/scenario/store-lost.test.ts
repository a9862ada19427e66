import { describe, expect, it } from 'vitest';
import type { LocalStack } from '../../cli/worlds/local.ts';
import type { EmbeddedAws } from '../../local/world.ts';
import { restore } from '../../shared/engine/restore.ts';
import { imageKey } from '../../shared/model/ids.ts';
import { day, hour, minute } from '../../shared/model/time.ts';
import { images } from './demo.ts';
import { idOf, region, stateOf, world } from './retiring.ts';
import { openWith, pass, putWeb } from './support.ts';
import { takes, watched } from './watched.ts';

type Rows = readonly (readonly [string, unknown])[];

const rowsOf = ({ state }: EmbeddedAws): Rows => structuredClone([...state.table('store').entries()]);

/** As DynamoDB restores: a new table, with what lay in the old one at that time. */
function replaceTable({ state }: EmbeddedAws, rows: Rows): void {
  const store = state.table('store');
  for (const [key] of [...store.entries()]) store.delete(key);
  for (const [key, row] of rows) store.set(key, row);
  state.table('store-table').set('id', 'another table');
}

const copying = () => openWith('copy: { to: [{ region: eu-west-1 }], since: 2026-01-01 }');

async function until(stack: LocalStack, state: string): Promise<void> {
  for (let days = 0; stateOf(stack, 10) !== state; days += 1) {
    if (days > 40) throw new Error(`it was never ${state}`);
    await pass(stack.aws, day);
  }
}

const deprecated = (stack: LocalStack): boolean =>
  (
    stack.aws.call('ec2', 'DescribeImages', { ImageIds: [idOf(10)], IncludeDeprecated: true }) as {
      Images: { DeprecationTime?: string }[];
    }
  ).Images[0]?.DeprecationTime !== undefined;

async function untilDeprecated(stack: LocalStack): Promise<void> {
  for (let hours = 0; !deprecated(stack); hours += 1) {
    if (hours > 200) throw new Error('it was never deprecated');
    await pass(stack.aws, hour);
  }
}

describe('F68: a store that was lost', () => {
  it('is built again from what EC2 shows, and nothing is copied twice', async () => {
    const { aws, engine } = await copying();
    const image = putWeb(aws);
    await pass(aws, 2 * hour);
    const made = watched(aws, ({ operation }) => operation === 'CopyImage');
    replaceTable(aws, []);
    await pass(aws, 3 * day);
    expect(made).toEqual([]);
    const root = imageKey(image.region, image.id);
    const members = await engine.ledger.lineage(root);
    expect(members.map(({ role, image: key }) => `${role} ${key.split('/')[0]}`).sort()).toEqual([
      'copy eu-west-1',
      'root us-east-1',
    ]);
  });

  it('lets nothing be taken for 48 hours, and then goes on', async () => {
    const stack = await world();
    await untilDeprecated(stack);
    replaceTable(stack.aws, []);
    const taken = watched(stack.aws, takes);
    await pass(stack.aws, 48 * hour);
    expect(taken).toEqual([]);
    await pass(stack.aws, 30 * day);
    expect(stateOf(stack, 10)).toBe('gone');
  });
});

describe('F68: a store that was restored to an older point', () => {
  it('lets nothing be taken for 48 hours, in which what people said since can be said again', async () => {
    const stack = await world();
    await untilDeprecated(stack);
    const older = rowsOf(stack.aws);
    await stack.engine.ledger.setFreeze({ scope: 'retire', why: 'a week of releases', at: stack.aws.timeline.now() });
    await pass(stack.aws, 7 * day);
    expect(stateOf(stack, 10)).toBe('available');
    replaceTable(stack.aws, older);
    const taken = watched(stack.aws, takes);
    await pass(stack.aws, 48 * hour);
    expect(taken).toEqual([]);
    await pass(stack.aws, 3 * day);
    expect(taken).not.toEqual([]);
  });

  it('keeps what it forgot to have disabled, until a person looks', async () => {
    const stack = await world();
    await untilDeprecated(stack);
    const older = rowsOf(stack.aws);
    await until(stack, 'disabled');
    replaceTable(stack.aws, older);
    const taken = watched(stack.aws, takes);
    await pass(stack.aws, 30 * day);
    expect(taken).toEqual([]);
    expect(stateOf(stack, 10)).toBe('disabled');
  });

  it('does not take again at once what people had restored meanwhile', async () => {
    const stack = await world();
    await untilDeprecated(stack);
    const older = rowsOf(stack.aws);
    await restore(stack.engine, imageKey(region, idOf(10)), 'the audit wants it');
    await pass(stack.aws, 5 * day);
    replaceTable(stack.aws, older);
    const taken = watched(stack.aws, takes);
    await pass(stack.aws, 48 * hour);
    expect(taken).toEqual([]);
  });

  it('adopts the copies that it forgot to have made', async () => {
    const { aws } = await copying();
    const older = rowsOf(aws);
    putWeb(aws);
    await pass(aws, 2 * hour);
    const made = watched(aws, ({ operation }) => operation === 'CopyImage');
    replaceTable(aws, older);
    await pass(aws, day);
    expect(made).toEqual([]);
    expect(images({ aws } as LocalStack, 'eu-west-1')).toHaveLength(1);
  });

  it('adopts a copy that was under way, which the older records did not know', async () => {
    const { aws } = await copying();
    const older = rowsOf(aws);
    const made = watched(aws, ({ operation }) => operation === 'CopyImage');
    putWeb(aws);
    for (let minutes = 0; made.length === 0 && minutes < 60; minutes += 1) await pass(aws, minute);
    replaceTable(aws, older);
    await pass(aws, day);
    expect(made).toHaveLength(1);
    expect(images({ aws } as LocalStack, 'eu-west-1')).toMatchObject([{ State: 'available' }]);
  });
});

it('F68: a table that is what it was keeps its age, whatever version noted it', async () => {
  const { aws, engine } = await copying();
  await pass(aws, hour);
  const first = await engine.ledger.firstSweepAt();
  const store = aws.state.table<{ data: { table?: string; at: number } }>('store');
  const [key, row] = [...store.entries()].find(([name]) => name.includes('first-sweep')) ?? [];
  if (!key || !row) throw new Error('no sweep was noted');
  expect(row.data).toEqual({ at: first, table: expect.any(String) });
  store.set(key, { ...row, data: { at: row.data.at } });
  await pass(aws, hour);
  expect(store.get(key)?.data).toEqual({ at: first, table: expect.any(String) });
});
