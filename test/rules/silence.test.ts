import { describe, expect, test } from 'vitest';
import { type Evidence, known, unknown } from '../../shared/model/evidence.ts';
import { type ImageKey, imageKey } from '../../shared/model/ids.ts';
import { keyOf } from '../../shared/model/image.ts';
import type { Inventory, UsageSourceName } from '../../shared/model/inventory.ts';
import type { RetainPolicy } from '../../shared/model/policy.ts';
import type { ImageRecord } from '../../shared/model/records.ts';
import type { ReferenceReading, UsageReport } from '../../shared/model/references.ts';
import { day } from '../../shared/model/time.ts';
import { sentence } from '../../shared/rules/explain.ts';
import { shownAnew, silenceLasts } from '../../shared/rules/silence.ts';
import { copy, kept, newer, planOf, root, table } from './expiring.ts';
import {
  abroad,
  account,
  compiled,
  home,
  idOf,
  inventory,
  now,
  policy,
  readings,
  record,
  recorded,
  records,
  report,
  retain,
} from './make.ts';

const lately = now - day;
const all = [root, copy, ...newer].map(keyOf);

/** What the root's record says of who showed it. */
const shown = (by: NonNullable<ImageRecord['shownBy']>, more: Partial<Inventory> = {}): Partial<Inventory> => ({
  records: records({ images: { ...kept, ...recorded(record(root, { finishedAt: now - 299 * day, shownBy: by })) } }),
  ...more,
});

/** A source that shows another image in that Region, and one that shows none anywhere. */
const showingOther = (source: UsageSourceName, region = home) =>
  readings([home, abroad]).map((reading) =>
    reading.source === source && reading.region === region
      ? { ...reading, uses: known([{ image: imageKey(region, idOf(900)), by: 'somebody' }]) }
      : reading,
  );

const off = (...sources: string[]): Partial<RetainPolicy> => ({ guards: { ...retain().guards, off: sources } });

const named = (found: Evidence<readonly string[]>): Record<ImageKey, ReferenceReading> => {
  const none: ReferenceReading = { at: now, by: { 'image-references': known([]), 'image-builder': known([]) } };
  const entries = all.map((key) => [
    key,
    key === keyOf(root) ? { ...none, by: { ...none.by, 'image-builder': found } } : none,
  ]);
  return Object.fromEntries(entries);
};

const theirs = { account: '222233334444', type: 'ec2:Instance', count: 1 };
/** What EC2 counted of the root, which is shared. */
const reportsOf = (more: Partial<UsageReport>): Partial<Inventory> => ({
  grants: Object.fromEntries(all.map((key) => [key, known(key === keyOf(root) ? ['account:222233334444'] : [])])),
  reports: Object.fromEntries(all.map((key) => [key, known([report(key === keyOf(root) ? more : {})])])),
});

const unshared = { grants: Object.fromEntries(all.map((key) => [key, known([])])) };

table('F36 a source that showed an image and shows nothing any more', [
  ['keeps it', { inventory: shown({ spot: lately }) }, ['source-silent']],
  ['keeps it for fourteen days', { inventory: shown({ fleets: now - silenceLasts + 1 }) }, ['source-silent']],
  ['and no longer', { inventory: shown({ fleets: now - silenceLasts }) }, []],
  ['is believed where it shows others', { inventory: shown({ spot: lately }, { usage: showingOther('spot') }) }, []],
  [
    'is not where it shows others in another Region only',
    { inventory: shown({ spot: lately }, { usage: showingOther('spot', abroad) }) },
    ['source-silent'],
  ],
  [
    'is believed where a second opinion was asked',
    { inventory: shown({ instances: lately, 'launch-templates': lately, 'ssm-parameters': lately }) },
    [],
  ],
  [
    'is not where it lists images of every Region, and shows none in one of them',
    {
      inventory: shown({ 'ssm-parameters': lately }, { usage: showingOther('ssm-parameters') }),
      retain: off('image-references'),
    },
    ['source-silent'],
  ],
  [
    'is not where that is switched off',
    { inventory: shown({ instances: lately }), retain: off('image-references') },
    ['source-silent'],
  ],
  ['says nothing where it is itself switched off', { inventory: shown({ spot: lately }), retain: off('spot') }, []],
  [
    'keeps an image that a recipe named',
    { inventory: shown({ 'image-builder': lately }, { references: named(known([])) }) },
    ['source-silent'],
  ],
  [
    'keeps it where nobody asked about single images, which is a reason of its own',
    { inventory: shown({ spot: lately }, { references: undefined } as object) },
    ['image-usage-unknown', 'source-silent'],
  ],
  ['keeps an image that another account used', { inventory: shown({ 'usage reports': lately }) }, ['source-silent']],
  [
    'is not asked of other accounts where the policy does not want it',
    {
      inventory: shown({ 'usage reports': lately }, unshared),
      retain: { guards: { ...retain().guards, sharedAccounts: false } },
    },
    [],
  ],
  [
    'is believed where another account still uses the image',
    { inventory: shown({ 'usage reports': lately }, reportsOf({ uses: [theirs] })) },
    ['used-elsewhere'],
  ],
  [
    'is one reason among others where it could not be read',
    { inventory: shown({ 'image-builder': lately }, { references: named(unknown('denied')) }) },
    ['image-usage-unknown'],
  ],
]);

