import { describe, expect, test } from 'vitest';
import { known, unknown } from '../../shared/model/evidence.ts';
import { type Image, keyOf } from '../../shared/model/image.ts';
import type { Inventory, UsageReading, UsageSourceName } from '../../shared/model/inventory.ts';
import type { Policy } from '../../shared/model/policy.ts';
import type { ImageRecord, Revocation } from '../../shared/model/records.ts';
import type { UsageReport } from '../../shared/model/references.ts';
import { day, hour } from '../../shared/model/time.ts';
import { decide, takenBy } from '../../shared/rules/decide.ts';
import { usageQuestions } from '../../shared/rules/usage-questions.ts';
import {
  abroad,
  compiled,
  copyOf,
  far,
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
  report,
  retain,
  selector,
  shareWith,
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
  readonly others?: readonly Policy[];
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
  const rules = compiled(policy({ retain: retain(), ...told.rules }), ...(told.others ?? []));
  const { actions, held } = decide(worldOf(told), rules, now);
  return {
    disables: actions.filter(({ kind }) => kind === 'disable-image'),
    steps: actions.filter(({ kind }) => kind !== 'mark-image').map(({ kind, image: key }) => `${kind} ${key}`),
    held: held.filter(({ step }) => step === 'disable-image'),
  };
}

