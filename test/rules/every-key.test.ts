import { describe, expect, test } from 'vitest';
import { known } from '../../shared/model/evidence.ts';
import { type Image, keyOf, tagsOf } from '../../shared/model/image.ts';
import type { Inventory } from '../../shared/model/inventory.ts';
import { type PointerState, pointerKey } from '../../shared/model/pointer.ts';
import type { CompiledPolicy } from '../../shared/model/policy.ts';
import { compilePolicy, policyFileSchema, policyJsonSchema } from '../../shared/model/policy-schema.ts';
import { day, hour } from '../../shared/model/time.ts';
import { failures } from '../../shared/rules/blind.ts';
import { decide } from '../../shared/rules/decide.ts';
import { noticesWanted } from '../../shared/rules/survey.ts';
import { child, failing, kept, newer, copy as oldCopy, root as oldRoot, use } from './expiring.ts';
import { abroad, home, idOf, image, inventory, marked, now, record, recorded, records } from './make.ts';

/** The keys of a policy, as they are written: `copy.to[].region`. */
function keysOf(schema: object, path: string): string[] {
  const { properties, items, anyOf = [] } = schema as { properties?: object; items?: object; anyOf?: object[] };
  const inside = Object.entries(properties ?? {}).flatMap(([key, one]) =>
    keysOf(one, path === '' ? key : `${path}.${key}`),
  );
  const found = [...inside, ...(items ? keysOf(items, `${path}[]`) : []), ...anyOf.flatMap((one) => keysOf(one, path))];
  return found.length > 0 ? found : [path.replace(/\[\]$/, '')];
}

const schema = policyJsonSchema() as { properties: { policies: { items: object } } };
const keys = [...new Set(keysOf(schema.properties.policies.items, ''))].sort();

/** Keys that decide nothing by themselves, and who reads them. */
const readElsewhere = {
  description: 'people',
  'overrides[].reason': 'people; every plan prints it',
  'retain.guards.templateDepth': 'whoever reads the launch templates',
  'select.owners': 'search; a policy has no choice here',
  'share.acknowledgePublic': 'validate',
};

type Sections = Record<string, unknown>;

const compiled = (sections: Sections): CompiledPolicy => {
  const golden = { name: 'golden', mode: 'apply', family: { key: 'golden/{architecture}' }, ...sections };
  const select = { name: 'golden-*', regions: [home], ...(sections.select as object) };
  return compilePolicy(policyFileSchema.parse({ version: 1, policies: [{ ...golden, select }] }));
};

/** Everything that the rules make of a policy. */
const answer = (sections: Sections, world: Inventory): string => {
  const policy = compiled(sections);
  return JSON.stringify([
    decide(world, policy, now),
    failures(world, policy, now),
    [...noticesWanted(world, policy, now)],
  ]);
};

/** The same policy with another value at `copy.to[].region`. */
function changed(sections: unknown, path: readonly string[], value: unknown): unknown {
  const [step, ...rest] = path;
  if (step === undefined) return value;
  if (step.endsWith('[]')) {
    const key = step.slice(0, -2);
    const { [key]: list = [] } = (sections ?? {}) as Record<string, unknown[]>;
    return { ...(sections as object), [key]: [changed(list[0], rest, value), ...list.slice(1)] };
  }
  return { ...(sections as object), [step]: changed((sections as Sections | undefined)?.[step], rest, value) };
}

const fresh = (number: number): Image =>
  image(number, { createdAt: now - 2 * hour, tags: known({ Team: 'a' }), lastLaunchedAt: known(now - hour) });
const young = inventory([fresh(1)]);
const two = inventory([fresh(1), fresh(2)]);

const held = (of: Image, more: Partial<Inventory> = {}): Inventory =>
  inventory([of], { grants: { [keyOf(of)]: known(['account:999900001111']) }, ...more });
const shared = held(marked(fresh(1)));
const keyArn = `arn:aws:kms:${home}:111122223333:key/1`;
const locked = marked({ ...fresh(1), encrypted: true, kmsKeyIds: [keyArn] });
const access = { arn: keyArn, manager: 'customer' as const, enabled: true, policy: '{"Statement":[]}', grants: [] };
const withStorage = held(locked, {
  storage: { [keyOf(locked)]: { snapshots: known([]), keys: [{ key: keyArn, access: known(access) }], given: [] } },
});

const template = (name: string): [string, ReturnType<typeof known<PointerState>>] => {
  const version = { version: 1 };
  const state = {
    kind: 'launch-template' as const,
    id: 'lt-1',
    publishable: true,
    latest: version,
    default: version,
  };
  return [pointerKey({ kind: 'launch-template', region: home, name }), known<PointerState>(state)];
};
const parameter = (region: string, name: string): [string, ReturnType<typeof known<PointerState>>] => [
  pointerKey({ kind: 'parameter', region, name }),
  known<PointerState>({ kind: 'absent' }),
];
const pointers = Object.fromEntries([
  parameter(home, '/a/b'),
  parameter(home, '/a/c'),
  parameter(abroad, '/a/b'),
  template('web'),
  template('app'),
]);
const publishable = inventory([marked(fresh(1))], { pointers });

