import { expect, test } from 'vitest';
import { digest } from '../../shared/model/digest.ts';
import { day } from '../../shared/model/time.ts';
import { compiled, firstPolicy, onePolicy, policies } from './files.ts';

const web = `select: { name: "web-*", tags: { Team: [b, a] } }
mode: apply
share: { accounts: ["222233334444", "111122223333"] }`;
const webAgain = `share: # the same, said otherwise
  accounts: ["111122223333", "222233334444"]
mode: apply
select:
  tags: { Team: [a, b, a] }
  name: ["web-*"]`;
const db = 'select: { name: "db-*" }';

test('Comments, the order of keys and the order of policies do not change the hash', () => {
  expect(compiled(policies({ db, web: webAgain }))).toEqual(compiled(policies({ web, db })));
});

test('A default that is written out does not change the hash', () => {
  const written = `${db}\nmode: plan\nlineage: { stampTags: true }\noverrides: []`;
  expect(compiled(policies({ db: written })).hash).toBe(compiled(policies({ db })).hash);
});

test.each([
  ['mode', web.replace('apply', 'plan')],
  ['a pattern', web.replace('web-*', 'web*')],
  ['a tag', web.replace('[b, a]', '[b]')],
  ['a sharee', web.replace('111122223333', '111122223334')],
  ['a new section', `${web}\ncopy: { to: [{ region: eu-west-1, kmsKey: alias/a }], since: all }`],
])('A change of %s changes the hash', (_what, changed) => {
  expect(compiled(policies({ web: changed })).hash).not.toBe(compiled(policies({ web })).hash);
});

test('The hash is the sha256 of everything else', () => {
  const { hash, ...rest } = compiled(policies({ web }));
  expect(hash).toMatch(/^[0-9a-f]{64}$/);
  expect(hash).toBe(digest(rest));
});

test('The keys of the compiled file are sorted', () => {
  const sortedKeys = (value: unknown): boolean =>
    value === null || typeof value !== 'object'
      ? true
      : (Array.isArray(value) || Object.keys(value).every((key, i, keys) => i === 0 || (keys[i - 1] ?? '') < key)) &&
        Object.values(value).every(sortedKeys);
  expect(sortedKeys(compiled(policies({ web, db })))).toBe(true);
});

test('A policy that says little compiles to safe defaults', () => {
  expect(firstPolicy(onePolicy('family: { key: "{name}" }\nretain: { stages: {} }'))).toEqual({
    name: 'web',
    mode: 'plan',
    select: { name: ['web-*'], rootDevice: ['ebs'], regions: [] },
    family: { key: '{name}' },
    lineage: { stampTags: true },
    overrides: [],
    retain: {
      unit: 'lineage',
      keepLast: 3,
      keepPublished: true,
      stages: {},
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
  });
});

test('The mode of a policy is its own, or the default of the file, or plan', () => {
  const text = policies({ one: 'select: { name: a }', two: 'select: { name: b }\nmode: plan' });
  const modes = (file: string) => compiled(file).policies.map(({ mode }) => mode);
  expect(modes(text)).toEqual(['plan', 'plan']);
  expect(modes(`defaults: { mode: apply }\n${text}`)).toEqual(['apply', 'plan']);
});

test('A window compiles to minutes of the day, and a notice to its wait', () => {
  const retain = (more: string) =>
    firstPolicy(onePolicy(`family: { key: "{name}" }\nretain: { stages: {}, ${more} }`)).retain;
  expect(retain('window: { days: [TUE, MON], from: "09:05", to: "24:00", timezone: Europe/London }')?.window).toEqual({
    days: ['MON', 'TUE'],
    from: 545,
    to: 1440,
    timezone: 'Europe/London',
  });
  expect(retain('window: { from: "22:00", to: "04:00" }')?.window).toMatchObject({
    timezone: 'UTC',
    from: 1320,
    to: 240,
  });
  expect(retain('window: { from: "22:00", to: "04:00" }')?.window?.days).toHaveLength(7);
  expect(retain('notice: { before: 7d, owner: "{tag:Owner}" }')?.notice).toEqual({
    before: 7 * day,
    owner: '{tag:Owner}',
  });
});

test('The keys of a selector compile to what the rules compare', () => {
  const unit = 'arn:aws:organizations::111122223333:ou/o-a1b2c3d4e5/ou-ab12-cdef3456';
  const select = `select: { name: w, olderThan: 90d, sharedWith: ["222233334444", anyone, "${unit}"], severityAtLeast: high }`;
  expect(firstPolicy(onePolicy('', select)).select).toMatchObject({
    olderThan: 90 * day,
    sharedWith: ['account:222233334444', 'everyone', `unit:${unit}`],
    severityAtLeast: 'high',
  });
});

test('A copy keeps its targets in the order of the file, with minutes as EC2 takes them', () => {
  const copy = 'copy: { since: 2026-01-01, to: [{ region: us-west-2, completeWithin: 2h }, { region: ap-south-1 }] }';
  expect(firstPolicy(onePolicy(copy)).copy).toEqual({
    to: [{ region: 'us-west-2', completeWithinMinutes: 120 }, { region: 'ap-south-1' }],
    name: '{name}',
    copyTags: true,
    addTags: {},
    since: Date.UTC(2026, 0, 1),
    maxInFlight: 5,
    maxPerDay: 100,
  });
});

test('Sharees are sorted and single, and the longest permission of each holds to the end of its last day', () => {
  const unit = 'arn:aws:organizations::111122223333:ou/o-a1b2c3d4e5/ou-ab12-cdef3456';
  const organization = 'arn:aws:organizations::111122223333:organization/o-a1b2c3d4e5';
  const share = `share:
  public: true
  acknowledgePublic: web
  exact: true
  organizationalUnits: ["${unit}"]
  organizations: ["${organization}"]
  accounts:
    - { id: "222233334444", until: 2027-03-31 }
    - { id: "222233334444", until: 2027-01-31 }
    - { id: "012345678901", until: 2027-01-31 }
    - "012345678901"`;
  expect(firstPolicy(onePolicy(share)).share).toEqual({
    exact: true,
    snapshots: false,
    kms: 'verify',
    with: [
      { principal: 'account:012345678901' },
      { principal: 'account:222233334444', until: Date.UTC(2027, 3, 1) },
      { principal: 'everyone' },
      { principal: `organization:${organization}` },
      { principal: `unit:${unit}` },
    ],
  });
});

test('Pointers move together and leave default versions alone unless the file says otherwise', () => {
  const family = 'family: { key: "{name}" }\n';
  const publish = 'publish: { ssm: [{ parameter: /web/latest }], launchTemplates: [{ name: web }] }';
  expect(firstPolicy(onePolicy(family + publish)).publish).toEqual({
    when: 'all-regions',
    ssm: [{ parameter: '/web/latest', regions: 'all' }],
    launchTemplates: [{ name: 'web', setDefault: false }],
  });
  const listed = 'publish: { ssm: [{ parameter: /web/latest, regions: [us-west-2, eu-west-1] }] }';
  const copies = 'copy: { to: [{ region: us-west-2 }, { region: eu-west-1 }], since: all }\n';
  expect(firstPolicy(onePolicy(family + copies + listed)).publish?.ssm[0]?.regions).toEqual(['eu-west-1', 'us-west-2']);
});
