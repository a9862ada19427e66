import { describe, expect, test } from 'vitest';
import {
  claimLife,
  everyNamed,
  isNewer,
  mayClaim,
  namedBy,
  type PointerRecord,
  type PointerState,
  pointerKey,
} from '../../shared/model/pointer.ts';
import { minute } from '../../shared/model/time.ts';
import { now } from '../rules/make.ts';

const template = (latest?: string, standard?: string): PointerState => ({
  kind: 'launch-template',
  id: 'lt-1',
  publishable: true,
  latest: { version: 2, ...(latest && { image: latest }) },
  default: { version: 1, ...(standard && { image: standard }) },
});

test('a pointer is known by Region, kind and name', () => {
  expect(pointerKey({ kind: 'parameter', region: 'eu-west-1', name: '/a' })).toBe('eu-west-1 parameter /a');
});

test.each<[string, PointerState, boolean, string | undefined]>([
  ['nothing where it is absent', { kind: 'absent' }, false, undefined],
  ['the value of a parameter', { kind: 'parameter', value: 'ami-1' }, true, 'ami-1'],
  ['the latest version', template('ami-2', 'ami-1'), false, 'ami-2'],
  ['the default version where that is moved', template('ami-2', 'ami-1'), true, 'ami-1'],
])('a pointer names %s', (_name, state, setDefault, expected) => expect(namedBy(state, setDefault)).toBe(expected));

test.each<[string, PointerState, string[]]>([
  ['nothing', { kind: 'absent' }, []],
  ['both versions', template('ami-2', 'ami-1'), ['ami-2', 'ami-1']],
  ['an image in both versions once', template('ami-2', 'ami-2'), ['ami-2']],
  ['the version that has an image', template(undefined, 'ami-1'), ['ami-1']],
])('somebody may follow a pointer to %s', (_name, state, expected) => expect(everyNamed(state)).toEqual(expected));

const release = (built: number, root: 'eu-west-1/ami-1' | 'eu-west-1/ami-2' = 'eu-west-1/ami-1') => ({ built, root });

test.each([
  ['built later', release(2), release(1), true],
  ['built earlier', release(1), release(2), false],
  ['built earlier, with the later root', release(1, 'eu-west-1/ami-2'), release(2), false],
  ['of the same moment, with the later root', release(1, 'eu-west-1/ami-2'), release(1), true],
  ['the very same', release(1), release(1), false],
])('a release that is %s is newer: %s', (_name, one, other, expected) => expect(isNewer(one, other)).toBe(expected));

describe('a pointer may be asked for', () => {
  const prior = (more: Partial<PointerRecord> = {}): PointerRecord => ({
    pointer: { kind: 'parameter', region: 'eu-west-1', name: '/a' },
    image: 'ami-1',
    setDefault: false,
    policy: 'golden',
    attempt: 1,
    run: 'r',
    since: now - claimLife,
    ...release(5),
    ...more,
  });

  test.each<[string, PointerRecord | undefined, number, boolean]>([
    ['when nobody did', undefined, 5, true],
    ['again, once the claim is over', prior(), 5, true],
    ['not a moment before', prior({ since: now - claimLife + 1 }), 5, false],
    ['at once when it was seen to move', prior({ since: now, confirmedAt: now }), 5, true],
    ['by a newer image', prior({ confirmedAt: now }), 6, true],
    ['never by an older one', prior({ confirmedAt: now }), 4, false],
    ['nor by an older one when the claim is over', prior(), 4, false],
  ])('%s', (_name, record, built, expected) => expect(mayClaim(record, release(built), now)).toBe(expected));

  test('for five minutes by nobody else', () => expect(claimLife).toBe(5 * minute));
});
