import { describe, expect, test } from 'vitest';
import { known, unknown } from '../../shared/model/evidence.ts';
import type { ImageKey } from '../../shared/model/ids.ts';
import { keyOf } from '../../shared/model/image.ts';
import type { Inventory } from '../../shared/model/inventory.ts';
import type { Policy } from '../../shared/model/policy.ts';
import type { UsageReport } from '../../shared/model/references.ts';
import { day, hour, minute } from '../../shared/model/time.ts';
import { decide } from '../../shared/rules/decide.ts';
import { reportsToAskFor } from '../../shared/rules/elsewhere.ts';
import { sentence } from '../../shared/rules/explain.ts';
import { usageQuestions } from '../../shared/rules/usage-questions.ts';
import { worldOf } from '../../shared/rules/world.ts';
import { copy, type Given, kept, newer, planOf, root, table } from './expiring.ts';
import {
  abroad,
  account,
  compiled,
  home,
  inventory,
  now,
  policy,
  readings,
  records,
  report,
  retain,
  unreferenced,
  unusedElsewhere,
} from './make.ts';

const images = [root, copy, ...newer];
const other = '222233334444';
const key = keyOf(root);

/** The old root has these reports, and its sharing is as given. */
const reported = (reports: readonly UsageReport[] | string | undefined, more: Partial<Inventory> = {}): Given => {
  const { [key]: _none, ...rest } = unusedElsewhere(images);
  const seen = typeof reports === 'string' ? unknown<never>(reports) : reports && known(reports);
  return { inventory: { reports: { ...rest, ...(seen && { [key]: seen }) }, ...more } };
};
const use = (count = 1, by = other) => ({ account: by, type: 'ec2:Instance', count });
const pending = report({ state: 'pending', createdAt: now - minute });
const stale = report({ createdAt: now - 2 * day });
const failed = (ago: number) => report({ state: 'error', createdAt: now - ago, reason: 'broken' });

table('F41 of an image that others may use', [
  ['a full report of today that counts nothing lets it go', reported([report()]), []],
  ['a report that counts the use of our own account lets it go', reported([report({ uses: [use(3, account)] })]), []],
  ['a report that counts nobody lets it go', reported([report({ uses: [use(0)] })]), []],
  ['a report of exactly a day ago lets it go', reported([report({ createdAt: now - day })]), []],
  ['an older one does not', reported([report({ createdAt: now - day - 1 })]), ['usage-report-missing']],
  ['one from the future does not', reported([report({ createdAt: now + hour })]), ['usage-report-missing']],
  ['one of a clock that is five minutes ahead lets it go', reported([report({ createdAt: now + 5 * minute })]), []],
  [
    'one that is further ahead does not',
    reported([report({ createdAt: now + 5 * minute + 1 })]),
    ['usage-report-missing'],
  ],
  ['one with less in it does not', reported([report({ full: false })]), ['usage-report-missing']],
  ['use elsewhere keeps it', reported([report({ uses: [use()] })]), ['used-elsewhere']],
  ['use in a lesser report keeps it', reported([report(), report({ full: false, uses: [use()] })]), ['used-elsewhere']],
  ['no report keeps it', reported([]), ['usage-report-missing']],
  ['a pending report keeps it', reported([pending]), ['usage-report-pending']],
  [
    'a pending report after an old one keeps it',
    reported([report({ createdAt: now - 2 * day }), pending]),
    ['usage-report-pending'],
  ],
  ['a failed report keeps it', reported([failed(hour)]), ['usage-report-failed']],
  ['reports that could not be read keep it', reported('denied'), ['image-usage-unknown']],
  ['reports that nobody read keep it', reported(undefined), ['image-usage-unknown']],
  ['so does an inventory without any', { inventory: { reports: undefined as never } }, ['image-usage-unknown']],
  [
    'the last of several that came to nothing counts, if it failed',
    reported([stale, failed(hour)]),
    ['usage-report-failed'],
  ],
  ['in whatever order they are listed', reported([failed(hour), stale]), ['usage-report-failed']],
  ['and if it is only too old', reported([failed(3 * day), stale]), ['usage-report-missing']],
  ['in that order, too', reported([stale, failed(3 * day)]), ['usage-report-missing']],
]);

const requests = (given: Given) =>
  planOf(given)
    .actions.filter(({ kind }) => kind === 'request-usage-report')
    .map(({ image }) => image);

/** The old root and its copy have these reports. */
const half = (
  ofRoot: readonly UsageReport[],
  ofCopy: readonly UsageReport[],
  more: Partial<Inventory> = {},
): Given => ({
  inventory: {
    reports: { ...unusedElsewhere(images), [key]: known(ofRoot), [keyOf(copy)]: known(ofCopy) },
    ...more,
  },
});

