import { describe, expect, test } from 'vitest';
import { noticeWords } from '../../shared/model/notice.ts';
import { compilePolicy, familyWords, policyFileSchema, policyJsonSchema } from '../../shared/model/policy-schema.ts';
import { day } from '../../shared/model/time.ts';

type Written = Record<string, unknown>;

const parse = (policy: Written, file: Written = {}) =>
  policyFileSchema.safeParse({ version: 1, policies: [{ name: 'golden', select: { name: 'x' }, ...policy }], ...file });
const read = (policy: Written, file: Written = {}) => {
  const result = parse(policy, file);
  if (!result.success) throw result.error;
  return result.data.policies[0];
};
const takes = (policy: Written, file: Written = {}): boolean => parse(policy, file).success;

const stages = { deprecate: { afterSuperseded: '14d' } };
const retain = (more: Written = {}): Written => ({ retain: { stages, ...more } });
const copy = (more: Written = {}): Written => ({ copy: { to: [{ region: 'eu-west-1' }], since: 'all', ...more } });
const publish = (more: Written): Written => ({ publish: more });
const parameter = (name: string): Written => publish({ ssm: [{ parameter: name }] });
const template = (name: string): Written => publish({ launchTemplates: [{ name }] });
const topic = 'arn:aws:sns:us-east-1:111122223333:news';

test('what is not written is what is careful', () => {
  expect(
    read({
      ...retain(),
      ...copy(),
      share: {},
      publish: { ssm: [{ parameter: '/a/b' }], launchTemplates: [{ name: 'web' }] },
    }),
  ).toEqual({
    name: 'golden',
    mode: 'plan',
    select: { name: ['x'], rootDevice: ['ebs'], regions: [] },
    copy: {
      to: [{ region: 'eu-west-1' }],
      name: '{name}',
      copyTags: true,
      addTags: {},
      since: 'all',
      maxInFlight: 5,
      maxPerDay: 100,
    },
    share: { with: [], exact: false, snapshots: false, kms: 'verify' },
    publish: {
      when: 'all-regions',
      ssm: [{ parameter: '/a/b', regions: 'all' }],
      launchTemplates: [{ name: 'web', setDefault: false }],
    },
    lineage: { stampTags: true },
    retain: {
      unit: 'lineage',
      keepLast: 3,
      keepPublished: true,
      stages: { deprecate: { afterSuperseded: 14 * day } },
      guards: {
        off: [],
        templateDepth: 20,
        sharedAccounts: true,
        lastLaunchedWithin: 30 * day,
        descendants: 'keep',
        onUnknown: 'keep',
        minInUse: 1,
      },
      exclude: { tags: {}, images: [] },
      keepTag: 'ami-steward:keep-until',
      limits: { perPlan: 5, percentOfFamily: 10 },
      recycleBin: 'optional',
    },
    overrides: [],
  });
  expect(read({ publish: {} })?.publish).toEqual({ when: 'all-regions', ssm: [], launchTemplates: [] });
});

test('a deregistration deletes snapshots, and a window opens on each day, unless it says otherwise', () => {
  const all = { ...stages, disable: { afterDeprecated: '1d' }, deregister: { afterDisabled: '2d' } };
  expect(read({ retain: { stages: all, window: { from: '09:00', to: '24:00' } } })?.retain).toMatchObject({
    stages: { deregister: { afterDisabled: 2 * day, deleteSnapshots: true } },
    window: { days: ['FRI', 'MON', 'SAT', 'SUN', 'THU', 'TUE', 'WED'], from: 540, to: 1440, timezone: 'UTC' },
  });
});

test('a copy takes its time, unless it says how long it may', () => {
  const to = (more: Written) => read(copy({ to: [{ region: 'eu-west-1', ...more }] }))?.copy?.to;
  expect(to({})).toStrictEqual([{ region: 'eu-west-1' }]);
  expect(to({ completeWithin: '2h' })).toStrictEqual([{ region: 'eu-west-1', completeWithinMinutes: 120 }]);
});

