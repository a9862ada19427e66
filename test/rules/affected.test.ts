import { describe, expect, it, test } from 'vitest';
import { known, unknown } from '../../shared/model/evidence.ts';
import { imageKey } from '../../shared/model/ids.ts';
import { type Image, keyOf } from '../../shared/model/image.ts';
import { type Inventory, usageSources } from '../../shared/model/inventory.ts';
import { day, hour, minute } from '../../shared/model/time.ts';
import { type AffectedImage, affectedBy } from '../../shared/rules/affected.ts';
import { worldOf } from '../../shared/rules/world.ts';
import {
  abroad,
  account,
  compiled,
  copyOf,
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
const stranger = '999988887777';
const unshared = { [key]: known([]) };
const all = (images: readonly Image[], more: Partial<Inventory> = {}, of = key) =>
  affectedBy(of, worldOf(inventory(images, { grants: unshared, ...more }), compiled(), now));

function first(more: Partial<Inventory> = {}, images: readonly Image[] = [base], of = key): AffectedImage {
  const found = all(images, more, of).lineages[0]?.images[0];
  if (!found) throw new Error('nothing is affected');
  return found;
}

const instead = (source: string, region: string, uses: Inventory['usage'][number]['uses']) =>
  readings([home, abroad]).map((one) => (one.source === source && one.region === region ? { ...one, uses } : one));

const codes = ({ unread }: AffectedImage): string[] => unread.map(({ code }) => code);

describe('who uses an image', () => {
  it('is nobody seen where everything was read and shows no use', () => {
    expect(first()).toEqual({
      image: key,
      name: 'golden-1',
      state: 'available',
      severity: known(undefined),
      use: 'not-seen',
      users: [],
      pointers: [],
      elsewhere: { at: now - hour, uses: [] },
      unread: [],
    });
  });

  test.each(usageSources)('is shown by %s alone', (source) => {
    const usage = instead(source, home, known([{ image: key, by: 'somebody' }]));
    expect(first({ usage })).toMatchObject({ use: 'in-use', users: [{ source, region: home, by: 'somebody' }] });
  });

  it('is shown by a parameter of another Region', () => {
    const usage = instead('ssm-parameters', abroad, known([{ image: imageKey(abroad, base.id), by: 'parameter /a' }]));
    expect(first({ usage })).toMatchObject({ use: 'in-use', users: [{ source: 'ssm-parameters', region: abroad }] });
  });

  it('is shown by what EC2 says refers to it', () => {
    const references = {
      [key]: { at: now, by: { 'image-references': known([]), 'image-builder': known(['recipe r']) } },
    };
    expect(first({ references })).toMatchObject({ use: 'in-use', users: [{ by: 'recipe r' }] });
  });

  it('is shown by a pointer of ours, once', () => {
    const pointers = { [`${home} parameter /golden` as const]: known({ kind: 'parameter' as const, value: base.id }) };
    const usage = instead('ssm-parameters', home, known([{ image: key, by: 'parameter /golden' }]));
    expect(first({ pointers, usage })).toMatchObject({ use: 'in-use', users: [], pointers: ['parameter /golden'] });
  });

  it('is shown by counts of other accounts, with their date, however old they are', () => {
    const uses = [
      { account: stranger, type: 'ec2:Instance', count: 14 },
      { account, type: 'ec2:Instance', count: 2 },
      { account: '222233334444', type: 'ec2:Instance', count: 0 },
    ];
    for (const createdAt of [now - hour, now - 40 * day])
      expect(first({ reports: { [key]: known([report({ uses, createdAt })]) } })).toMatchObject({
        use: 'in-use',
        elsewhere: { at: createdAt, uses: [{ account: stranger, type: 'ec2:Instance', count: 14 }] },
      });
  });

  it('is still somebody else when a last report, dated by a clock ahead of ours, counts nobody', () => {
    const uses = [{ account: stranger, type: 'ec2:Instance', count: 14 }];
    const reports = { [key]: known([report({ createdAt: now + minute }), report({ createdAt: now - day, uses })]) };
    expect(first({ reports, grants: { [key]: known([stranger]) } }).use).toBe('in-use');
  });

  it('counts by the last reports, of several the largest', () => {
    const counted = (count: number, age: number) =>
      report({ createdAt: now - age, uses: [{ account: stranger, type: 'ec2:Instance', count }] });
    const reports = { [key]: known([counted(3, hour), counted(5, 2 * hour), counted(9, 30 * day)]) };
    expect(first({ reports }).elsewhere).toMatchObject({ at: now - hour, uses: [{ count: 5 }] });
  });
});

describe('use is unknown, not absent,', () => {
  test.each(usageSources)('where %s of its Region failed', (source) => {
    const usage = instead(source, home, unknown('denied'));
    expect(first({ usage })).toMatchObject({
      use: 'unknown',
      unread: [{ data: { source, region: home, why: 'denied' } }],
    });
    expect(all([base], { usage }).blind).toMatchObject([{ data: { source, region: home, why: 'denied' } }]);
  });

  it('where a source was not read at all, or too long ago', () => {
    const missing = readings([home, abroad]).filter(({ source }) => source !== 'fleets');
    expect(first({ usage: missing }).use).toBe('unknown');
    expect(first({ usage: readings([home, abroad], now - day) }).use).toBe('unknown');
  });

  it('where parameters of any Region failed, and not where another source of another Region did', () => {
    expect(first({ usage: instead('ssm-parameters', abroad, unknown('denied')) }).use).toBe('unknown');
    expect(first({ usage: instead('instances', abroad, unknown('denied')) }).use).toBe('not-seen');
  });

  test.each<[string, Partial<Inventory>, string[]]>([
    ['a pointer was not read', { pointers: { [`${home} parameter /g`]: unknown('denied') } }, ['pointer-unread']],
    ['nobody asked what refers to it', { references: {} }, ['image-usage-unknown', 'image-usage-unknown']],
    [
      'it is shared and nobody counted',
      { grants: { [key]: known([stranger]) }, reports: { [key]: known([]) } },
      ['usage-report-missing'],
    ],
    ['its sharing is unread, and nobody counted', { grants: {}, reports: {} }, ['image-usage-unknown']],
    [
      'the last count is old',
      { grants: { [key]: known([stranger]) }, reports: { [key]: known([report({ createdAt: now - 2 * day })]) } },
      ['usage-report-missing'],
    ],
  ])('where %s', (_what, more, why) => {
    const found = first(more);
    expect({ use: found.use, codes: codes(found) }).toEqual({ use: 'unknown', codes: why });
  });

  it('where the image is gone, since EC2 counts other accounts no more', () => {
    const gone = { records: records({ images: recorded(record(base, { goneAt: now })) }) };
    expect(first(gone, [])).toMatchObject({ state: 'gone', use: 'unknown', name: 'golden-1' });
    expect(first(gone, [base])).toMatchObject({ state: 'gone', use: 'unknown' });
  });

  it('but a use that was seen is a use, and what was not read is named beside it', () => {
    const usage = instead('instances', home, known([{ image: key, by: 'i-1 (running)' }])).map((one) =>
      one.source === 'spot' && one.region === home ? { ...one, uses: unknown('denied') } : one,
    );
    expect(first({ usage })).toMatchObject({ use: 'in-use', unread: [{ code: 'usage-unknown' }] });
  });
});

describe('an image of another owner', () => {
  const theirs = imageKey(home, idOf(99));
  const child = image(5, { sourceImageId: idOf(99), sourceImageRegion: home, sourceInstanceId: 'i-9' });
  const more: Partial<Inventory> = { origins: { [theirs]: 'foreign' }, grants: { [keyOf(child)]: known([]) } };

  it('is not ours, and its descendants are', () => {
    const found = all([child], more, theirs);
    expect(found).toMatchObject({
      ours: false,
      lineages: [
        { root: theirs, images: [{ state: 'unknown', use: 'not-seen' }] },
        { root: keyOf(child), from: theirs, tie: 'source id', images: [{ use: 'not-seen' }] },
      ],
    });
  });

  it('may be used by us', () => {
    const usage = instead('instances', home, known([{ image: theirs, by: 'i-1 (running)' }]));
    expect(first({ ...more, usage }, [child], theirs).use).toBe('in-use');
  });
});

it('takes a root that is gone for ours while its copies are there and nobody else is known to own it', () => {
  const copy = copyOf(base, 11);
  expect(all([copy], { origins: { [key]: 'gone' } })).toMatchObject({ ours: true, lineages: [{ root: key }] });
});

it('names Regions that were not read', () => {
  const seen = inventory([base]);
  const images = { ...seen.images, [abroad]: unknown('outage') };
  expect(all([base], { images }).blind).toMatchObject([
    { code: 'region-unreadable', data: { region: abroad, why: 'outage' } },
  ]);
});