describe('a report is asked for', () => {
  test.each<[string, Given, ImageKey[]]>([
    ['when there is none', reported([]), [key]],
    ['when it is too old', reported([report({ createdAt: now - 2 * day })]), [key]],
    ['not while one is made', reported([pending]), []],
    ['not soon after one failed', reported([failed(hour)]), []],
    ['a while after one failed', reported([failed(6 * hour)]), [key]],
    ['not while another one says it is used', reported([report({ full: false, uses: [use()] })]), []],
    ['not when reports could not be read', reported('denied'), []],
    ['of one image while one is made of another', half([pending], []), [keyOf(copy)]],
    ['not of one that others cannot use', half([], [], { grants: { [key]: known([]) } }), [keyOf(copy)]],
    ['of both where there is none of either', half([], []), [keyOf(copy), key]],
    ['not when something else keeps the image', { ...reported([]), root: { lastLaunchedAt: known(now - day) } }, []],
    [
      'not when no policy wants to know',
      { ...reported([]), retain: { guards: { ...retain().guards, sharedAccounts: false } } },
      [],
    ],
    [
      'also outside the window, so that it is there when the window opens',
      { ...reported([]), retain: { window: { days: ['TUE'], from: 0, to: 60, timezone: 'UTC' } } },
      [key],
    ],
  ])('%s', (_when, given, expected) => expect(requests(given)).toEqual(expected));

  test('only for show where the policy is in mode plan', () => {
    const world = inventory(images, { records: records({ images: kept }), reports: {} });
    const seen = { ...world, reports: { ...unusedElsewhere(images), [key]: known([]) } };
    const plan = decide(seen, compiled(policy({ mode: 'plan', retain: retain() })), now);
    expect(plan.actions.filter(({ kind }) => kind === 'request-usage-report').map(({ mode }) => mode)).toEqual([
      'plan',
    ]);
  });
});

describe('whether others may use an image', () => {
  const noReports = (more: Partial<Inventory>, images_: Given['root'] = {}): Given => ({
    root: images_,
    inventory: { reports: { ...unusedElsewhere([copy, ...newer]) }, ...more },
  });
  const granted = (principals: readonly string[]) => ({ grants: { [key]: known(principals) } });
  const recordsWith = (more: object) => records({ images: kept, ...more });
  const unseen = 'image-usage-unknown' as const;

  const storage = (accounts: string[]) => ({
    storage: {
      [key]: { keys: [], given: [], snapshots: known(accounts.map((one) => ({ on: 'snap-1', account: one }))) },
    },
  });

  table('counts', [
    ['not when nobody has a permission', noReports(granted([])), []],
    ['when somebody has one', noReports(granted([`account:${other}`])), [unseen]],
    ['when it is public', noReports(granted([]), { public: true }), [unseen]],
    ['when permissions are unread', noReports({ grants: {} }), [unseen]],
    ['when permissions are unreadable', noReports({ grants: { [key]: unknown('denied') } }), [unseen]],
    ['when others may copy its snapshots', noReports({ ...granted([]), ...storage([other]) }), [unseen]],
    ['not when nobody may copy its snapshots', noReports({ ...granted([]), ...storage([]) }), []],
    [
      'when we have let somebody use it',
      noReports({ ...granted([]), records: recordsWith({ granted: { [key]: [`account:${other}`] } }) }),
      [unseen],
    ],
    [
      'when we once let somebody use it',
      noReports({ ...granted([]), records: recordsWith({ onceGranted: { [key]: [`account:${other}`] } }) }),
      [unseen],
    ],
  ]);

  test.each<[string, object, boolean]>([
    ['with permissions saved, it counts', { savedGrants: [`account:${other}`] }, true],
    ['with none to save, it does not', { savedGrants: [] }, false],
    ['with nothing written down, it counts', {}, true],
  ])('after it was disabled %s', (_how, saved, counts) => {
    const disabled = images.map((one) => (one === root ? { ...one, state: 'disabled' as const } : one));
    const record = { ...kept[key], disabledAt: now - 40 * day, checkedAt: now - 40 * day, ...saved };
    const world = inventory(disabled, {
      grants: { [key]: known([]) },
      records: records({ images: { ...kept, [key]: record } as never }),
    });
    const single = compiled(policy({ retain: retain({ unit: 'image' }) }));
    const questions = usageQuestions(world, single, now).filter(({ image }) => image === key);
    expect(questions.map(({ reports }) => reports)).toEqual([counts]);
  });
});

