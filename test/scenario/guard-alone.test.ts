import { beforeAll, describe, expect, it } from 'vitest';
import { observe } from '../../shared/engine/observe.ts';
import { imageKey } from '../../shared/model/ids.ts';
import type { Inventory } from '../../shared/model/inventory.ts';
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

describe('P1 an image that one source alone shows in use', () => {
  let stories: ReadonlyMap<Use, Story>;

  beforeAll(async () => {
    const { stack, plots: all } = await plots(Object.fromEntries(uses.map((use, index) => [nameOf(index), use])));
    const { aws, engine } = stack;
    const ends = all.map((plot, index) => uses[index]?.begin(plot));
    await pass(aws, 32 * day);
    const inventory = await observe(engine, { scope: 'account', grants: 'due', usage: true });
    const plan = decide(inventory, engine.policy, aws.timeline.now());
    const guardsOf = ({ old }: Plot): string[] =>
      plan.held
        .filter(({ image, step }) => image === imageKey(home, old.id) && step === 'disable-image')
        .flatMap(({ guards }) => guards.map(({ code }) => code));
    const seen = all.map((plot) => ({
      sources: sourcesOf(inventory, plot),
      guards: guardsOf(plot),
      meanwhile: stateOf(aws, plot.old),
    }));
    for (const end of ends) end?.();
    await pass(aws, 20 * day);
    const told = all.map((plot, index) => ({ ...seen[index], afterwards: stateOf(aws, plot.old) }) as Story);
    stories = new Map(uses.flatMap((use, index) => (told[index] ? [[use, told[index]]] : [])));
  });

  it.each(uses)('stays as long as $what, and leaves after that', (use) => {
    const { meanwhile, guards, sources, afterwards } = stories.get(use) as Story;
    expect({ meanwhile, guards, sources }).toEqual({
      meanwhile: 'available',
      guards: [use.code ?? 'in-use'],
      sources: use.source in shownElsewhere ? shownElsewhere[use.source] : [use.source],
    });
    expect(afterwards).toBe('gone');
  });
});
