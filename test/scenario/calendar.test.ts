import { afterEach, describe, expect, it } from 'vitest';
import { EmbeddedAws } from '../../local/world.ts';
import { imageKey } from '../../shared/model/ids.ts';
import { keyOf } from '../../shared/model/image.ts';
import { marksFor } from '../../shared/model/marks.ts';
import { day, hour, type Instant } from '../../shared/model/time.ts';
import { decide } from '../../shared/rules/decide.ts';
import { compiled, image, inventory, marked, policy, record, recorded, records, retain } from '../rules/make.ts';
import { home, openWith, pass, putWeb, told } from './support.ts';

const lines = `family: { key: "{nameBase}" }
retain:
  keepLast: 2
  stages: { deprecate: { afterSuperseded: 7d }, disable: { afterDeprecated: 1d }, deregister: { afterDisabled: 7d } }
  guards: { lastLaunchedWithin: 2d }`;

const zone = process.env.TZ;
afterEach(() => {
  if (zone === undefined) delete process.env.TZ;
  else process.env.TZ = zone;
});

/** Days on which calendars and clocks jump, in forty years: leap days, ends of months and years, changes of summer time. */
const moments: readonly Instant[] = Array.from({ length: 40 }, (_none, n) => 2026 + n).flatMap((year) =>
  [
    [1, 28],
    [1, 29],
    [2, 1],
    [2, 29],
    [9, 25],
    [10, 1],
    [11, 31],
  ].map(([month = 0, date = 1]) => Date.UTC(year, month, date, 1, 30)),
);

/** When an image superseded at this moment is deprecated: the first of these instants at which the plan says so. */
function isDue(superseded: Instant, now: Instant): boolean {
  const old = marked(image(1, { createdAt: superseded - 300 * day }));
  const newer = [2, 3].map((number) => marked(image(number, { createdAt: superseded - 30 * day })));
  const kept = recorded(record(old), ...newer.map((one) => record(one, { finishedAt: superseded })));
  const store = { images: kept, firstSweepAt: { complete: true as const, value: superseded - 365 * day } };
  const seen = inventory([old, ...newer], { usage: [], records: records(store) });
  const plan = decide(seen, compiled(policy({ retain: retain() })), now);
  return plan.actions.some((action) => action.kind === 'deprecate-image' && action.image === keyOf(old));
}

describe('F47: calendars', () => {
  it.each(['UTC', 'Europe/Berlin', 'America/New_York', 'Pacific/Chatham'])(
    'move no step by a millisecond in forty years, whatever the clock on the wall of %s does',
    (name) => {
      process.env.TZ = name;
      const wrong = moments.filter(
        (superseded) => isDue(superseded, superseded + 14 * day - 1) || !isDue(superseded, superseded + 14 * day),
      );
      expect(moments).toHaveLength(280);
      expect(wrong).toEqual([]);
    },
  );

  it.each([
    ['the change to summer time', Date.UTC(2026, 2, 27, 9)],
    ['the change back', Date.UTC(2026, 9, 23, 9)],
    ['a leap day', Date.UTC(2028, 1, 27, 9)],
    ['the end of a year', Date.UTC(2026, 11, 30, 9)],
  ])('let each step be taken once and after its wait, across %s', async (_what, from) => {
    process.env.TZ = 'America/New_York';
    const { aws, engine } = await openWith(lines, EmbeddedAws.open({ start: from, homeRegion: home }), {
      idleEvery: day,
    });
    const [old] = [0, 1, 2].map((generation) => {
      const id = `ami-0e1${generation}00000000a1b2c`;
      const createdAt = from - (60 - generation) * day;
      const tags = marksFor(imageKey(home, id), createdAt, 'web');
      return putWeb(aws, { id, name: `web-${generation}`, createdAt, tags, snapshotTags: tags });
    });
    if (!old) throw new Error('no image');
    await pass(aws, 40 * day);
    for (const type of ['AMI Deprecated', 'AMI Disabled', 'AMI Deregistered']) expect(told(aws, type)).toHaveLength(1);
    const history = await engine.ledger.history(imageKey(home, old.id));
    const at = (what: string) => history.find((entry) => entry.what === what && entry.phase === 'before')?.at ?? 0;
    expect(at('disable-image') - at('deprecate-image')).toBeGreaterThanOrEqual(day);
    expect(at('deregister-image') - at('disable-image')).toBeGreaterThanOrEqual(48 * hour);
  });
});