describe('sharedAccounts: false', () => {
  const off = { guards: { ...retain().guards, sharedAccounts: false } };
  const codes = (...policies: Policy[]) => {
    const world = inventory(images, { records: records({ images: kept }), reports: {} });
    const { held } = decide(world, compiled(...policies), now);
    return [...new Set(held.flatMap(({ guards }) => guards.map(({ code }) => code)))];
  };
  const excuse = { overrides: [{ rule: 'retain/shared-unchecked', reason: 'nobody launches them' }] };

  test('keeps what others may use', () => expect(codes(policy({ retain: retain(off) }))).toEqual(['shared-unchecked']));
  test('lets it go where the policy says that nobody need look', () =>
    expect(codes(policy({ retain: retain(off), ...excuse }))).toEqual([]));
  test('of one policy is not enough: any one that wants to know, knows', () =>
    expect(codes(policy({ retain: retain(off), ...excuse }), policy({ name: 'second', retain: retain() }))).toEqual([
      'image-usage-unknown',
    ]));
  test('of two policies needs the word of both', () =>
    expect(codes(policy({ retain: retain(off), ...excuse }), policy({ name: 'second', retain: retain(off) }))).toEqual([
      'shared-unchecked',
    ]));
});

describe('references to an image', () => {
  const by = (references: Partial<Record<'image-references' | 'image-builder', readonly string[]>>) =>
    Object.fromEntries(Object.entries(references).map(([source, value]) => [source, known(value)]));
  const seen = (reading: object, at = now, more: Partial<Inventory> = {}): Given => ({
    inventory: {
      references: { ...unreferenced(images), [key]: { at, by: reading } },
      ...more,
    },
  });
  const none = { 'image-references': [], 'image-builder': [] };
  const off = (...sources: string[]) => ({ retain: { guards: { ...retain().guards, off: sources } } });

  table('hold', [
    ['nothing where there are none', seen(by(none)), []],
    [
      'what an instance, a template or a parameter uses',
      seen(by({ ...none, 'image-references': ['template lt-1'] })),
      ['in-use'],
    ],
    ['what a recipe uses', seen(by({ ...none, 'image-builder': ['image recipe web/1.0.0'] })), ['in-use']],
    [
      'what was not asked about',
      { inventory: { references: unreferenced([copy, ...newer]) } },
      ['image-usage-unknown'],
    ],
    ['what one source did not answer for', seen(by({ 'image-references': [] })), ['image-usage-unknown']],
    ['what could not be read', seen({ ...by(none), 'image-builder': unknown('denied') }), ['image-usage-unknown']],
    ['F40 what was read a quarter of an hour ago, and not what is older', seen(by(none), now - 15 * minute), []],
    ['F40 by a reading that is older', seen(by(none), now - 15 * minute - 1), ['image-usage-unknown']],
    ['nothing by a source that is off', { ...seen(by({ 'image-references': [] })), ...off('image-builder') }, []],
    [
      'by the source that is on',
      { ...seen(by({ 'image-builder': [] })), ...off('image-builder') },
      ['image-usage-unknown'],
    ],
  ]);

  test('say nothing that is said better already', () => {
    const uses = readings([home, abroad]).map((one) => ({
      ...one,
      uses: known(one.region === home && one.source === 'instances' ? [{ image: key, by: 'i-0a1 (stopped)' }] : []),
    }));
    const { held } = planOf(seen(by({ ...none, 'image-references': ['instance i-0a1'] }), now, { usage: uses }));
    expect(held[0]?.guards.map(sentence)).toEqual([`i-0a1 (stopped) uses ${key}`]);
  });
});

describe('a parameter that is a pointer of ours', () => {
  const pointer = { kind: 'parameter', region: home, name: '/golden/latest' } as const;
  const pointers: Inventory['pointers'] = {
    [`${home} parameter /golden/latest`]: known({ kind: 'parameter', value: root.id }),
  };
  const uses = (name: string) =>
    readings([home, abroad]).map((one) => ({
      ...one,
      uses: known(
        one.region === home && one.source === 'ssm-parameters' ? [{ image: key, by: `parameter ${name}` }] : [],
      ),
    }));
  const named = (name: string, keepPublished: boolean): Given => ({
    inventory: {
      usage: uses(name),
      pointers,
      references: {
        ...unreferenced(images),
        [key]: { at: now, by: { 'image-references': known([`parameter ${name}`]), 'image-builder': known([]) } },
      },
    },
    retain: { keepPublished },
  });

  table('keeps the image that it names', [
    ['as a pointer, and is not told twice', named(pointer.name, true), ['published']],
    ['unless policies let go what pointers name', named(pointer.name, false), []],
    [
      'whatever policies let go, where something else refers to it',
      {
        ...named(pointer.name, false),
        inventory: {
          ...named(pointer.name, false).inventory,
          references: {
            ...unreferenced(images),
            [key]: {
              at: now,
              by: {
                'image-references': known([`parameter ${pointer.name}`, 'template lt-1']),
                'image-builder': known([]),
              },
            },
          },
        },
      },
      ['in-use'],
    ],
    ['as a parameter, where it is somebody else’s', named('/other', false), ['in-use']],
  ]);
});

