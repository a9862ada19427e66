import { describe, expect, test } from 'vitest';
import { actionId } from '../../shared/model/action-id.ts';
import { known, unknown } from '../../shared/model/evidence.ts';
import { type Image, keyOf } from '../../shared/model/image.ts';
import type { Inventory } from '../../shared/model/inventory.ts';
import type { Action, ActionKind } from '../../shared/model/plan.ts';
import { hour } from '../../shared/model/time.ts';
import { changedParts, digestsOf, takes } from '../../shared/rules/basis.ts';
import { copyOf, home, image, inventory, now, readings, report } from './make.ts';

const root = image(1);
const copy = copyOf(root, 11);
const key = keyOf(root);
const common = { image: key, root: key, policy: 'golden', mode: 'apply' as const };
const why = [{ code: 'disable-due', data: { age: '30d', wait: '1d' } } as const];
const disable: Action = { ...common, kind: 'disable-image', why };
const mark: Action = { ...common, kind: 'mark-image', tags: {}, snapshots: [], why: [{ code: 'mark-missing' }] };
const share = (add: string[], remove: string[]): Action => ({ ...common, kind: 'share-image', add, remove, why: [] });

const digests = (action: Action, of: Inventory = inventory([root, copy])) => digestsOf(of, [action])[actionId(action)];
const moved = (action: Action, of: Inventory, before: Inventory = inventory([root, copy])) =>
  changedParts(digests(action, before) ?? {}, digests(action, of) ?? {});
const withImage = (more: Partial<Image>): Inventory => inventory([{ ...root, ...more }, copy]);
const used = (by: Image): Inventory =>
  inventory([root, copy], {
    usage: readings([home, copy.region]).map((reading, index) =>
      index === 0 ? { ...reading, uses: known([{ image: keyOf(by), by: 'i-1' }]) } : reading,
    ),
  });

describe('a step rests', () => {
  test.each<[string, Action, Inventory, string[]]>([
    ['on nothing else where nothing changed', disable, inventory([root, copy]), []],
    [
      'on the fields of its image',
      disable,
      withImage({ name: 'renamed', encrypted: true }),
      ['image.encrypted', 'image.name'],
    ],
    ['not on what a scan found', disable, withImage({ severity: known('high') }), []],
    ['on the last launch, where it takes', disable, withImage({ lastLaunchedAt: known(now) }), ['last launch']],
    ['not on the last launch, where it gives', mark, withImage({ lastLaunchedAt: known(now) }), []],
    ['on use of its image, where it takes', disable, used(root), ['uses']],
    ['on use of any image of its lineage', disable, used(copy), ['uses']],
    ['not on use of another image', disable, used(image(99)), []],
    ['not on use, where it gives', mark, used(root), []],
    [
      'not on when use was read',
      disable,
      inventory([root, copy], { usage: readings([home, copy.region], now - hour) }),
      [],
    ],
  ])('%s', (_name, action, later, parts) => expect(moved(action, later)).toEqual(parts));

  test('on what EC2 says refers to an image, and what other accounts use', () => {
    const none = inventory([root, copy]);
    const [references, reports] = [none.references ?? {}, none.reports ?? {}];
    const use = { account: '222233334444', type: 'ec2:Instance', count: 1 };
    const seen: Partial<Inventory>[] = [
      { references: { ...references, [keyOf(copy)]: { at: now, by: { 'image-references': known(['i-1']) } } } },
      { references: {} },
      { reports: { ...reports, [key]: known([report({ uses: [use] })]) } },
      { reports: { ...reports, [key]: unknown('denied') } },
      { reports: {} },
    ];
    for (const more of seen) expect(moved(disable, inventory([root, copy], more))).toEqual(['uses']);
    expect(
      moved(disable, inventory([root, copy], { reports: { ...reports, [key]: known([report({ id: 'x' })]) } })),
    ).toEqual([]);
    const { references: _references, reports: _reports, ...saved } = none;
    expect(moved(disable, saved)).toEqual(['uses']);
  });

  test('on which source of use could not be read, in whatever order they come', () => {
    const blind = readings([home]).map((reading, index) =>
      index === 0 ? { ...reading, uses: unknown('x') } : reading,
    );
    const of = (usage: Inventory['usage']) => inventory([root, copy], { usage });
    expect(moved(disable, of(blind), of(readings([home])))).toEqual(['uses']);
    expect(moved(disable, of([...readings([home])].reverse()), of(readings([home])))).toEqual([]);
  });

  test('on its reasons with their figures, but not on an age, which changes by itself', () => {
    const change = (data: Record<string, string>) =>
      changedParts(digests(disable) ?? {}, digests({ ...disable, why: [{ code: 'disable-due', data }] }) ?? {});
    expect(change({ age: '31d', wait: '1d' })).toEqual([]);
    expect(change({ age: '30d', wait: '2d' })).toEqual(['reasons']);
    const other: Action = { ...disable, why: [{ code: 'deprecate-due', data: { wait: '1d' } }] };
    expect(changedParts(digests(disable) ?? {}, digests(other) ?? {})).toEqual(['reasons']);
  });

  test('on what is to be done, whichever policy wishes it', () => {
    const before = digests(share(['account:1'], [])) ?? {};
    expect(changedParts(before, digests(share(['account:2'], [])) ?? {})).toEqual(['action']);
    expect(changedParts(before, digests({ ...share(['account:1'], []), policy: 'other' }) ?? {})).toEqual([]);
  });

  test('on use of its image also where that is listed no more', () => {
    const lost = (by: string[]) =>
      inventory([], { references: { [key]: { at: now, by: { 'image-references': known(by) } } } });
    expect(moved(disable, lost(['i-1']), lost([]))).toEqual(['uses']);
  });
});

describe('launch permissions', () => {
  const shared = (...to: string[]) => inventory([root, copy], { grants: { [key]: known(to) } });

  test('count where both had read them', () => {
    expect(moved(mark, shared('account:1'), shared('account:2'))).toEqual(['launch permissions']);
    expect(moved(mark, shared('account:1'), shared('account:1'))).toEqual([]);
  });

  test('do not count where one of both had not', () => {
    expect(moved(mark, shared('account:1'))).toEqual([]);
    expect(moved(mark, inventory([root, copy]), shared('account:1'))).toEqual([]);
  });
});

test('parts are named in order, also those that only one of both has', () => {
  expect(changedParts({ b: '1', c: '1', same: '1' }, { a: '1', b: '2', same: '1' })).toEqual(['a', 'b', 'c']);
});

test.each<[ActionKind, boolean]>([
  ['copy-image', false],
  ['mark-image', false],
  ['publish-image', false],
  ['request-usage-report', false],
  ['clean-up-copy', true],
  ['deprecate-image', true],
  ['give-notice', true],
  ['disable-image', true],
  ['approve-removal', true],
  ['deregister-image', true],
])('that %s takes something: %s', (kind, expected) => {
  expect(takes({ ...common, kind, why: [] } as unknown as Action)).toBe(expected);
});

test('sharing takes where somebody loses something', () => {
  expect([share(['account:1'], []), share([], ['account:1']), share([], [])].map(takes)).toEqual([false, true, false]);
});
