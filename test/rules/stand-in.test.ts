import { describe, expect, test } from 'vitest';
import { known } from '../../shared/model/evidence.ts';
import { type Image, keyOf } from '../../shared/model/image.ts';
import type { PublishImage } from '../../shared/model/plan.ts';
import { mayClaim, type PointerRecord } from '../../shared/model/pointer.ts';
import type { ImageRecord, Revocation } from '../../shared/model/records.ts';
import { day, hour } from '../../shared/model/time.ts';
import { decide } from '../../shared/rules/decide.ts';
import { sentence } from '../../shared/rules/explain.ts';
import { compiled, inventory, now, policy, record, recorded, records, retain } from './make.ts';
import { aged, asked, names, parameterKey, publish } from './pointed.ts';

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
  return decide(world, compiled(policy({ publish })), now);
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
  });

  test('has no effect on a pointer that never named the revoked image', () => {
    const given: Given = { words: [[second, { to: keyOf(first) }]] };
    expect(moves(given)).toEqual([]);
    expect(saidOf(third, given)).toContain('/golden/x86_64/latest in us-east-1 names it');
  });

  test('is not retired as long as pointers follow it', () => {
    const old = [1, 2, 3, 5].map((number) => aged(number, (200 - number) * day));
    const [face, , , bad] = old as [Image, Image, Image, Image];
    const steps = (last: PointerRecord) => {
      const images = recorded(
        ...old.map((one) => record(one, { finishedAt: now - 100 * day })),
        record(bad, { revoked: { at: said, reason: 'CVE-1', to: keyOf(face) } }),
      );
      const pointers = { [parameterKey]: known(names(last.image)) };
      const world = inventory(old, { pointers, records: records({ images, pointers: { [parameterKey]: last } }) });
      const rules = policy({ publish, retain: retain() });
      return decide(world, compiled(rules), now).actions.filter(({ image }) => image === keyOf(face));
    };
    const stays = { confirmedAt: now - hour };
    expect(steps(asked(face, { ...stays, leaves: keyOf(bad) }))).toEqual([]);
    expect(steps(asked(bad, stays)).map(({ kind }) => kind)).toEqual(['publish-image']);
    expect(steps(asked(face, stays)).map(({ kind }) => kind)).toEqual(['deprecate-image']);
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
