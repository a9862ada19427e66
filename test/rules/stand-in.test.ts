import { describe, expect, test } from 'vitest';
import { known } from '../../shared/model/evidence.ts';
import { type Image, keyOf } from '../../shared/model/image.ts';
import type { PublishImage } from '../../shared/model/plan.ts';
import { mayClaim, type PointerRecord, pointerKey } from '../../shared/model/pointer.ts';
import type { ImageRecord, Revocation } from '../../shared/model/records.ts';
import { day, hour } from '../../shared/model/time.ts';
import { decide } from '../../shared/rules/decide.ts';
import { sentence } from '../../shared/rules/explain.ts';
import { compiled, inventory, now, policy, record, recorded, records, retain } from './make.ts';
import { aged, asked, names, parameter, parameterKey, publish } from './pointed.ts';
import { told } from './told.ts';

const [first, second, third] = [aged(1, 40 * day), aged(2, 30 * day), aged(3, 20 * day)];
const said = now - hour;
const fixed = aged(4, 0, { createdAt: said + 1 });

interface Given {
  readonly images?: readonly Image[];
  readonly named?: Image;
  readonly last?: PointerRecord;
  readonly words?: readonly (readonly [Image, Partial<Revocation>])[];
  readonly more?: readonly ImageRecord[];
}

function planOf({ images = [first, second, third], named = third, last, words = [], more = [] }: Given) {
  const bad = words.map(([image, word]) => record(image, { revoked: { at: said, reason: 'CVE-1', ...word } }));
  const good = images.filter((one) => !words.some(([image]) => image === one)).map((one) => record(one));
  const world = inventory(images, {
    pointers: { [parameterKey]: known(names(named.id)) },
    records: records({
      images: recorded(...good, ...bad, ...more),
      pointers: { [parameterKey]: last ?? asked(named, { confirmedAt: now - day }) },
    }),
  });
  return told(decide(world, compiled(policy({ publish })), now));
}

const moves = (given: Given) =>
  planOf(given).actions.filter((action): action is PublishImage => action.kind === 'publish-image');
const saidOf = (image: Image, given: Given) =>
  planOf(given)
    .verdicts.filter((verdict) => verdict.image === keyOf(image))
    .flatMap(({ reasons }) => reasons.map(sentence));
const chosen: Given = { words: [[third, { to: keyOf(first) }]] };
const arrived = asked(first, { confirmedAt: now - hour, leaves: keyOf(third) });

