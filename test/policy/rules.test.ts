import { describe, expect, test } from 'vitest';
import { readPolicy } from '../../cli/policy/read.ts';
import { isRule, ruleTable } from '../../cli/policy/rule-table.ts';
import { onePolicy, policies, problemsOf } from './files.ts';
import { ruleCases } from './rule-cases.ts';

const now = Date.UTC(2026, 5, 1, 12);

describe('Every rule has a file that breaks it and a near one that does not', () => {
  test.each(ruleCases)('$rule at $place', ({ rule, wrong, place, right }) => {
    const found = problemsOf(wrong, now).filter((problem) => problem.rule === rule);
    expect(found.map(({ line, column }) => `${line}:${column}`)).toEqual([place]);
    expect(found[0]?.severity).toBe(ruleTable[rule].severity);
    expect(problemsOf(right, now)).toEqual([]);
  });

  test('None is left out', () => {
    expect([...new Set(ruleCases.map(({ rule }) => rule))].sort()).toEqual(
      Object.keys(ruleTable).filter(isRule).sort(),
    );
  });
});

test.each(ruleCases)('A file compiles unless an error stands in it: $rule', ({ rule, wrong }) => {
  expect(readPolicy(wrong, 'policy.yml', { now }).ok).toBe(ruleTable[rule].severity === 'warning');
});

test('Without the time, no share is called past', () => {
  const past = ruleCases.find(({ rule }) => rule === 'share/until-past');
  expect(problemsOf(past?.wrong ?? '')).toEqual([]);
});

test('A conflict names the other policy and its line', () => {
  const text = policies({
    one: 'select: { name: web }\nshare: { exact: true }',
    other: 'select: { name: "w*" }\nshare: { exact: false }',
  });
  expect(problemsOf(text).map(({ message }) => message)).toEqual([
    'exact: false here, true for the same images in policy "one" (line 3)',
  ]);
});

test('An override is not called unused while the value that it excuses cannot be read', () => {
  const text = policies({
    one: `select: { name: web }
family: { key: "{name}" }
retain: { stages: { deprecate: { afterSuperseded: 1 } } }
overrides: [{ rule: retain/min-age, reason: rebuilt every night }]`,
  });
  expect(problemsOf(text).map(({ rule }) => rule)).toEqual(['schema/duration']);
});

test('An override of a rule that allows none excuses nothing', () => {
  const text = policies({
    one: `select: { name: web }
family: { key: "{name}" }
retain: { stages: {}, guards: { lastLaunchedWithin: 1d } }
overrides: [{ rule: retain/last-launched-under-2d, reason: rebuilt every night }]`,
  });
  expect(problemsOf(text).map(({ rule }) => rule)).toEqual(['retain/last-launched-under-2d', 'override/unknown']);
});

test('A mistake that two policies share by an alias is reported once', () => {
  const text = 'version: 1\npolicies:\n  - { name: one, select: &s { nam: web } }\n  - { name: two, select: *s }';
  expect(problemsOf(text).filter(({ rule }) => rule === 'schema/unknown-key')).toHaveLength(1);
});

test('A word of which no letter fits is no suggestion', () => {
  expect(problemsOf(onePolicy('zzzz: 1')).map(({ message }) => message)).toEqual(['unknown key "zzzz"']);
});