test('an image that stays for a silent source says since when it was silent', () => {
  const reasons = planOf({ inventory: shown({ spot: lately }) }).held.flatMap(({ guards }) => guards.map(sentence));
  expect(reasons).toEqual(
    Array(2).fill(`spot showed use of ${keyOf(root)} on 2026-11-22 and is silent, which is believed after 14 days`),
  );
});

describe('what is written down of who shows an image', () => {
  const seen = (usage: Inventory['usage'], more: Partial<Inventory> = {}, guards = retain().guards) =>
    Object.fromEntries(
      shownAnew(
        inventory([root], { usage, records: records({ images: recorded(record(root)) }), ...more }),
        compiled(policy({ retain: retain({ guards }) })),
        now,
      ),
    );
  const used = (source: UsageSourceName, image = keyOf(root)) => [
    { source, region: home, at: now, uses: known([{ image, by: 'x' }]) },
  ];
  const root1 = keyOf(root);

  test('is a source that nothing else confirms', () => {
    expect(seen(used('spot'))).toEqual({ [root1]: { spot: now } });
    expect(seen(used('instances'))).toEqual({});
    expect(seen(used('instances'), {}, { ...retain().guards, off: ['image-references'] })).toEqual({
      [root1]: { instances: now },
    });
  });

  test('is nothing of images that nobody keeps a record of', () => {
    expect(seen(used('spot', imageKey(home, idOf(900))))).toEqual({});
    const references = { [imageKey(home, idOf(900))]: { at: now, by: { 'image-builder': known(['recipe r']) } } };
    expect(seen([], { references })).toEqual({});
  });

  test('is nothing of a source that could not be read', () => {
    const usage = [{ source: 'spot' as const, region: home, at: now, uses: unknown<never>('denied') }];
    const references = { [root1]: { at: now, by: { 'image-builder': unknown<never>('denied') } } };
    expect(seen(usage, { references, reports: { [root1]: unknown('denied') } })).toEqual({});
  });

  test('is every source that shows it, recipes beside the instances that EC2 confirms', () => {
    const references = {
      [root1]: { at: now, by: { 'image-references': known(['arn:i']), 'image-builder': known(['recipe r']) } },
    };
    expect(seen([...used('instances'), ...used('spot')], { references })).toEqual({
      [root1]: { spot: now, 'image-builder': now },
    });
  });

  test('is nothing new where nobody was asked about single images', () => {
    expect(seen(used('spot'), { references: undefined, reports: undefined } as object)).toEqual({
      [root1]: { spot: now },
    });
  });

  test('is the second opinion only where it is the first', () => {
    const references = { [root1]: { at: now, by: { 'image-references': known(['arn:template']) } } };
    expect(seen([], { references })).toEqual({ [root1]: { 'image-references': now } });
    expect(seen([], { references, reports: undefined } as object)).toEqual({ [root1]: { 'image-references': now } });
    expect(seen(used('instances'), { references })).toEqual({});
  });

  test('is what a report counts in other accounts', () => {
    const counted = (by: string): Record<ImageKey, Evidence<readonly UsageReport[]>> => ({
      [root1]: known([
        {
          id: 'r',
          state: 'available',
          createdAt: now,
          full: true,
          uses: [{ account: by, type: 'ec2:Instance', count: 1 }],
        },
      ]),
    });
    expect(seen([], { reports: counted('222233334444'), references: undefined } as object)).toEqual({
      [root1]: { 'usage reports': now },
    });
    expect(seen([], { reports: counted(account) })).toEqual({});
  });

  test.each([
    [day, { spot: now }],
    [day - 1, undefined],
  ])('is written again %i ms later: %j', (ago, expected) => {
    const images = recorded(record(root, { shownBy: { spot: now - ago } }));
    expect(seen(used('spot'), { records: records({ images }) })[root1]).toEqual(expected);
  });
});