describe('the mode is that of the policy, else of the file, else plan', () => {
  test.each([
    [{}, {}, 'plan'],
    [{}, { defaults: { mode: 'apply' } }, 'apply'],
    [{ mode: 'plan' }, { defaults: { mode: 'apply' } }, 'plan'],
    [{ mode: 'apply' }, {}, 'apply'],
  ])('%j in %j', (policy, file, mode) => expect(read(policy, file)?.mode).toBe(mode));
});

describe('limits of what may be written', () => {
  test.each<[string, (value: unknown) => Written, number, number]>([
    ['keepLast', (value) => retain({ keepLast: value }), 2, 10_000],
    ['templateDepth', (value) => retain({ guards: { templateDepth: value } }), 1, 10_000],
    ['minInUse', (value) => retain({ guards: { minInUse: value } }), 0, 1_000_000],
    ['perPlan', (value) => retain({ limits: { perPlan: value } }), 1, 10_000],
    ['percentOfFamily', (value) => retain({ limits: { percentOfFamily: value } }), 1, 100],
    ['maxInFlight', (value) => copy({ maxInFlight: value }), 1, 100],
    ['maxPerDay', (value) => copy({ maxPerDay: value }), 1, 10_000],
  ])('%s', (_name, written, least, most) => {
    expect([least - 1, least, most, most + 1].map((value) => takes(written(value)))).toEqual([
      false,
      true,
      true,
      false,
    ]);
  });

  test.each<[string, Written, boolean]>([
    ['a name of one letter', { name: 'a' }, false],
    ['a name of two', { name: 'ab' }, true],
    ['a name of 63', { name: 'a'.repeat(63) }, true],
    ['a name of 64', { name: 'a'.repeat(64) }, false],
    ['a name that begins with a digit', { name: '1a' }, false],
    ['a name in capitals', { name: 'Ab' }, false],
    ['a name with two hyphens', { name: 'a--b' }, false],
    ['a name that ends with one', { name: 'ab-' }, false],
    ['a name of several words', { name: 'a1-b2-3' }, true],
    ['a name with something before it', { name: '-ab' }, false],
    ['an unknown key', { keepLst: 3 }, false],
    ['an unknown mode', { mode: 'aply' }, false],
    ['a family without a key', { family: { key: '' } }, false],
    ['a short reason', { overrides: [{ rule: 'x', reason: '123456789' }] }, false],
    ['a reason of ten letters', { overrides: [{ rule: 'x', reason: '1234567890' }] }, true],
    ['owners that are none', { select: { name: 'x', owners: [] } }, false],
    ['owners but oneself', { select: { name: 'x', owners: ['amazon'] } }, false],
    ['oneself as owner', { select: { name: 'x', owners: ['self'] } }, true],
    ['an unknown architecture', { select: { name: 'x', architecture: ['arm'] } }, false],
    [
      'every architecture',
      { select: { name: 'x', architecture: ['x86_64', 'arm64', 'i386', 'x86_64_mac', 'arm64_mac'] } },
      true,
    ],
    ['an unknown platform', { select: { name: 'x', platform: ['mac'] } }, false],
    ['each platform', { select: { name: 'x', platform: ['linux', 'windows'] } }, true],
    ['each root device', { select: { name: 'x', rootDevice: ['ebs', 'instance-store'] } }, true],
    ['an unknown severity', { select: { name: 'x', severityAtLeast: 'bad' } }, false],
    ['copies to nowhere', copy({ to: [] }), false],
    ['copies since some day', copy({ since: '2026-01-01' }), true],
    ['copies since ever', copy({ since: 'ever' }), false],
    ['copies since nobody says when', { copy: { to: [{ region: 'eu-west-1' }] } }, false],
    ['instances switched off', retain({ guards: { off: ['instances'] } }), false],
    ['launch templates switched off', retain({ guards: { off: ['launch-templates'] } }), true],
    ['an empty tag that keeps', retain({ keepTag: '' }), false],
    ['a notice to nobody', retain({ notice: { before: '1d', owner: '' } }), false],
    ['a notice', retain({ notice: { before: '1d' } }), true],
    ['a unit of lineages', retain({ unit: 'lineage' }), true],
    ['a unit of images', retain({ unit: 'image' }), true],
    ['a unit of something else', retain({ unit: 'family' }), false],
    ['a bin that is demanded', retain({ recycleBin: 'required' }), true],
    ['a bin that is not', retain({ recycleBin: 'optional' }), true],
    ['a bin that is something else', retain({ recycleBin: 'none' }), false],
    ['a source that fails and keeps', retain({ guards: { onUnknown: 'keep' } }), true],
    ['a source that fails and ends the run', retain({ guards: { onUnknown: 'fail' } }), true],
    ['a source that fails and lets go', retain({ guards: { onUnknown: 'ignore' } }), false],
    ['children that keep', retain({ guards: { descendants: 'keep' } }), true],
    ['children that are warned of', retain({ guards: { descendants: 'warn' } }), true],
    ['children that are ignored', retain({ guards: { descendants: 'ignore' } }), true],
    ['children that are asked', retain({ guards: { descendants: 'ask' } }), false],
    ['a parameter of one level', parameter('/latest'), true],
    ['a parameter of two levels', parameter('/golden/latest'), true],
    ['a parameter of 15 levels', parameter(`/a${'/b'.repeat(14)}`), true],
    ['a parameter of 16', parameter(`/a${'/b'.repeat(15)}`), false],
    ['a parameter with a placeholder', parameter('/golden/{tag:Family}-{architecture}/latest'), true],
    ['a placeholder in the first level', parameter('/{name}/latest'), false],
    ['a placeholder with a slash', parameter('/golden/{a/b}'), false],
    ['an empty placeholder', parameter('/golden/{}'), false],
    ['a placeholder in another', parameter('/golden/{a{b}}'), false],
    ["a parameter of AWS's own", parameter('/aws/latest'), false],
    ["a parameter of Systems Manager's own", parameter('/SSM/latest'), false],
    ['a parameter without its slash', parameter('golden/latest'), false],
    ['a parameter with a slash at its end', parameter('/golden/latest/'), false],
    ['a parameter in all Regions', publish({ ssm: [{ parameter: '/a/b', regions: 'all' }] }), true],
    ['a parameter in some', publish({ ssm: [{ parameter: '/a/b', regions: ['eu-west-1'] }] }), true],
    ['a parameter in none', publish({ ssm: [{ parameter: '/a/b', regions: [] }] }), false],
    ['a parameter in every Region', publish({ ssm: [{ parameter: '/a/b', regions: 'every' }] }), false],
    ['a launch template of two letters', template('ab'), false],
    ['a launch template of three', template('a-1'), true],
    ['a launch template of 128', template('a'.repeat(128)), true],
    ['a launch template of 129', template('a'.repeat(129)), false],
    ['a launch template with a placeholder', template('{name}().-/_x'), true],
    ['a launch template with a space', template('web fleet'), false],
    ['publishing in all Regions together', publish({ when: 'all-regions' }), true],
    ['publishing in each Region apart', publish({ when: 'each-region' }), true],
    ['publishing at some time', publish({ when: 'now' }), false],
    ['a topic for mail', { notify: [{ on: ['copied'], sns: topic }] }, true],
    ['a topic for chat', { notify: [{ on: ['copied'], chat: topic.replace('aws', 'aws-cn') }] }, true],
    ['a topic of 256 letters', { notify: [{ on: ['copied'], sns: topic.replace('news', 'n'.repeat(256)) }] }, true],
    ['a topic of 257', { notify: [{ on: ['copied'], sns: topic.replace('news', 'n'.repeat(257)) }] }, false],
    ['a topic of another service', { notify: [{ on: ['copied'], sns: topic.replace('sns', 'sqs') }] }, false],
    ['a topic with something before it', { notify: [{ on: ['copied'], sns: `x${topic}` }] }, false],
    ['a topic with something behind it', { notify: [{ on: ['copied'], sns: `${topic}/x` }] }, false],
    ['a topic of a short account', { notify: [{ on: ['copied'], sns: topic.replace('111122223333', '1') }] }, false],
    ['a word that means nothing', { notify: [{ on: ['copyed'], sns: topic }] }, false],
    ['every word that means something', { notify: [{ on: [...noticeWords], sns: topic }] }, true],
    ['kms that only looks', { share: { kms: 'verify' } }, true],
    ['kms that grants', { share: { kms: 'grant' } }, true],
    ['kms that is off', { share: { kms: 'off' } }, true],
    ['kms that does something else', { share: { kms: 'on' } }, false],
  ])('%s', (_name, policy, expected) => expect(takes(policy)).toBe(expected));

  test.each<[string, Written, boolean]>([
    ['no policy at all', { policies: [] }, false],
    ['another version', { version: 2 }, false],
    ['a schema for editors', { $schema: './policy.schema.json' }, true],
    ['an unknown key', { polices: [] }, false],
    ['an unknown default', { defaults: { mod: 'plan' } }, false],
  ])('of a file: %s', (_name, file, expected) => expect(takes({}, file)).toBe(expected));
});

