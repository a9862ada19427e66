import { describe, expect, test } from 'vitest';
import { keyOf } from '../../shared/model/image.ts';
import type { CopyIntent } from '../../shared/model/records.ts';
import { day, hour, minute } from '../../shared/model/time.ts';
import { copyStep, mostGenerations } from '../../shared/rules/copy-state.ts';
import { sentence } from '../../shared/rules/explain.ts';
import { worldOf } from '../../shared/rules/world.ts';
import { abroad, compiled, copyOf, idOf, image, intent, inventory, now, record, recorded, records } from './make.ts';

const root = image(1);
const copy = copyOf(root, 9);
const retired = recorded(record(copy, { role: 'copy', root: keyOf(root), approvedAt: now - day }));

type Told = [kind: string, code: string, ...more: unknown[]];

/** What is to be done, why, and when or for which time. */
function step(given: Partial<CopyIntent> | undefined, images = {}): Told {
  const world = worldOf(inventory([root], { records: records({ images }) }), compiled(), now);
  const found = copyStep(given && intent(root, given), abroad, world);
  expect(sentence(found.why)).toContain(abroad);
  expect(sentence(found.why)).not.toMatch(/something unnamed|undefined/);
  if (found.kind === 'copy') return ['copy', found.why.code, found.generation, found.again !== undefined];
  return found.kind === 'wait' ? ['wait', found.why.code, found.at] : ['stop', found.why.code];
}

describe('a copy that EC2 does not show', () => {
  test.each<[string, Partial<CopyIntent> | undefined, Told]>([
    ['was written down by a newer version', { newer: true }, ['stop', 'copy-newer']],
    ['was never asked for', undefined, ['copy', 'copy-missing', 1, false]],
    ['is about to be asked for', { state: 'intent', since: now - 5 * minute + 1 }, ['wait', 'copy-under-way', now + 1]],
    ['may not be listed yet', { state: 'copying', since: now }, ['wait', 'copy-under-way', now + 5 * minute]],
    [
      'was asked for without an answer',
      { state: 'copying', since: now - 5 * minute },
      ['copy', 'copy-missing', 1, true],
    ],
    [
      'is asked for again only after a while',
      { state: 'intent', since: now - hour, retryAt: now + 1 },
      ['wait', 'copy-retry-later', now + 1],
    ],
    ['and then is', { state: 'intent', since: now - hour, retryAt: now }, ['copy', 'copy-missing', 1, true]],
    [
      'had another date of an earlier try, which no longer counts',
      { state: 'copying', since: now - hour, retryAt: now + 1 },
      ['copy', 'copy-missing', 1, true],
    ],
    [
      'was given an id that its token gives again',
      { state: 'copying', copyId: copy.id, since: now - 15 * minute + 1 },
      ['wait', 'copy-retry-later', now + 1],
    ],
    [
      'was given one in the second try',
      { state: 'copying', copyId: copy.id, generation: 2, since: now - 2 * hour + 1 },
      ['wait', 'copy-retry-later', now + 1],
    ],
    [
      'and is made anew after its delay',
      { state: 'copying', copyId: copy.id, generation: 2, since: now - 2 * hour },
      ['copy', 'copy-retry-due', 3, false],
    ],
    ['failed for the last time', { state: 'failed', generation: 3, retryAt: now + 1 }, ['stop', 'copy-abandoned']],
    ['was given up', { state: 'abandoned', generation: 1 }, ['stop', 'copy-abandoned']],
    ['vanished after it was there', { state: 'copied', copyId: idOf(8) }, ['copy', 'copy-retry-due', 2, false]],
    ['vanished for the last time', { state: 'copied', generation: 3 }, ['stop', 'copy-abandoned']],
  ])('%s', (_name, given, expected) => expect(step(given)).toEqual(expected));

  test('F19 and was given up for want of its source is made anew after a while, since that is back', () => {
    const given = { state: 'abandoned', withoutSource: true } as const;
    expect(step({ ...given, since: now - 15 * minute + 1 })).toEqual(['wait', 'copy-retry-later', now + 1]);
    expect(step({ ...given, since: now - 15 * minute })).toEqual(['copy', 'copy-retry-due', 2, false]);
    expect(step({ ...given, generation: 3 })).toEqual(['stop', 'copy-abandoned']);
  });

  test('is not made again once we retired it', () => {
    expect(step({ state: 'copied', copyId: copy.id }, retired)).toEqual(['stop', 'retired-here']);
    expect(step({ state: 'copying', copyId: copy.id }, retired)).toEqual(['stop', 'retired-here']);
    expect(step({ state: 'copied', copyId: idOf(8) }, retired)).toEqual(['copy', 'copy-retry-due', 2, false]);
  });

  test('is tried three times', () => expect(mostGenerations).toBe(3));
});

test('a copy that was given up says what became of it, where somebody knows', () => {
  const world = worldOf(inventory([root]), compiled(), now);
  const why = (more: Partial<CopyIntent>) =>
    copyStep(intent(root, { state: 'abandoned', generation: 3, ...more }), abroad, world).why;
  expect(why({ reason: 'no key' })).toEqual({
    code: 'copy-abandoned',
    data: { region: abroad, generation: 3, reason: 'no key' },
  });
  expect(why({})).toEqual({ code: 'copy-abandoned', data: { region: abroad, generation: 3 } });
});