describe('what people put in the place of a revoked image', () => {
  test('is what pointers name instead, also where a newer one is clean', () => {
    const [move] = moves(chosen);
    expect(move).toMatchObject({ image: keyOf(first), leaves: keyOf(third), despite: said });
    expect(move?.why.map(sentence)).toEqual([
      '/golden/x86_64/latest in us-east-1 leaves golden-3, which is revoked: CVE-1; people named this image in its place',
    ]);
    expect(saidOf(second, chosen)).toContain(
      '/golden/x86_64/latest in us-east-1 passes it over: people put golden-1 in the place of golden-3',
    );
  });

  test('is still named once the pointer has arrived, and nothing that was built before goes in front', () => {
    const there = { ...chosen, named: first, last: arrived };
    expect(moves(there)).toEqual([]);
    expect(saidOf(first, there)).toContain('/golden/x86_64/latest in us-east-1 names it');
    expect(saidOf(second, there).join()).toContain('passes it over');
  });

  test('gives way to the next build, and not before that is ready', () => {
    const given = { ...chosen, named: first, last: arrived, images: [first, second, third, fixed] };
    expect(moves(given).map(({ image, leaves }) => [image, leaves])).toEqual([[keyOf(fixed), undefined]]);
    const same = { ...fixed, createdAt: said };
    expect(moves({ ...given, images: [first, second, third, same] })).toEqual([]);
  });

  test('takes the place also where the pointer had gone to another one before', () => {
    const between = asked(second, { confirmedAt: now - hour, leaves: keyOf(third) });
    const [move] = moves({ ...chosen, named: second, last: between });
    expect(move).toMatchObject({ image: keyOf(first), leaves: keyOf(third), despite: said });
    expect(move?.why.map(sentence).join()).toContain('leaves golden-3, which is revoked');
  });

  test('is nobody else, as long as it is not ready', () => {
    const pending = { ...first, state: 'pending' } as const;
    expect(moves({ ...chosen, images: [pending, second, third] })).toEqual([]);
  });

  test('no longer counts once it is revoked, too', () => {
    const words: Given['words'] = [...(chosen.words ?? []), [first, { at: said + 1 }]];
    expect(moves({ words, named: first, last: arrived }).map(({ image }) => image)).toEqual([keyOf(second)]);
    expect(moves({ words: [...(chosen.words ?? []), [first, { at: said - 1 }]] })).toMatchObject([
      { image: keyOf(second), leaves: keyOf(third) },
    ]);
  });

  test('is told by its key where nobody has a record of it', () => {
    const given: Given = { words: [[third, { to: keyOf(aged(9, day)) }]] };
    expect(moves(given)).toEqual([]);
    expect(saidOf(second, given).join()).toContain(`people put ${keyOf(aged(9, day))} in the place of golden-3`);
  });

  test('counts although the revoked image is gone, as long as the pointer names it', () => {
    const given: Given = { images: [first, third], named: second, last: asked(third, { confirmedAt: now - day }) };
    expect(moves({ ...given, words: [[second, { to: keyOf(first) }]] }).map(({ image }) => image)).toEqual([
      keyOf(first),
    ]);
  });

  test.each([
    ['what the pointer names now, revoked later', 1, { leaves: keyOf(second), despite: undefined }],
    ['what the pointer names now, revoked at the same time', 0, { leaves: keyOf(second), despite: undefined }],
    ['what it has left before, revoked later', -1, { leaves: keyOf(third), despite: said }],
  ])('is decided, of two revoked images, by %s', (_which, later, expected) => {
    const last = asked(second, { confirmedAt: now - hour, leaves: keyOf(third) });
    const words: Given['words'] = [
      [second, { at: said + later }],
      [third, { to: keyOf(first) }],
    ];
    const [move] = moves({ words, named: second, last });
    expect(move?.image).toBe(keyOf(first));
    expect({ leaves: move?.leaves, despite: move?.despite }).toEqual(expected);
  });

  test('has no effect on a pointer that never named the revoked image', () => {
    const given: Given = { words: [[second, { to: keyOf(first) }]] };
    expect(moves(given)).toEqual([]);
    expect(saidOf(third, given)).toContain('/golden/x86_64/latest in us-east-1 names it');
  });

  describe('is not retired', () => {
    const old = [1, 2, 3, 5].map((number) => aged(number, (200 - number) * day));
    const [face, between, , bad] = old as [Image, Image, Image, Image];
    const stays = { confirmedAt: now - hour };
    const silver = { pointer: { ...parameter, name: '/silver' } };

    function planFor(last: readonly PointerRecord[], named = last[0]?.image ?? '') {
      const images = recorded(
        ...old.map((one) => record(one, { finishedAt: now - 100 * day })),
        record(bad, { revoked: { at: said, reason: 'CVE-1', to: keyOf(face) } }),
      );
      const kept = Object.fromEntries(last.map((one) => [pointerKey(one.pointer), one]));
      const pointers = { [parameterKey]: known(names(named)) };
      const world = inventory(old, { pointers, records: records({ images, pointers: kept }) });
      return told(decide(world, compiled(policy({ publish, retain: retain() })), now));
    }

    test.each<[string, readonly PointerRecord[], string | undefined, readonly string[]]>([
      ['once the pointer has arrived', [asked(face, { ...stays, leaves: keyOf(bad) })], undefined, []],
      ['while the pointer names the revoked image', [asked(bad, stays)], undefined, ['publish-image']],
      ['while another pointer does', [asked(face, stays), asked(bad, { ...stays, ...silver })], face.id, []],
      [
        'while a pointer of several that was asked to name it was moved elsewhere by hand',
        [asked(bad, stays), asked(face, { ...stays, ...silver })],
        between.id,
        ['publish-image'],
      ],
      [
        'while the pointer has left the revoked image for another one',
        [asked(between, { ...stays, leaves: keyOf(bad) })],
        undefined,
        ['publish-image'],
      ],
      [
        'while somebody has moved one of several pointers to it by hand',
        [asked(between, stays), asked(face, { ...stays, ...silver })],
        bad.id,
        ['publish-image'],
      ],
      [
        'unless no pointer ever followed the revoked one',
        [asked(face, stays), asked(aged(9, day), { ...stays, ...silver })],
        undefined,
        ['deprecate-image'],
      ],
    ])('%s', (_when, last, named, steps) => {
      const { actions } = planFor(last, named);
      expect(actions.filter(({ image }) => image === keyOf(face)).map(({ kind }) => kind)).toEqual(steps);
    });

    test('and says why', () => {
      const { verdicts } = planFor([asked(face, { ...stays, leaves: keyOf(bad) })]);
      expect(verdicts.find(({ image }) => image === keyOf(face))?.reasons.map(sentence)).toContain(
        'people put it in the place of golden-5, which is revoked, so it stays until pointers go on',
      );
    });
  });
});

describe('behind a revoked image', () => {
  const child = aged(4, 10 * day, {
    sourceInstanceId: 'i-1',
    sourceImageId: second.id,
    sourceImageRegion: second.region,
  });
  const later = { ...child, createdAt: said + 1 };

  test('nothing that was built from it takes its place, and the next oldest does', () => {
    const given: Given = { images: [first, second, child], named: second, words: [[second, {}]] };
    expect(moves(given).map(({ image }) => image)).toEqual([keyOf(first)]);
    expect(saidOf(child, given).join()).toContain('passes it over: it was built from golden-2, which is revoked');
  });

  test('what was built from it after people knew is taken for mended', () => {
    const given: Given = { images: [first, second, later], named: second, words: [[second, {}]] };
    expect(moves(given).map(({ image }) => image)).toEqual([keyOf(later)]);
  });
});

test('a pointer that somebody moved by hand to an image that is then revoked leaves it', () => {
  const last = asked(third, { confirmedAt: now - day });
  expect(moves({ named: second, last, words: [] })).toEqual([]);
  expect(moves({ named: second, last, words: [[second, {}]] }).map(({ image }) => image)).toEqual([keyOf(third)]);
});

test('of what is asked for meanwhile, only what was built before the word may be followed by what people named', () => {
  const prior = asked(third, { confirmedAt: now });
  const next = { built: now - 40 * day, root: keyOf(first) };
  expect(mayClaim(prior, next, now)).toBe(false);
  expect(mayClaim(prior, next, now, { despite: prior.built })).toBe(true);
  expect(mayClaim(prior, next, now, { despite: prior.built - 1 })).toBe(false);
  expect(mayClaim(prior, next, now, { leaves: prior.root })).toBe(true);
});
