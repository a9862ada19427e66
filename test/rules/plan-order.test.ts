import { expect, test } from 'vitest';
import { type Image, keyOf } from '../../shared/model/image.ts';
import type { Inventory } from '../../shared/model/inventory.ts';
import type { ImageRecord } from '../../shared/model/records.ts';
import { day } from '../../shared/model/time.ts';
import { decide } from '../../shared/rules/decide.ts';
import {
  compiled,
  home,
  idOf,
  image,
  inventory,
  marked,
  now,
  policy,
  record,
  recorded,
  records,
  retain,
} from './make.ts';
import { told } from './told.ts';

const [older, younger] = [300, 200].map((age, number) => marked(image(number + 1, { createdAt: now - age * day }))) as [
  Image,
  Image,
];
const deprecated = { ...younger, deprecationAt: now - 40 * day };
const newest = [3, 4].map((number) => marked(image(number, { createdAt: now - 90 * day })));
const seen = [older, deprecated, ...newest];
const kept = recorded(...seen.map((one) => record(one, { finishedAt: now - 89 * day })));

const planOf = (more: Partial<Inventory['records']>, perPlan = 5) =>
  told(
    decide(
      inventory(seen, { records: records({ images: kept, ...more }) }),
      compiled(policy({ retain: retain({ limits: { perPlan, percentOfFamily: 100 } }) })),
      now,
    ),
  );
const steps = ['deprecate-image', 'disable-image'];

test('what is planned, held and halted comes in the order of the steps, whichever lineage is the younger', () => {
  expect(planOf({}).actions.map(({ kind }) => kind)).toEqual(steps);
  const frozen = planOf({ freeze: { scope: 'all', why: 'audit' } });
  expect(frozen.held.map(({ step }) => step)).toEqual(steps);
  expect(planOf({}, 0).halted.map(({ kind }) => kind)).toEqual(steps);
});

test.each(['revoked', 'restored'] as const)(
  'an image of which nobody can say what it is a copy of stays, although people %s it',
  (word) => {
    const one = marked(image(1, { state: word === 'restored' ? 'disabled' : 'available', sourceImageRegion: home }));
    const step = (sourceImageId: string | undefined) => {
      const images = [
        { ...one, ...(sourceImageId && { sourceImageId }) },
        image(2, { sourceImageId: one.id, sourceImageRegion: home }),
      ];
      const said: Partial<ImageRecord> =
        word === 'revoked'
          ? { revoked: { at: now - day, reason: 'CVE-1', disable: 'idle' } }
          : { restored: { at: now - day, reason: 'audit' }, disabledAt: now - 2 * day, savedGrants: [] };
      const world = inventory(images, { records: records({ images: recorded(record(one, said)) }) });
      return decide(world, compiled(policy()), now)
        .actions.filter(({ image: of }) => of === keyOf(one))
        .map(({ kind }) => kind);
    };
    expect(step(undefined)).toEqual([word === 'revoked' ? 'disable-image' : 'enable-image']);
    expect(step(idOf(2))).toEqual([]);
  },
);
