import { describe, expect, test } from 'vitest';
import { known, unknown } from '../../shared/model/evidence.ts';
import { type Image, keyOf } from '../../shared/model/image.ts';
import type { Inventory, UsageReading, UsageSourceName } from '../../shared/model/inventory.ts';
import type { Policy } from '../../shared/model/policy.ts';
import type { ImageRecord, Revocation } from '../../shared/model/records.ts';
import { day, hour } from '../../shared/model/time.ts';
import { decide } from '../../shared/rules/decide.ts';
import { usageQuestions } from '../../shared/rules/usage-questions.ts';
import {
  abroad,
  compiled,
  copyOf,
  home,
  image,
  inventory,
  marked,
  now,
  policy,
  readings,
  record,
  recorded,
  records,
  retain,
  selector,
} from './make.ts';

const bad = marked(image(1, { createdAt: now - 3 * day }));
const copy = copyOf(bad, 11);
const word = (disable?: Revocation['disable']): Partial<ImageRecord> => ({
  revoked: { at: now - hour, reason: 'CVE-2026-1234', ...(disable && { disable }) },
});

interface Told {
  readonly disable?: Revocation['disable'];
  readonly seen?: readonly Image[];
  readonly usage?: readonly UsageReading[];
  readonly rules?: Partial<Policy>;
  readonly more?: Partial<Inventory>;
  readonly kept?: Partial<Inventory['records']>;
}

const worldOf = ({ disable = 'idle', seen = [bad, copy], usage, more = {}, kept = {} }: Told): Inventory =>
  inventory(seen, {
    ...(usage && { usage }),
    ...more,
    records: records({
      images: recorded(record(bad, word(disable)), record(copy, { role: 'copy', root: keyOf(bad) })),
      ...kept,
    }),
  });

function revoked(told: Told) {
  const rules = compiled(policy({ retain: retain(), ...told.rules }));
  const { actions, held } = decide(worldOf(told), rules, now);
  return {
    disables: actions.filter(({ kind }) => kind === 'disable-image'),
    steps: actions.filter(({ kind }) => kind !== 'mark-image').map(({ kind, image: key }) => `${kind} ${key}`),
    held: held.filter(({ step }) => step === 'disable-image'),
  };
}

const both = [`disable-image ${keyOf(copy)}`, `disable-image ${keyOf(bad)}`];
const used = (source: UsageSourceName, region = home, of = bad): UsageReading[] =>
  readings([home, abroad]).map((one) =>
    one.source === source && one.region === region
      ? { ...one, uses: known([{ image: keyOf(of), by: 'user-1' }]) }
      : one,
  );

describe('what people revoked', () => {
  test('is disabled with its copies, although it is young, the newest, and nobody deprecated it', () => {
    const { steps, disables } = revoked({});
    expect(steps).toEqual(both);
    expect(disables[0]).toMatchObject({
      mode: 'apply',
      policy: 'golden',
      why: [{ code: 'revoked', data: { since: '2026-11-23', reason: 'CVE-2026-1234' } }],
    });
  });

  test('is left where only pointers were to leave it', () => {
    const { revoked: only } = word();
    const kept = {
      images: recorded(
        record(bad, { ...(only && { revoked: only }) }),
        record(copy, { role: 'copy', root: keyOf(bad) }),
      ),
    };
    expect(revoked({ kept }).disables).toEqual([]);
  });

  test.each([
    ['in mode plan', { mode: 'plan' }],
    ['that no policy selects', { select: selector({ name: ['other-*'] }) }],
    ['that no policy retires', { retain: undefined }],
    [
      'outside the window',
      { retain: retain({ window: { days: ['SAT'], from: '01:00', to: '02:00', zone: 'UTC' } as never }) },
    ],
  ] as [string, Partial<Policy>][])('is disabled %s as well', (_how, rules) => {
    expect(revoked({ rules }).steps).toEqual(both);
  });

  test('is counted by no breaker', () => {
    const rules = { retain: retain({ limits: { perPlan: 0, percentOfFamily: 1 } }) };
    expect(revoked({ rules }).steps).toEqual(both);
  });

  test.each([
    ['disabled already', { state: 'disabled' }],
    ['failed', { state: 'failed' }],
    ['pending', { state: 'pending' }],
    ['without our mark', { tags: known({}) }],
    ['of somebody else', { ownerId: '999988887777' }],
  ] as [string, Partial<Image>][])('is left where it is %s', (_how, more) => {
    const { disables } = revoked({ seen: [{ ...bad, ...more }] });
    expect(disables).toEqual([]);
  });

  test('is asked about before, image by image', () => {
    const seen = { ...worldOf({}), references: {}, reports: {} };
    const asked = usageQuestions(seen, compiled(policy()), now).map(({ image: key }) => key);
    expect(asked).toEqual([keyOf(copy), keyOf(bad)]);
  });
});

