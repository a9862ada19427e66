import { describe, expect, test } from 'vitest';
import { known, unknown } from '../../shared/model/evidence.ts';
import { imageKey } from '../../shared/model/ids.ts';
import { type Image, keyOf } from '../../shared/model/image.ts';
import type { Inventory, UsageSourceName, Use } from '../../shared/model/inventory.ts';
import type { ReportedUse } from '../../shared/model/references.ts';
import { day, hour } from '../../shared/model/time.ts';
import { type AffectedImage, affectedBy } from '../../shared/rules/affected.ts';
import { worldOf } from '../../shared/rules/world.ts';
import {
  abroad,
  account,
  compiled,
  home,
  idOf,
  image,
  inventory,
  now,
  readings,
  record,
  recorded,
  records,
  report,
} from './make.ts';

const base = image(1);
const key = keyOf(base);
const [stranger, other] = ['999988887777', '222233334444'];
const instance = { account: stranger, type: 'ec2:Instance', count: 1 };
const theirs = imageKey(home, idOf(99));

const affected = (images: readonly Image[], more: Partial<Inventory> = {}, of = key) =>
  affectedBy(of, worldOf(inventory(images, { grants: { [key]: known([]) }, ...more }), compiled(), now));
const imagesOf = (...given: Parameters<typeof affected>): AffectedImage[] =>
  affected(...given).lineages.flatMap((one) => one.images);
const first = (more: Partial<Inventory> = {}, images: readonly Image[] = [base]) => imagesOf(images, more)[0];

const showing = (uses: Partial<Record<UsageSourceName, readonly Use[]>>) =>
  readings([home, abroad]).map((one) => (one.region === home ? { ...one, uses: known(uses[one.source] ?? []) } : one));
const referring = (reference: readonly string[], recipes: readonly string[]): Partial<Inventory> => ({
  references: { [key]: { at: now, by: { 'image-references': known(reference), 'image-builder': known(recipes) } } },
});
const counted = (...all: Parameters<typeof report>[0][]): Partial<Inventory> => ({
  grants: { [key]: known([stranger]) },
  reports: { [key]: known(all.map((one) => report(one))) },
});

describe('who is said to use an image', () => {
  test('comes by source, Region and name, whatever was read first', () => {
    const by = (...names: string[]): Use[] => names.map((name) => ({ image: key, by: name }));
    const usage = showing({ spot: by('b', 'a'), instances: by('z'), 'ssm-parameters': by('m') });
    const afar = { image: imageKey(abroad, base.id), by: 'n' };
    const listed = usage.map((one) =>
      one.source === 'ssm-parameters' && one.region === abroad ? { ...one, uses: known([afar]) } : one,
    );
    expect(first({ usage: [...listed].reverse(), ...referring([], ['recipe r']) })?.users).toEqual([
      { source: 'image-builder', region: home, by: 'recipe r' },
      { source: 'instances', region: home, by: 'z' },
      { source: 'spot', region: home, by: 'a' },
      { source: 'spot', region: home, by: 'b' },
      { source: 'ssm-parameters', region: abroad, by: `n in ${abroad}` },
      { source: 'ssm-parameters', region: home, by: 'm' },
    ]);
  });

  test('comes with the source that names it, and leaves nothing unread', () => {
    expect(first(referring(['arn:template'], []))).toMatchObject({
      users: [{ source: 'image-references', region: home, by: 'arn:template' }],
      unread: [],
    });
    expect(first(referring([], ['recipe r']))).toMatchObject({
      users: [{ source: 'image-builder', region: home, by: 'recipe r' }],
      unread: [],
    });
  });

  test('is in another account by every count of the last day, by account and type, and leaves nothing unread', () => {
    const template = { ...instance, type: 'ec2:LaunchTemplate' };
    const uses: ReportedUse[] = [instance, { ...instance, account: other }, template];
    expect(first(counted({ uses }))).toMatchObject({
      use: 'in-use',
      users: [],
      unread: [],
      elsewhere: {
        uses: [
          { account: other, type: 'ec2:Instance' },
          { account: stranger, type: 'ec2:Instance' },
          { account: stranger, type: 'ec2:LaunchTemplate' },
        ],
      },
    });
  });

  test.each<[string, Partial<Inventory>, AffectedImage['elsewhere']]>([
    ['nobody counted', counted(), undefined],
    ['the counts could not be read', { reports: { [key]: unknown('denied') } }, undefined],
    ['nobody asked for counts', { reports: undefined } as object, undefined],
    ['a count is under way', counted({ state: 'pending', createdAt: now }), undefined],
    [
      'another count is under way',
      counted({ state: 'pending', createdAt: now }, { createdAt: now - hour, uses: [instance] }),
      { at: now - hour, uses: [instance] },
    ],
    [
      'a count came to nothing, whatever it says',
      counted({ state: 'error', createdAt: now, uses: [instance] }, { createdAt: now - hour }),
      { at: now - hour, uses: [] },
    ],
    [
      'a count was made a day before the last',
      counted({ createdAt: now }, { createdAt: now - day, uses: [instance] }),
      { at: now, uses: [instance] },
    ],
    [
      'a count was made longer before the last',
      counted({ createdAt: now }, { createdAt: now - day - 1, uses: [instance] }),
      { at: now, uses: [] },
    ],
    ['only this account is counted', counted({ uses: [{ ...instance, account }] }), { at: now - hour, uses: [] }],
  ])('elsewhere is told where %s', (_when, more, expected) => {
    const found = first(more);
    expect(found?.elsewhere).toEqual(expected);
    expect(found && 'elsewhere' in found).toBe(expected !== undefined);
  });
});

