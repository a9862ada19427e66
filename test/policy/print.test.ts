import { expect, test } from 'vitest';
import { countsLine, githubAnnotations, problemTable } from '../../cli/policy/print.ts';
import type { Problem } from '../../cli/policy/read.ts';

const problem = (line: number, column: number, more: Partial<Problem> = {}): Problem => ({
  file: 'policy.yml',
  line,
  column,
  severity: 'error',
  message: 'mode: "aply" is not plan or apply',
  rule: 'schema/value',
  ...more,
});

test('Problems are printed as a table of place, severity, message and rule', () => {
  const problems = [
    problem(4, 11),
    problem(12, 117, { severity: 'warning', message: 'key: no placeholder', rule: 'family/single' }),
  ];
  expect(problemTable(problems)).toBe(
    [
      'policy.yml:4:11    error    mode: "aply" is not plan or apply   schema/value',
      'policy.yml:12:117  warning  key: no placeholder                 family/single',
    ].join('\n'),
  );
});

test('A message cannot break out of its line', () => {
  expect(problemTable([problem(1, 1, { message: 'a\nb\u001b[31mc' })])).toBe(
    'policy.yml:1:1  error  a b [31mc   schema/value',
  );
});

test('For GitHub every problem is an annotation, with what has a meaning there escaped', () => {
  expect(githubAnnotations([problem(4, 11, { file: 'a,b:c.yml', message: '100 %\nmore, or: less' })])).toBe(
    '::error file=a%2Cb%3Ac.yml,line=4,col=11,title=schema/value::100 %25%0Amore, or: less',
  );
});

test('The last line counts', () => {
  const warning = problem(1, 1, { severity: 'warning' });
  expect(countsLine([], 'policy.yml')).toBe('No problems in policy.yml.');
  expect(countsLine([warning], 'policy.yml')).toBe('1 warning in policy.yml.');
  expect(countsLine([problem(1, 1), problem(2, 1), warning], 'p.yml')).toBe(
    '2 errors and 1 warning in p.yml. Nothing was compiled.',
  );
});
