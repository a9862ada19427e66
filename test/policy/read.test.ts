import { expect, test } from 'vitest';
import { readPolicy } from '../../cli/policy/read.ts';
import { sourcesThatMayBeOff } from '../../shared/model/policy-retain.ts';
import { compiled, firstPolicy, onePolicy, places, problemsOf } from './files.ts';

const wrongInSixWays = `version: 1
policies:
  - name: golden-al2023
    mode: aply
    select: { name: "golden-*" }
    family: { key: "{tag:Family}" }
    share:
      accounts: [012345678901]
    retain:
      keepLst: 3
      maxAge: 180
      stages: { deregister: { afterDisabled: 30m } }
`;

test('F44 Six kinds of mistakes come at once, each at its place, with what was probably meant', () => {
  const problems = problemsOf(wrongInSixWays);
  expect(problems.map(({ line, column, message, rule }) => `${line}:${column} ${message} [${rule}]`)).toEqual([
    '4:11 mode: "aply" is not plan or apply; did you mean "apply"? [schema/value]',
    '8:18 accounts: 012345678901 is read as a number; put it in quotes [share/unquoted-account]',
    '10:7 unknown key "keepLst"; did you mean "keepLast"? [schema/unknown-key]',
    '11:15 maxAge: 180 has no unit; write 180d [schema/duration]',
    '12:17 deregister without disable; an image must be disabled first [retain/stage-without-predecessor]',
    '12:46 afterDisabled: no minutes here; did you mean 30d? [schema/duration]',
  ]);
  expect(problems.map(({ suggestion }) => suggestion)).toEqual([
    'apply',
    undefined,
    'keepLast',
    '180d',
    undefined,
    '30d',
  ]);
  expect(problems.every(({ file, severity }) => file === 'policy.yml' && severity === 'error')).toBe(true);
});

test.each([
  ['3 months', 'did you mean 90d?'],
  ['1y', 'did you mean 365d?'],
  ['30 days', 'did you mean 30d?'],
  ['"180"', 'write 180d'],
  ['1.5d', 'is no duration'],
  ['-3d', 'is no duration'],
  ['true', 'is no duration'],
  ['30m', 'no minutes here'],
  ['3q', 'no unit that is known'],
])('F44 A maximum age of %s is refused and explained', (written, expected) => {
  const [problem, ...more] = problemsOf(
    onePolicy(`family: { key: "{name}" }\nretain: { stages: {}, maxAge: ${written} }`),
  );
  expect(more).toEqual([]);
  expect(problem).toMatchObject({ rule: 'schema/duration', line: 6, column: 35 });
  expect(problem?.message).toContain(expected);
});

test.each([
  ['12h', 12 * 3_600_000],
  ['30d', 30 * 86_400_000],
  ['6w', 42 * 86_400_000],
])('A maximum age of %s is taken in milliseconds', (written, milliseconds) => {
  const policy = firstPolicy(onePolicy(`family: { key: "{name}" }\nretain: { stages: {}, maxAge: ${written} }`));
  expect(policy.retain?.maxAge).toBe(milliseconds);
});

test.each([
  ['an open bracket', 'version: 1\npolicies: [', '2:12 schema/yaml'],
  ['an alias to nowhere', 'version: *nowhere', '1:1 schema/yaml'],
  ['an alias in its own anchor', 'version: &a { b: *a }', '1:1 schema/yaml'],
  ['a tab', '\tversion: 1', '1:1 schema/yaml'],
  ['a second document', `${onePolicy('')}\n---\nversion: 1\n`, '5:1 schema/yaml'],
  ['nothing at all', '', '1:1 schema/type'],
  ['a list', '[1]', '1:1 schema/type'],
])('A file with %s is refused with its place', (_what, text, place) => {
  expect(places(problemsOf(text))).toEqual([place]);
});

test('A key that stands twice is an error beside all others', () => {
  expect(places(problemsOf(onePolicy('mode: plan\nmode: aply')))).toEqual([
    '6:5 schema/duplicate-key',
    '6:11 schema/value',
  ]);
});

test('A missing key has the place of the key that lacks it', () => {
  expect(problemsOf(onePolicy('copy: { to: [{ region: eu-west-1 }] }'))).toMatchObject([
    { line: 5, column: 5, rule: 'schema/missing', message: 'copy: "since" is missing' },
  ]);
});

test('A key that would vanish without a word is an unknown key', () => {
  const text = onePolicy('', 'select: { tags: { __proto__: x, Team: web } }');
  expect(places(problemsOf(text))).toEqual(['4:23 schema/unknown-key']);
});

test.each(sourcesThatMayBeOff)('The usage source %s can be switched off, with a warning', (source) => {
  const problems = problemsOf(
    onePolicy(`family: { key: "{name}" }\nretain: { stages: {}, guards: { off: [${source}] } }`),
  );
  expect(problems.map(({ rule, message }) => `${rule} ${message}`)).toEqual([
    `guards/source-off off: images used only by ${source} will look unused`,
  ]);
});

test('The guard over instances can never be switched off', () => {
  const problems = problemsOf(
    onePolicy('family: { key: "{name}" }\nretain: { stages: {}, guards: { off: [instances] } }'),
  );
  expect(problems.map(({ message }) => message)).toEqual(['off: "instances" can never be switched off']);
});

test.each([
  ['{ id: "222233334444", unil: 2027-01-01 }', 'unknown key "unil"; did you mean "until"?'],
  ['{ id: 222233334444, until: 2027-01-01 }', 'id: 222233334444 is read as a number; put it in quotes'],
  ['{ id: "222233334444", until: 2027-02-30 }', 'until: "2027-02-30" is not a date such as 2027-03-31'],
  ['"2222"', 'accounts: "2222" is not an account id of 12 digits'],
])('Of the two ways to write a share, %s is judged by the one that was meant', (entry, message) => {
  expect(problemsOf(onePolicy(`share: { accounts: [${entry}] }`)).map((problem) => problem.message)).toContain(message);
});

test('Numbers and truth values where text belongs ask for quotes', () => {
  const problems = problemsOf(onePolicy('', 'select: { tags: { Keep: true, Cost: 0440 } }'));
  expect(problems.map(({ message }) => message)).toEqual([
    'Keep: true is read as true or false; put it in quotes',
    'Cost: 0440 is read as a number; put it in quotes',
  ]);
});

test('The same policy as JSON reads the same, with positions', () => {
  const json =
    '{\n "$schema": "./policy.schema.json",\n "version": 1,\n "policies": [{ "name": "web", "select": { "name": "web-*" } }]\n}';
  expect(compiled(json)).toEqual(compiled(onePolicy('')));
  expect(places(problemsOf(json.replace('"web-*"', '7')))).toEqual(['4:52 schema/type']);
});

test('Lines are known by the name of the policy, and by what a plan calls the part', () => {
  const text = onePolicy(`share:
  accounts: ["222233334444"]
copy:
  since: all
  to:
    - region: eu-west-1
      kmsKey: alias/web
    - region: us-west-2
      kmsKey: alias/web`);
  const read = readPolicy(text, 'policy.yml');
  expect(read.ok && read.lines).toMatchObject({
    version: 1,
    web: 3,
    'web/select/name': 4,
    'web/share': 5,
    'web/share/accounts/0': 6,
    'web/share/account:222233334444': 6,
    'web/copy/to/0': 10,
    'web/copy/to/us-west-2': 12,
    'web/copy/to/1/kmsKey': 13,
  });
});