describe('what is told of an image', () => {
  test('is since when there is a fix, where Inspector says so', () => {
    expect(first({}, [{ ...base, fixAvailableSince: now - day }])).toMatchObject({ fixAvailableSince: now - day });
    expect(first()).not.toHaveProperty('fixAvailableSince');
  });

  test('of another owner is nothing that nobody knows', () => {
    const [top] = imagesOf([base], {}, theirs);
    expect(top).toStrictEqual({
      image: theirs,
      state: 'unknown',
      use: 'not-seen',
      users: [],
      pointers: [],
      unread: [],
    });
  });

  test.each([
    ['is still listed', 'deregistered', 'gone'],
    ['failed', 'failed', 'failed'],
    ['is disabled', 'disabled', 'disabled'],
  ] as const)('that %s is its state', (_what, state, told) => {
    expect(first({}, [{ ...base, state }])?.state).toBe(told);
  });

  test('that is gone is that nobody counts its use any more', () => {
    const gone = { records: records({ images: recorded(record(base, { goneAt: now })) }) };
    const unread = [
      { code: 'image-usage-unknown', data: { source: 'usage reports', image: key, why: 'it is gone or was not seen' } },
    ];
    expect(first(gone, [])?.unread).toEqual(unread);
    expect(first({}, [{ ...base, state: 'deregistered' }])?.unread).toEqual(unread);
  });

  test('of a Region that could not be listed is its use, which was asked for all the same', () => {
    const images = { [home]: unknown('outage'), [abroad]: known([]) };
    const more = { images, records: records({ images: recorded(record(base)) }) };
    const found = affected([], more);
    expect(found.lineages[0]?.images[0]?.unread.map(({ code }) => code)).toEqual(['image-usage-unknown']);
    expect(found.blind.map(({ code }) => code)).toEqual(['region-unreadable']);
  });

  test('that was built on an image of somebody else is what was not read of it', () => {
    const child = image(5, { sourceImageId: idOf(99), sourceImageRegion: home, sourceInstanceId: 'i-9' });
    const [top, ours] = imagesOf([child], { origins: { [theirs]: 'foreign' }, references: {} }, theirs);
    expect([top?.use, ours?.use]).toEqual(['not-seen', 'unknown']);
  });
});

describe('a pointer', () => {
  const pointer = `${home} parameter /my golden` as const;

  test('that was read is no blind spot', () => {
    expect(affected([base], { pointers: { [pointer]: known({ kind: 'absent' }) } }).blind).toEqual([]);
  });

  test('that was not read is named with its Region', () => {
    const { blind } = affected([base], { pointers: { [pointer]: unknown('denied') } });
    const data = { region: home, pointer: 'parameter /my golden', why: 'denied' };
    expect(blind).toEqual([{ code: 'pointer-unread', data }]);
  });
});
