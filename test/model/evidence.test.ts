import { describe, expect, test } from 'vitest';
import { InputError, isPortError, isRetryable, PortError } from '../../shared/model/errors.ts';
import { all, known, knownOr, unknown } from '../../shared/model/evidence.ts';

describe('evidence', () => {
  test('is a value or why there is none', () => {
    expect(known(0)).toEqual({ complete: true, value: 0 });
    expect(unknown('denied')).toEqual({ complete: false, why: 'denied' });
  });

  test('gives way to a stand-in only where it is missing', () => {
    expect(knownOr(known(''), 'x')).toBe('');
    expect(knownOr(unknown<string>('denied'), 'x')).toBe('x');
    expect(knownOr(undefined, 'x')).toBe('x');
  });

  test('is complete together only if each part is', () => {
    expect(all([known(1), known(2)])).toEqual(known([1, 2]));
    expect(all([])).toEqual(known([]));
    expect(all([known(1), unknown<number>('denied'), unknown<number>('down')])).toEqual(unknown('denied'));
  });
});

describe('a call that failed', () => {
  const cause = new Error('slow down');
  const at = { operation: 'CopyImage', region: 'eu-west-1', code: 'RequestLimitExceeded' };
  const error = new PortError('throttled', at, 'slow down', cause);

  test('says what failed, where and why', () => {
    expect(error.message).toBe('CopyImage in eu-west-1: slow down');
    expect(error).toMatchObject({ name: 'PortError', kind: 'throttled', cause, ...at });
  });

  test('is told from other errors, and by its kind', () => {
    expect(isPortError(error)).toBe(true);
    expect(isPortError(error, 'denied', 'throttled')).toBe(true);
    expect(isPortError(error, 'denied')).toBe(false);
    expect(isPortError(cause)).toBe(false);
    expect(isPortError({ kind: 'throttled' }, 'throttled')).toBe(false);
  });

  test.each([
    ['throttled', true],
    ['unavailable', true],
    ['quota', false],
    ['denied', false],
    ['unexpected', false],
  ] as const)('%s is worth another try: %s', (kind, expected) => {
    expect(isRetryable(new PortError(kind, at, ''))).toBe(expected);
  });
});

test('wrong input says where, and what next if there is something', () => {
  const error = new InputError('no such file', 'policy.yml', 'ami-steward init');
  expect(error).toMatchObject({
    name: 'InputError',
    message: 'no such file',
    where: 'policy.yml',
    next: 'ami-steward init',
  });
  expect(new InputError('no such file', 'policy.yml').next).toBeUndefined();
});