const everywhere = readings([home, abroad, far]);
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

  test('a pointer of ours under the very name of an instance keeps it all the same', () => {
    const usage = readings([home, abroad]).map((one) =>
      one.region === home && one.source === 'instances'
        ? { ...one, uses: known([{ image: keyOf(bad), by: 'parameter /latest' }]) }
        : one,
    );
    const pointers = { 'us-east-1 parameter /latest': known({ kind: 'parameter', value: bad.id }) } as never;
    expect(revoked({ usage, more: { pointers } }).held.map((one) => one.image)).toContain(keyOf(bad));
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

  test.each(['idle', 'all'] as const)(
    'while parameters of any Region are unread, which may list it (%s)',
    (disable) => {
      const usage = readings([home, abroad]).map((one) =>
        one.source === 'ssm-parameters' && one.region === abroad ? { ...one, uses: unknown<never>('denied') } : one,
      );
      expect(revoked({ usage, disable }).steps).toEqual([]);
    },
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

describe('what people revoked goes, although', () => {
  const reports = (...all: Partial<UsageReport>[]) => ({
    grants: { [keyOf(bad)]: known(['account:222233334444']), [keyOf(copy)]: known([]) },
    reports: { [keyOf(bad)]: known(all.map((one) => report(one))), [keyOf(copy)]: known([report()]) },
  });
  const uncounted = { guards: { ...retain().guards, sharedAccounts: false } };
  const perhaps = (more: object): Policy[] => [policy({ name: 'perhaps', select: selector(more), retain: retain() })];
  const young = { ...bad, createdAt: now - 1 };

  test.each<[string, Told]>([
    ['it was launched just now', { seen: [{ ...bad, lastLaunchedAt: known(now) }, copy] }],
    ['nobody knows when it was launched', { seen: [{ ...bad, lastLaunchedAt: unknown('denied') }, copy] }],
    [
      'an image was made of it',
      {
        seen: [
          bad,
          copy,
          image(9, { name: 'web', sourceImageId: bad.id, sourceImageRegion: home, sourceInstanceId: 'i-1' }),
        ],
      },
    ],
    ['with whom it is shared was not read', { rules: { share: shareWith('account:222233334444') }, more: {} }],
    ['a policy may select it after all', { others: perhaps({ sharedWith: ['account:222233334444'] }) }],
    ['tags may still come', { seen: [young, copy], others: perhaps({ tags: { Team: ['x'] } }) }],
    [
      'images of another Region could not be read',
      { usage: everywhere, more: { images: { ...inventory([bad, copy]).images, [far]: unknown('denied') } } },
    ],
  ])('%s', (_how, given) => expect(revoked(given).disables.map((one) => one.image)).toEqual([keyOf(copy), keyOf(bad)]));

  test.each<[string, Told]>([
    [
      'another account uses it',
      { more: reports({ uses: [{ account: '222233334444', type: 'ec2:Instance', count: 1 }] }) },
    ],
    ['nobody counts what others use', { more: reports(), rules: { retain: retain(uncounted) } }],
    ['others are still counted', { more: reports({ state: 'pending' }) }],
    ['others could not be counted', { more: reports({ state: 'error' }) }],
    ['far fewer images are in use than were', { kept: { runs: { taken: {}, inUse: {}, everInUse: true } } }],
  ])('%s, once that is said not to matter', (_how, given) => {
    expect(revoked(given).held.map((one) => one.image)).toContain(keyOf(bad));
    expect(revoked({ ...given, disable: 'all' }).disables.map((one) => one.image)).toContain(keyOf(bad));
  });
});

describe('who revokes an image', () => {
  const unread = { grants: {}, reports: {} };
  const unretired = { retain: undefined } as object;

  test('has the policy named that selects it, or none', () => {
    const named = (rules: Partial<Policy>) => revoked({ rules }).disables.map((one) => [one.policy, one.family]);
    expect(named(unretired)[0]).toEqual(['golden', 'golden/x86_64']);
    expect(named({ select: selector({ name: ['other-*'] }) })[0]).toEqual(['', undefined]);
    const plan = decide(worldOf({}), compiled(policy({ select: selector({ name: ['other-*'] }) })), now);
    expect(plan.actions.every((one) => !('family' in one))).toBe(true);
  });

  test('is held by what keeps any image, where no policy retires it', () => {
    const tags = { ...(bad.tags.complete ? bad.tags.value : {}), 'ami-steward:keep-until': 'forever' };
    const codes = (given: Told) =>
      revoked({ ...given, rules: unretired }).held.flatMap(({ guards }) => guards.map(({ code }) => code));
    expect(codes({ seen: [{ ...bad, tags: known(tags) }, copy] })).toEqual(['keep-tag', 'keep-tag']);
    expect(codes({ more: unread })).toContain('image-usage-unknown');
    expect(codes({ kept: { runs: { taken: {}, inUse: {}, everInUse: true } } })).toContain('eyes-broken');
    const pointer = 'us-east-1 parameter /latest';
    const pointers = { [pointer]: known({ kind: 'parameter', value: bad.id }) } as Inventory['pointers'];
    expect(codes({ more: { pointers } })).toContain('published');
  });

  test('is counted as no taking of a policy', () => {
    expect(takenBy(worldOf({}), compiled(policy({ retain: retain() })), now)).toEqual({});
  });
});

describe('what people revoked', () => {
  const old = [2, 3, 4, 5, 6].map((number) => marked(image(number, { createdAt: now - (100 + number) * day })));
  const finished = (one: Image, more: Partial<ImageRecord> = {}) =>
    record(one, { finishedAt: now - 90 * day, ...more });

  test('goes while the breaker holds what policies take', () => {
    const images = recorded(record(bad, word('idle')), ...old.map((one) => finished(one)));
    const rules = { retain: retain({ limits: { perPlan: 1, percentOfFamily: 100 } }) };
    const { steps } = revoked({ seen: [bad, ...old], kept: { images }, rules });
    expect(steps).toEqual([`disable-image ${keyOf(bad)}`]);
  });

  test('takes no other step meanwhile, whatever its age', () => {
    const [oldest] = old.slice(-1) as [Image];
    const images = recorded(...old.map((one) => finished(one, one === oldest ? word('idle') : {})));
    const steps = revoked({ seen: old, kept: { images } }).steps.filter((step) => step.endsWith(keyOf(oldest)));
    expect(steps).toEqual([`disable-image ${keyOf(oldest)}`]);
  });

  test('stays where nobody can tell what it is a copy of', () => {
    const source = image(7, { region: far });
    const orphan = copyOf(source, 17, { region: home });
    const gone = recorded(record(source, word('all')), record(orphan, { role: 'copy', root: keyOf(source) }));
    const images = (unread: boolean) => ({
      ...inventory([orphan]).images,
      [far]: unread ? unknown<never>('denied') : known([source]),
    });
    const disabled = (unread: boolean) =>
      revoked({
        seen: [orphan],
        usage: everywhere,
        kept: { images: gone },
        more: { images: images(unread) },
        disable: 'all',
      }).disables.length;
    expect([disabled(true), disabled(false)]).toEqual([0, 1]);
  });
});