describe('what is refused is refused by its rule, in words of its own', () => {
  const said = (policy: Written, file: Written = {}): string | undefined => {
    const issue = parse(policy, file).error?.issues[0];
    return issue?.message;
  };

  test.each<[string, Written, Written, string]>([
    ['no policies', {}, { policies: [] }, 'schema/value: is empty; write at least one policy'],
    ['another version', {}, { version: 2 }, 'schema/value: {value} is not 1, the only version there is'],
    ['an empty family', { family: { key: '' } }, {}, 'schema/value: is empty'],
    [
      'a short reason',
      { overrides: [{ rule: 'x', reason: 'so' }] },
      {},
      'schema/value: {value} is too short a reason; write 10 characters or more',
    ],
    [
      'other owners',
      { select: { owners: ['amazon'] } },
      {},
      'schema/value: {value} is not self; policies act on own images only, only search looks at others',
    ],
    ['no owners', { select: { owners: [] } }, {}, 'schema/value: is empty; write [self] or leave it out'],
    ['no targets', copy({ to: [] }), {}, 'schema/value: is empty; name at least one Region'],
    ['no tag to keep by', retain({ keepTag: '' }), {}, 'schema/value: is empty'],
    ['no owner to tell', retain({ notice: { before: '1d', owner: '' } }), {}, 'schema/value: is empty'],
    [
      'instances off',
      retain({ guards: { off: ['instances'] } }),
      {},
      'schema/value: {value} can never be switched off',
    ],
    ['an empty pattern', { select: { name: [''] } }, {}, 'schema/value: is empty'],
    [
      'a name that is none',
      { name: 'A' },
      {},
      'schema/value: {value} is not a name of 2 to 63 lower-case letters, digits and single hyphens',
    ],
  ])('%s', (_name, policy, file, message) => expect(said(policy, file)).toBe(message));

  const inside = (policy: Written): string => JSON.stringify(parse(policy).error?.issues ?? []);

  test.each<[string, Written, string]>([
    [
      'a Region that is none',
      publish({ ssm: [{ parameter: '/a', regions: 'every' }] }),
      'schema/value: {value} is neither \\"all\\" nor a list of Regions',
    ],
    [
      'a day that is none',
      copy({ since: 'ever' }),
      'schema/value: {value} is not a date such as 2027-03-31, nor \\"all\\"',
    ],
    [
      'a last day that is none',
      { share: { accounts: [{ id: '111122223333', until: 'soon' }] } },
      'schema/value: {value} is not a date such as 2027-03-31',
    ],
    ['a short account', { share: { accounts: ['1'] } }, 'schema/value: {value} is not an account id of 12 digits'],
    [
      'a sharee that is none',
      { select: { sharedWith: ['x'] } },
      'schema/value: {value} is no account id of 12 digits, ARN of an organization or unit, or',
    ],
    ['an empty pattern', { select: { name: '' } }, 'schema/value: is empty'],
    ['no pattern', { select: { name: [] } }, 'schema/value: is empty; name at least one or leave it out'],
  ])('%s, inside a choice', (_name, policy, message) => expect(inside(policy)).toContain(message));

  test('a source that is neither on nor off is refused with all that may be', () => {
    expect(said(retain({ guards: { off: ['no-such-source'] } }))).toContain('Invalid option');
  });
});

