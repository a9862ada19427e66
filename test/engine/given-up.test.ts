import { expect, test } from 'vitest';
import { recordingOf } from '../../shared/engine/recording.ts';
import { known } from '../../shared/model/evidence.ts';
import type { Image } from '../../shared/model/image.ts';
import type { CopyIntent } from '../../shared/model/records.ts';
import { hour, minute } from '../../shared/model/time.ts';
import { decide } from '../../shared/rules/decide.ts';
import {
  compiled,
  copyOf,
  copyTo,
  image,
  intent,
  intents,
  inventory,
  marked,
  now,
  policy,
  records,
} from '../rules/make.ts';

const root = marked(image(1));
const copy = copyOf(root, 2);
const rules = compiled(policy({ copy: copyTo('eu-west-1') }));

/** What becomes of an intent of the third try, as it is written down. */
function next(more: Partial<CopyIntent>, ...others: Image[]): string | undefined {
  const third = intent(root, { generation: 3, copyId: copy.id, ...more });
  const seen = inventory([root, ...others], { records: records({ intents: intents(third) }) });
  return recordingOf(seen, rules, decide(seen, rules, now), now).intents[0]?.state;
}

test('a third try that EC2 refused or that failed is the last', () => {
  const { copyId: _none, ...refused } = intent(root, { state: 'failed', generation: 3, since: now - 5 * hour });
  const seen = inventory([root], { records: records({ intents: intents(refused) }) });
  expect(recordingOf(seen, rules, decide(seen, rules, now), now).intents).toMatchObject([{ state: 'abandoned' }]);
  expect(next({}, { ...copy, state: 'failed' })).toBe('abandoned');
  expect(next({ generation: 2 }, { ...copy, state: 'failed' })).toBe('failed');
});

test('a third copy that is not shown yet is waited for before it is given up', () => {
  expect(next({ since: now - 20 * minute })).toBeUndefined();
  expect(next({ since: now - 5 * hour })).toBe('abandoned');
});

test('a copy that is there after all is no longer given up', () => {
  expect(next({ state: 'abandoned' })).toBeUndefined();
  expect(next({ state: 'abandoned' }, { ...copy, state: 'failed' })).toBeUndefined();
  expect(next({ state: 'abandoned' }, copy)).toBe('copied');
});

test.each(['transient', 'somewhere-new'])('a copy in the state %s is neither failed nor made again', (state) => {
  const odd = { ...copy, state: state as Image['state'] };
  for (const generation of [1, 3]) expect(next({ generation }, odd)).toBeUndefined();
  const plan = decide(inventory([root, odd]), rules, now);
  expect(plan.actions.map(({ kind }) => kind)).toEqual([]);
});

test('a failed copy of which nobody could write down the id counts as the try that it was', () => {
  const { copyId: _none, ...asked } = intent(root, { state: 'intent', generation: 2, since: now - hour });
  const recordedWith = (failed: Partial<Image>) => {
    const seen = inventory([root, { ...copy, state: 'failed', ...failed }], {
      records: records({ intents: intents(asked) }),
    });
    return recordingOf(seen, rules, decide(seen, rules, now), now).intents;
  };
  expect(recordedWith({ createdAt: now - hour })).toMatchObject([{ state: 'failed', generation: 2, copyId: copy.id }]);
  expect(recordedWith({ createdAt: now - 2 * hour })).toEqual([]);
  expect(recordedWith({ createdAt: now - hour, tags: known({}) })).toEqual([]);
});
