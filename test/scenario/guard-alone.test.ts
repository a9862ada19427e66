import { beforeAll, describe, expect, it } from 'vitest';
import { observe } from '../../shared/engine/observe.ts';
import { imageKey } from '../../shared/model/ids.ts';
import type { Inventory } from '../../shared/model/inventory.ts';
import type { Held } from '../../shared/model/plan.ts';
import { day } from '../../shared/model/time.ts';
import { decide } from '../../shared/rules/decide.ts';
import { type Use, uses } from './guard-uses.ts';
import { type Plot, plots, stateOf } from './guarded.ts';
import { home, pass } from './support.ts';

/** What came of one use in a world where every image has another one. */
interface Story {
  readonly sources: readonly string[];
  readonly guards: readonly string[];
  readonly meanwhile: string;
  readonly afterwards: string;
}

/** Letters, since figures at the end are no part of a family. */
const nameOf = (index: number): string =>
  `plot-${String.fromCharCode(97 + Math.floor(index / 26))}${String.fromCharCode(97 + (index % 26))}`;

/** The sources that show a use of the old image, and those that look at single images. */
function sourcesOf({ usage, references = {}, reports = {} }: Inventory, { old }: Plot): string[] {
  const key = imageKey(home, old.id);
  const regional = usage.filter(({ uses: seen }) => seen.complete && seen.value.some(({ image }) => image === key));
  const single = Object.entries(references[key]?.by ?? {}).filter(([, by]) => by.complete && by.value.length > 0);
  const reported = reports[key]?.complete === true && reports[key].value.some((report) => report.uses.length > 0);
  return [
    ...regional.map(({ source }) => source),
    ...single.map(([source]) => source),
    ...(reported ? ['usage-reports'] : []),
  ];
}

/** What is no source of usage; the parameter behind a pointer is left to the guard of pointers. */
const shownElsewhere: Readonly<Record<string, readonly string[]>> = {
  pointers: ['ssm-parameters'],
  children: [],
  'last-launch': [],
};

/** Through a month of use, and the time after. */
async function live(some: readonly Use[]): Promise<[Use, Story][]> {
  const settings = Object.fromEntries(some.map((use, index) => [nameOf(index), use]));
  const { stack, plots: all } = await plots(settings);
  const { aws, engine } = stack;
  const ends = all.map((plot, index) => some[index]?.begin(plot));
  await pass(aws, 32 * day);
  const inventory = await observe(engine, { scope: 'account', grants: 'due', usage: true });
  const { held } = decide(inventory, engine.policy, aws.timeline.now());
  const meanwhile = all.map((plot) => ({
    sources: sourcesOf(inventory, plot),
    guards: guardsOn(plot, held),
    meanwhile: stateOf(aws, plot.old),
  }));
  for (const end of ends) end?.();
  // What one source alone has shown is believed to be over two weeks after that source fell silent.
  await pass(aws, 36 * day);
  return all.flatMap((plot, index): [Use, Story][] => {
    const [use, seen] = [some[index], meanwhile[index]];
    return use && seen ? [[use, { ...seen, afterwards: stateOf(aws, plot.old) }]] : [];
  });
}

const guardsOn = ({ old }: Plot, held: readonly Held[]): string[] =>
  held
    .filter(({ image, step }) => image === imageKey(home, old.id) && step === 'disable-image')
    .flatMap(({ guards }) => guards.map(({ code }) => code));

describe('P1 an image that one source alone shows in use', () => {
  let stories: ReadonlyMap<Use, Story>;

  beforeAll(async () => {
    // EC2's reports wake the schedules again and again, so what needs none lives in a quiet world of its own.
    const [shared, own] = [uses.filter((use) => use.shared), uses.filter((use) => !use.shared)];
    stories = new Map([...(await live(own)), ...(await live(shared))]);
  });

  it.each(uses)('stays as long as $what, and leaves after that', (use) => {
    expect(stories.get(use)).toEqual({
      meanwhile: 'available',
      guards: [use.code ?? 'in-use'],
      sources: use.source in shownElsewhere ? shownElsewhere[use.source] : [use.source],
      afterwards: 'gone',
    });
  });
});
