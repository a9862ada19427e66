import { expect, test } from 'vitest';
import { known } from '../../shared/model/evidence.ts';
import { type Image, keyOf } from '../../shared/model/image.ts';
import type { PublishImage } from '../../shared/model/plan.ts';
import type { PointerRecord, PointerState } from '../../shared/model/pointer.ts';
import type { ImageRecord } from '../../shared/model/records.ts';
import { day, hour } from '../../shared/model/time.ts';
import { decide } from '../../shared/rules/decide.ts';
import { compiled, inventory, now, policy, record, recorded, records } from './make.ts';
import { aged, asked, names, parameterKey, publish } from './pointed.ts';
import { told } from './told.ts';

const [first, second, third] = [aged(1, 40 * day), aged(2, 30 * day), aged(3, 20 * day)];
const seen = { confirmedAt: now - day };

function planOf(
  images: readonly Image[],
  state: PointerState,
  last?: PointerRecord,
  more: readonly ImageRecord[] = [],
) {
  const kept = recorded(...images.map((one) => record(one)), ...more);
  const world = inventory(images, {
    pointers: { [parameterKey]: known(state) },
    records: records({ images: kept, pointers: last ? { [parameterKey]: last } : {} }),
  });
  return told(decide(world, compiled(policy({ publish })), now));
}
const moves = (...given: Parameters<typeof planOf>) =>
  planOf(...given)
    .actions.filter((action): action is PublishImage => action.kind === 'publish-image')
    .map(({ image }) => image);
const obstacles = (...given: Parameters<typeof planOf>) =>
  planOf(...given)
    .verdicts.flatMap(({ reasons }) => reasons)
    .filter(({ code }) => code.startsWith('pointer-'))
    .map(({ code, data }) => [code, data?.image]);

test('a pointer that names a newer image, listed no more, stays, and says which', () => {
  const given = [[first, second], names(third.id), undefined, [record(third)]] as const;
  expect(moves(...given)).toEqual([]);
  expect(obstacles(...given)).toEqual([['pointer-ahead', third.id]]);
});

test('a pointer that names an image whose age nobody knows is somebody else’s, unless it was asked to name it', () => {
  const { createdAt: _unread, ...undated } = third;
  expect(obstacles([first, undated], names(third.id))).toEqual([['pointer-foreign', third.id]]);
  expect(obstacles([first, undated], names(third.id), asked(third, seen))).toEqual([['pointer-ahead', third.id]]);
});

test('a pointer that was named and is there no more is named anew', () => {
  expect(moves([first, second], { kind: 'absent' }, asked(second, seen))).toEqual([keyOf(second)]);
});

test('what was built in the very moment of the word is not in the way of what people named', () => {
  const said = now - hour;
  const revoked = record(third, { revoked: { at: said, reason: 'CVE-1', to: keyOf(first) } });
  const moved = (at: number) =>
    moves([first, third, aged(4, now - at)], names(aged(4, 0).id), asked(third, seen), [revoked]);
  expect([moved(said), moved(said + 1)]).toEqual([[keyOf(first)], []]);
});