describe('images are asked about', () => {
  const asked = (more: Partial<Inventory> = {}, retaining = retain()) =>
    usageQuestions(
      inventory(images, { records: records({ images: kept }), ...more }),
      compiled(policy({ retain: retaining })),
      now,
    );

  test('when a step that takes is due for them, with all their lineage', () =>
    expect(asked().map(({ image }) => image)).toEqual([keyOf(copy), key]));
  test('not before that', () =>
    expect(asked({}, retain({ stages: { ...retain().stages, disable: { afterDeprecated: 41 * day } } }))).toEqual([]));
  test('not in a look at one lineage', () => expect(asked({ scope: 'lineage' })).toEqual([]));
  test('not to deprecate them, since they launch on', () => {
    const fresh = images.map(({ deprecationAt: _none, ...one }) => one);
    expect(
      usageQuestions(
        inventory(fresh, { records: records({ images: kept }) }),
        compiled(policy({ retain: retain() })),
        now,
      ),
    ).toEqual([]);
  });
  test('through the sources that are on', () => {
    const some = retain({ guards: { ...retain().guards, off: ['image-builder'] } });
    expect(asked({}, some)[0]).toMatchObject({ references: ['image-references'], sharing: true });
  });
  test.each<[string, boolean, boolean, boolean]>([
    ['asked where policies look at them', true, false, true],
    ['asked, whatever some policy says need not be looked at', true, true, true],
    ['asked while no policy says that nobody need look', false, false, true],
    ['not asked where policies do not look, and say so', false, true, false],
  ])('with whom they are shared is %s', (_how, sharedAccounts, excused, sharing) => {
    const overrides = excused ? [{ rule: 'retain/shared-unchecked', reason: 'nobody launches them' }] : [];
    const guards = { ...retain().guards, sharedAccounts };
    const rules = compiled(policy({ retain: retain({ guards }), overrides }));
    const found = usageQuestions(inventory(images, { records: records({ images: kept }) }), rules, now);
    expect(found.map((one) => one.sharing)).toEqual([sharing, sharing]);
  });
  test('never where nothing at all is done with them', () => {
    const two = [retain(), retain()].map((one, i) => policy({ name: `p${i}`, retain: one, family: { key: `f${i}` } }));
    expect(usageQuestions(inventory(images, { records: records({ images: kept }) }), compiled(...two), now)).toEqual(
      [],
    );
  });
  test('about others only where others may use them', () => {
    const grants = { [key]: known([]), [keyOf(copy)]: known([`account:${other}`]) };
    expect(asked({ grants }).map(({ image, reports }) => [image, reports])).toEqual([
      [keyOf(copy), true],
      [key, false],
    ]);
  });
});

test('Use elsewhere is told by counts', () => {
  const uses = [use(14), { account: other, type: 'ec2:LaunchTemplate', count: 1 }, use(2, '333344445555')];
  const { held } = planOf(reported([report({ uses: [use(3)], full: false }), report({ uses })]));
  expect(held[0]?.guards.map(sentence)).toEqual([
    `other accounts use ${key} (222233334444: 1 launch template, 222233334444: 14 instances, 333344445555: 2 instances)`,
  ]);
});

describe('of an image that others may use it is told', () => {
  const guards = (given: Given) => (planOf(given).held[0]?.guards ?? []).map(sentence);
  test.each<[string, Given, string]>([
    [
      'that nobody read its reports',
      reported(undefined),
      `what usage reports would show of ${key} is not known: it was not read`,
    ],
    ['why nobody could', reported('denied'), `what usage reports would show of ${key} is not known: denied`],
    ['why its report failed', reported([failed(hour)]), `broken`],
    [
      'that EC2 does not say why it failed',
      reported([report({ state: 'error', createdAt: now - hour })]),
      'it does not say why',
    ],
    [
      'the largest of several counts, whichever comes first',
      reported([report({ full: false, uses: [use(14)] }), report({ uses: [use(3)] })]),
      `other accounts use ${key} (222233334444: 14 instances)`,
    ],
    [
      'what EC2 Image Builder makes of it',
      reported([
        report({
          uses: [
            { account: other, type: 'imagebuilder:ImageRecipe', count: 2 },
            { account: other, type: 'imagebuilder:ContainerRecipe', count: 1 },
            { account: other, type: 'new:Thing', count: 1 },
          ],
        }),
      ]),
      `other accounts use ${key} (222233334444: 1 container recipe, 222233334444: 1 new:Thing, 222233334444: 2 image recipes)`,
    ],
  ])('%s', (_what, given, text) => expect(guards(given)).toEqual([expect.stringContaining(text)]));
});

test('what names no image asks for no report', () => {
  const world = worldOf(inventory(images, { reports: {} }), compiled(), now);
  expect(reportsToAskFor(images, [{ code: 'outside-window' }], world)).toEqual([]);
});