describe('use by', () => {
  test('instances keeps nothing: they run on', () => {
    expect(revoked({ usage: used('instances') }).steps).toEqual(both);
  });

  test.each(['launch-templates', 'launch-configurations', 'auto-scaling', 'spot', 'fleets', 'ssm-parameters'] as const)(
    '%s keeps the image, and not its copy in another Region',
    (source) => {
      const { steps, held } = revoked({ usage: used(source) });
      expect(steps).toEqual([`disable-image ${keyOf(copy)}`]);
      expect(held).toMatchObject([{ image: keyOf(bad), guards: [{ code: 'in-use', data: { by: 'user-1' } }] }]);
      expect(revoked({ usage: used(source), disable: 'all' }).steps).toEqual(both);
    },
  );

  test('somebody under the very name of an instance keeps it all the same', () => {
    const usage = readings([home, abroad]).map((one) =>
      one.region !== home || (one.source !== 'instances' && one.source !== 'fleets')
        ? one
        : { ...one, uses: known([{ image: keyOf(one.source === 'fleets' ? bad : copy), by: 'user-1' }]) },
    );
    expect(revoked({ usage }).held).toMatchObject([{ image: keyOf(bad) }]);
  });

  test('other accounts keeps it until that is said not to matter', () => {
    const more = { grants: { [keyOf(bad)]: known(['account:222233334444']), [keyOf(copy)]: known([]) }, reports: {} };
    expect(revoked({ more }).held).toMatchObject([{ image: keyOf(bad) }]);
    const missing = { ...more, reports: { [keyOf(bad)]: known([]) } };
    expect(revoked({ more: missing }).steps).toEqual([
      `request-usage-report ${keyOf(bad)}`,
      `disable-image ${keyOf(copy)}`,
    ]);
    expect(revoked({ more: missing, disable: 'all' }).steps).toEqual(both);
  });
});

describe('it stays, used or not,', () => {
  const unread = (region: string) =>
    readings([home, abroad]).map((one) =>
      one.source === 'fleets' && one.region === region ? { ...one, uses: unknown<never>('denied') } : one,
    );

  test.each(['idle', 'all'] as const)('while a source of its own Region is unread (%s)', (disable) => {
    expect(revoked({ usage: unread(home), disable }).steps).toEqual([`disable-image ${keyOf(copy)}`]);
    expect(revoked({ usage: unread(abroad), disable }).steps).toEqual([`disable-image ${keyOf(bad)}`]);
  });

  test.each([
    [
      'is kept by its owner',
      { tags: known({ ...(bad.tags.complete ? bad.tags.value : {}), 'ami-steward:keep-until': 'forever' }) },
      'keep-tag',
    ],
    ['is protected', { deregistrationProtection: known('enabled') }, 'protected'],
    [
      'belongs to Image Builder',
      { tags: known({ ...(bad.tags.complete ? bad.tags.value : {}), CreatedBy: 'EC2 Image Builder' }) },
      'foreign-managed',
    ],
  ] as [string, Partial<Image>, string][])('while it %s', (_how, more, code) => {
    const { held } = revoked({ seen: [{ ...bad, ...more }], disable: 'all' });
    expect(held.flatMap(({ guards }) => guards.map((one) => one.code))).toContain(code);
  });

  test('while people say stop, or the store is young', () => {
    const freeze = { scope: 'retire' as const, why: 'an incident', at: now };
    const images = worldOf({ disable: 'all' }).records.images;
    expect(revoked({ kept: { images, freeze }, disable: 'all' }).disables).toEqual([]);
    expect(revoked({ kept: { images, firstSweepAt: known(now - hour) }, disable: 'all' }).disables).toEqual([]);
  });

  test('while a pointer of ours names it, although the policy would let that go', () => {
    const pointer = 'us-east-1 parameter /latest';
    const more = { pointers: { [pointer]: known({ kind: 'parameter', value: bad.id }) } } as Partial<Inventory>;
    const rules = { retain: retain({ keepPublished: false }) };
    const { held } = revoked({ more, rules, disable: 'all' });
    expect(held.flatMap(({ guards }) => guards.map(({ code }) => code))).toContain('published');
  });
});