test('editors are told what people write', () => {
  const schema = policyJsonSchema();
  expect(schema).toMatchObject({
    $schema: 'http://json-schema.org/draft-07/schema#',
    type: 'object',
    required: ['version', 'policies'],
  });
  const text = JSON.stringify(schema);
  expect(text).toContain(String.raw`"pattern":"^\\d{4}-\\d{2}-\\d{2}$"`);
  expect(text).toContain('"default":["self"]');
});

describe('sharees', () => {
  const [one, other] = ['111122223333', '222233334444'];
  const shared = (share: Written) => read({ share })?.share?.with;

  test('are one list in order, whatever they are', () => {
    const organization = 'arn:aws:organizations::111122223333:organization/o-a1b2c3d4e5';
    const unit = 'arn:aws:organizations::111122223333:ou/o-a1b2c3d4e5/ou-ab12-cdef3456';
    expect(
      shared({ accounts: [other, one], organizations: [organization], organizationalUnits: [unit], public: true }),
    ).toEqual([
      { principal: `account:${one}` },
      { principal: `account:${other}` },
      { principal: 'everyone' },
      { principal: `organization:${organization}` },
      { principal: `unit:${unit}` },
    ]);
  });

  test('keep what was given until the end of its last day', () => {
    expect(shared({ accounts: [{ id: one, until: '2027-03-31' }] })).toEqual([
      { principal: `account:${one}`, until: Date.UTC(2027, 3, 1) },
    ]);
  });

  test.each<[string, unknown[], number | undefined]>([
    [
      'the later day of two',
      [
        { id: one, until: '2027-03-31' },
        { id: one, until: '2027-03-30' },
      ],
      Date.UTC(2027, 3, 1),
    ],
    [
      'the later day, whichever comes first',
      [
        { id: one, until: '2027-03-30' },
        { id: one, until: '2027-03-31' },
      ],
      Date.UTC(2027, 3, 1),
    ],
    ['for ever, where one says so', [{ id: one, until: '2027-03-31' }, one], undefined],
    ['for ever, whichever comes first', [one, { id: one, until: '2027-03-31' }], undefined],
  ])('named twice keep it until %s', (_name, accounts, until) => {
    expect(shared({ accounts })).toEqual([{ principal: `account:${one}`, ...(until !== undefined && { until }) }]);
  });
});

describe('the compiled policy', () => {
  const file = (...names: string[]) =>
    policyFileSchema.parse({ version: 1, policies: names.map((name) => ({ name, select: { name: 'x' } })) });

  test('has the same hash in whatever order its policies are written', () => {
    const compiled = compilePolicy(file('bb', 'aa', 'cc'));
    expect(compiled.policies.map(({ name }) => name)).toEqual(['aa', 'bb', 'cc']);
    expect(compiled.hash).toBe(compilePolicy(file('cc', 'bb', 'aa')).hash);
    expect(compiled.hash).toMatch(/^[0-9a-f]{64}$/);
    expect(compiled.version).toBe(1);
  });

  test('has another hash where something is different', () => {
    expect(compilePolicy(file('aa')).hash).not.toBe(compilePolicy(file('bb')).hash);
  });

  test('knows these placeholders of a family', () => {
    expect(familyWords).toEqual(['architecture', 'platform', 'name', 'nameBase']);
  });
});
