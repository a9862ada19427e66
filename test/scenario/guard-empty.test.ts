import { beforeAll, describe, expect, it } from 'vitest';
import type { Interceptor } from '../../local/world.ts';
import { observe } from '../../shared/engine/observe.ts';
import { day } from '../../shared/model/time.ts';
import { decide } from '../../shared/rules/decide.ts';
import { reads } from './guard-reads.ts';
import { uses } from './guard-uses.ts';
import { type Ripe, ripe, type Scene, sceneOf, untouched } from './ripe.ts';
import { pass } from './support.ts';

let prepared: Ripe;
beforeAll(async () => {
  prepared = await ripe();
});

const before = ['available', 'disabled', 'approved'];
const after = ['disabled', 'gone', 'gone'];
/** What was disabled and turns out to be in use is enabled again. */
const inUse = ['available', 'available', 'available'];

/** Answers as if there were nothing, though there is. */
const empty =
  (operations: readonly string[]): Interceptor =>
  (call, perform) => {
    const answer = perform() as object;
    const lists = reads.filter(({ operation }) => operation === call.operation).map(({ list }) => [list, []]);
    return operations.includes(call.operation) ? { ...answer, ...Object.fromEntries(lists) } : answer;
  };

const operationsOf = (wanted: string): string[] =>
  reads.filter(({ source }) => source === wanted).map(({ operation }) => operation);

async function guardsIn({ aws, engine }: Scene): Promise<Set<string>> {
  const inventory = await observe(engine, { scope: 'account', grants: 'due', usage: true });
  const { actions, held } = decide(inventory, engine.policy, aws.timeline.now());
  expect(actions.filter(({ kind }) => /disable|approve|deregister/.test(kind))).toEqual([]);
  return new Set(held.flatMap(({ guards }) => guards.map(({ code }) => code)));
}

const sources = [...new Set(reads.map(({ source }) => source))].flatMap((source) => {
  const own = uses.filter((one) => one.source === source && one.code === undefined);
  // One that leaves nothing behind for a second opinion to find, where there is one.
  const use = own.find(({ guards }) => guards === undefined) ?? own[0];
  return use && source !== 'image-references' ? [{ source, use }] : [];
});

describe('F36 images that only one source shows in use, and most of those that anybody uses', () => {
  it.each(sources)('stay while $source shows nothing any more, and for a while after that', async ({ source, use }) => {
    const scene = await sceneOf(prepared);
    const everyOld = scene.plots.flatMap((plot) => [plot, { ...plot, name: `${plot.name}-more`, old: plot.middle }]);
    const ends = everyOld.map((plot) => use.begin(plot));
    await pass(scene.aws, day);
    expect(scene.states()).toEqual(inUse);
    scene.disturb = empty(operationsOf(source));
    await pass(scene.aws, day);
    expect(await guardsIn(scene)).toContain('eyes-broken');
    expect([scene.states(), scene.taken]).toEqual([inUse, []]);
    scene.disturb = untouched;
    for (const end of ends) end();
    await pass(scene.aws, 18 * day);
    expect(scene.states()[0]).toBe('disabled');
  });
});

describe('images that are due for their next step', () => {
  const answers = [
    ['DescribeLaunchTemplateVersions', 'usage-unknown'],
    ['GetParameters', 'usage-unknown'],
    ['DescribeImageUsageReports', 'usage-report-missing'],
  ] as const;

  it.each(answers)('stay while %s has nothing to say, and go on after that', async (operation, code) => {
    const scene = await sceneOf(prepared);
    scene.disturb = empty([operation]);
    await pass(scene.aws, day / 2);
    expect(await guardsIn(scene)).toContain(code);
    expect(scene.states()).toEqual(before);
    scene.disturb = untouched;
    await pass(scene.aws, 2 * day);
    expect(scene.states()).toEqual(after);
  });
});

it('Images stay while EC2 lists none of them', async () => {
  const scene = await sceneOf(prepared);
  scene.disturb = empty(['DescribeImages']);
  await pass(scene.aws, 2 * day);
  expect([scene.states(), scene.taken]).toEqual([before, []]);
});

describe('images that two sources show in use', () => {
  const both = ['instances', 'launch-templates', 'ssm-parameters'];
  const second = sources.filter(({ source }) => both.includes(source));

  it.each(second)(
    'stay, and come back, while either of $source and image-references shows nothing',
    async ({ source, use }) => {
      const scene = await sceneOf(prepared);
      for (const plot of scene.plots) use.begin(plot);
      await pass(scene.aws, day);
      for (const silent of [source, 'image-references']) {
        scene.disturb = empty(operationsOf(silent));
        await pass(scene.aws, day);
        expect(await guardsIn(scene)).toContain('in-use');
        expect([scene.states(), scene.taken]).toEqual([inUse, []]);
      }
    },
  );
});