const tagged = (tags: Record<string, string>): Image => ({ ...oldRoot, tags: known({ ...tagsOf(oldRoot), ...tags }) });
const expiring = (more: Partial<Inventory> = {}, of: Image = oldRoot, others: Image[] = []): Inventory =>
  inventory([of, oldCopy, ...newer, ...others], { records: records({ images: kept }), ...more });
const { deprecationAt: _none, ...undeprecated } = oldRoot;
const disabledFor = (ago: number, more = {}): Inventory => {
  const of = { ...tagged({ 'ami-steward:reap': 'approved' }), state: 'disabled' as const };
  const own = { finishedAt: now - 299 * day, disabledAt: now - ago, checkedAt: now - ago, savedGrants: [], ...more };
  return inventory([of, ...newer], { records: records({ images: { ...kept, ...recorded(record(of, own)) } }) });
};
const many = [1, 2, 3, 4, 5].map((number) => marked(image(number, { createdAt: now - (100 + number) * day })));
const manyOld = inventory(many, {
  records: records({ images: recorded(...many.map((one) => record(one, { finishedAt: now - 99 * day }))) }),
});
const named = expiring({
  pointers: {
    [pointerKey({ kind: 'parameter', region: home, name: '/a/b' })]: known({
      kind: 'parameter' as const,
      value: oldRoot.id,
    }),
  },
});

const copy = { copy: { to: [{ region: abroad }], since: 'all' } };
const share = { share: { accounts: ['222233334444'], exact: false } };
const publish = { ...copy, publish: { ssm: [{ parameter: '/a/b' }], launchTemplates: [{ name: 'web' }] } };
const retain = {
  retain: {
    keepLast: 2,
    stages: {
      deprecate: { afterSuperseded: '14d' },
      disable: { afterDeprecated: '30d' },
      deregister: { afterDisabled: '1d' },
    },
    limits: { perPlan: 5, percentOfFamily: 100 },
  },
};
const windowed = { retain: { ...retain.retain, window: { from: '09:00', to: '11:00' } } };
const noticed = { retain: { ...retain.retain, notice: { before: '1d' } } };
const told = { ...copy, notify: [{ on: ['copied'], sns: `arn:aws:sns:${home}:111122223333:news` }] };
const until = '2027-01-01';
const unit = 'arn:aws:organizations::111122223333:ou/o-a1b2c3d4e5/ou-ab12-cdef3456';
const organization = 'arn:aws:organizations::111122223333:organization/o-a1b2c3d4e5';

