import { describe, expect, test } from 'vitest';
import { type Code, codes, type Reason } from '../../shared/model/codes.ts';
import { sentence } from '../../shared/rules/explain.ts';

const told = (code: Code, data?: Reason['data']): string => sentence(data ? { code, data } : { code });

test.each(Object.keys(codes) as Code[])('%s is told in words, also where its figures are lacking', (code) => {
  expect(told(code)).toMatch(/^\S.*\S$/);
  expect(told(code)).not.toContain('undefined');
});

describe('a sentence has the figures that it is about', () => {
  const [region, why, state] = ['eu-west-1', 'access denied', 'failed'];
  test.each<[Code, NonNullable<Reason['data']>, string[]]>([
    ['selection-undecided', { key: 'sharedWith', why }, ['sharedWith', why]],
    ['image-failed', { state, reason: 'no disk' }, [state, 'no disk']],
    ['not-available-yet', { image: 'eu-west-1/ami-1' }, ['eu-west-1/ami-1']],
    ['revoked', { since: '2026-11-01', reason: 'bad key' }, ['2026-11-01', 'bad key']],
    ['frozen', { scope: 'all', why: 'incident 7' }, ['all', 'incident 7']],
    ['bin-unread', { region, why }, [region, why]],
    ['bin-keeps', { rule: 'r-1', days: 30 }, ['r-1', '30']],
    ['policy-conflict', { field: 'family.key', policies: ['a', 'b'] }, ['a, b', 'family.key']],
  ])('%s', (code, data, figures) => {
    for (const figure of figures) expect(told(code, data)).toContain(figure);
  });

  test('and says nothing twice, nor what it does not know', () => {
    expect(told('image-failed', { state, reason: state }).split(state)).toHaveLength(2);
    expect(told('not-available-yet')).toBe('it is not available yet');
    expect(told('image-failed')).toContain('something unnamed');
  });
});