/** Key, policy without it, its value, and a world in which it matters. */
const rows: [key: string, before: Sections, value: unknown, world: Inventory][] = [
  ['name', copy, 'silver', young],
  ['mode', copy, 'plan', young],
  ['select.name', copy, 'silver-*', young],
  ['select.notName', copy, 'golden-1', young],
  ['select.tags', copy, { Team: 'b' }, young],
  ['select.notTags', copy, { Team: 'a' }, young],
  ['select.architecture', copy, ['arm64'], young],
  ['select.platform', copy, ['windows'], young],
  ['select.rootDevice', copy, ['instance-store'], young],
  ['select.regions', copy, [abroad], young],
  ['select.encrypted', copy, true, young],
  ['select.state', copy, ['disabled'], young],
  ['select.sharedWith', copy, ['222233334444'], shared],
  ['select.olderThan', copy, '1d', young],
  ['select.newerThan', copy, '1h', young],
  ['select.notLaunchedFor', copy, '1d', young],
  ['select.descendsFrom', copy, [idOf(99)], young],
  ['select.severityAtLeast', copy, 'low', young],
  ['family.key', retain, '{name}', expiring()],
  ['copy.to[].region', copy, 'ap-south-1', young],
  ['copy.to[].kmsKey', copy, 'alias/golden', young],
  ['copy.to[].completeWithin', copy, '15m', young],
  ['copy.name', copy, 'copy-of-{name}', young],
  ['copy.copyTags', copy, false, young],
  ['copy.addTags', copy, { Cost: '1' }, young],
  ['copy.since', copy, '2027-01-01', young],
  ['copy.maxInFlight', copy, 1, two],
  ['copy.maxPerDay', copy, 1, two],
  ['share.accounts', {}, ['222233334444'], shared],
  ['share.accounts[].id', { share: { accounts: [{ id: '222233334444', until }] } }, '333344445555', shared],
  ['share.accounts[].until', { share: { accounts: [{ id: '222233334444', until }] } }, '2026-01-01', shared],
  ['share.organizations', share, [organization], shared],
  ['share.organizations[].id', { share: { organizations: [{ id: organization, until }] } }, `${organization}f`, shared],
  ['share.organizations[].until', { share: { organizations: [{ id: organization, until }] } }, '2026-01-01', shared],
  ['share.organizationalUnits', share, [unit], shared],
  ['share.organizationalUnits[].id', { share: { organizationalUnits: [{ id: unit, until }] } }, `${unit}f`, shared],
  [
    'share.organizationalUnits[].until',
    { share: { organizationalUnits: [{ id: unit, until }] } },
    '2026-01-01',
    shared,
  ],
  ['share.exact', share, true, shared],
  ['share.snapshots', share, true, withStorage],
  ['share.kms', share, 'grant', withStorage],
  ['share.public', share, true, shared],
  ['publish.when', publish, 'each-region', publishable],
  ['publish.ssm[].parameter', { publish: publish.publish }, '/a/c', publishable],
  ['publish.ssm[].regions', { publish: publish.publish }, [abroad], publishable],
  ['publish.launchTemplates[].name', { publish: publish.publish }, 'app', publishable],
  ['publish.launchTemplates[].setDefault', { publish: publish.publish }, true, publishable],
  ['lineage.stampTags', copy, false, young],
  ['retain.unit', retain, 'image', expiring({ usage: use(oldCopy) })],
  ['retain.keepLast', retain, 3, expiring()],
  ['retain.keepPublished', retain, false, named],
  ['retain.maxAge', retain, '60w', expiring()],
  ['retain.stages.deprecate.afterSuperseded', retain, '60w', expiring({}, undeprecated)],
  ['retain.stages.disable.afterDeprecated', retain, '60w', expiring()],
  ['retain.stages.deregister.afterDisabled', retain, '60w', disabledFor(60 * day)],
  ['retain.stages.deregister.deleteSnapshots', retain, false, disabledFor(60 * day, { approvedAt: now - day })],
  ['retain.guards.off', retain, ['launch-templates'], expiring({ usage: failing('launch-templates') })],
  [
    'retain.guards.lastLaunchedWithin',
    retain,
    '60d',
    expiring({}, { ...oldRoot, lastLaunchedAt: known(now - 40 * day) }),
  ],
  ['retain.guards.descendants', retain, 'ignore', expiring({}, oldRoot, [child(oldRoot)])],
  ['retain.guards.onUnknown', retain, 'fail', expiring({ usage: failing('instances') })],
  [
    'retain.guards.minInUse',
    retain,
    0,
    expiring({ records: records({ images: kept, runs: { taken: {}, inUse: {}, everInUse: true } }) }),
  ],
  [
    'retain.guards.sharedAccounts',
    retain,
    false,
    expiring({ grants: { [keyOf(oldRoot)]: known(['account:222233334444']) } }),
  ],
  ['retain.recycleBin', retain, 'required', disabledFor(60 * day, { approvedAt: now - day })],
  ['retain.exclude.tags', retain, { Keep: '*' }, expiring({}, tagged({ Keep: '1' }))],
  ['retain.exclude.images', retain, [oldRoot.id], expiring()],
  ['retain.keepTag', retain, 'Hold', expiring({}, tagged({ Hold: 'forever' }))],
  ['retain.limits.perPlan', retain, 2, manyOld],
  ['retain.limits.percentOfFamily', retain, 59, manyOld],
  ['retain.window.days', windowed, ['TUE'], expiring()],
  ['retain.window.from', windowed, '10:01', expiring()],
  ['retain.window.to', windowed, '10:00', expiring()],
  ['retain.window.timezone', windowed, 'Asia/Tokyo', expiring()],
  ['retain.notice.before', noticed, '2d', expiring()],
  ['retain.notice.owner', noticed, '{name}', expiring()],
  ['notify[].on', told, ['published'], young],
  ['notify[].sns', told, `arn:aws:sns:${home}:111122223333:other`, young],
  ['notify[].chat', told, `arn:aws:sns:${home}:111122223333:chat`, young],
  [
    'overrides[].rule',
    { ...retain, overrides: [{ rule: 'x', reason: 'rebuilt every night' }] },
    'retain/min-quarantine',
    disabledFor(day + hour),
  ],
];

describe('a key of the policy', () => {
  test.each(rows)('%s changes what the rules say', (key, before, value, world) => {
    const after = changed(before, key.split('.'), value) as Sections;
    expect(answer(after, world)).not.toBe(answer(before, world));
  });

  test('has its row here, or a reader elsewhere', () => {
    expect([...new Set([...rows.map(([key]) => key), ...Object.keys(readElsewhere)])].sort()).toEqual(keys);
  });
});
