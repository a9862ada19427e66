import { describe, expect, test } from 'vitest';
import { known } from '../../shared/model/evidence.ts';
import { type Image, keyOf, tagsOf } from '../../shared/model/image.ts';
import type { Inventory } from '../../shared/model/inventory.ts';
import type { RetainPolicy } from '../../shared/model/policy.ts';
import type { ImageRecord } from '../../shared/model/records.ts';
import type { UsageReport } from '../../shared/model/references.ts';
import { day, minute } from '../../shared/model/time.ts';
import { decide } from '../../shared/rules/decide.ts';
import { copy, kept, newer, root } from './expiring.ts';
import {
  compiled,
  inventory,
  now,
  policy,
  record,
  recorded,
  records,
  report,
  retain,
  unreferenced,
  unusedElsewhere,
} from './make.ts';
import { told } from './told.ts';

const notice = { before: 7 * day };
const owned = (one: Image, owner: string): Image => ({ ...one, tags: known({ ...tagsOf(one), Owner: owner }) });

interface Given {
  readonly dueIn?: number;
  /** When the owner was told, by image. */
  readonly root?: NonNullable<ImageRecord['notice']>;
  readonly copy?: NonNullable<ImageRecord['notice']>;
  readonly disabledAgo?: number;
  readonly retain?: Partial<RetainPolicy>;
}

function planOf({ dueIn = 0, disabledAgo, ...given }: Given) {
  const disabled = disabledAgo === undefined ? {} : { state: 'disabled' as const };
  const images = [root, copy].map((one) => ({
    ...owned(one, 'a'),
    ...disabled,
    deprecationAt: now + dueIn - 30 * day,
  }));
  const gone =
    disabledAgo === undefined ? {} : { disabledAt: now - disabledAgo, checkedAt: now - disabledAgo, savedGrants: [] };
  const own = recorded(
    record(root, { finishedAt: now - 299 * day, ...gone, ...(given.root && { notice: given.root }) }),
    record(copy, { root: keyOf(root), role: 'copy', ...gone, ...(given.copy && { notice: given.copy }) }),
  );
  const world = inventory([...images, ...newer], { records: records({ images: { ...kept, ...own } }) });
  return told(decide(world, compiled(policy({ retain: retain({ notice, ...given.retain }) })), now));
}

const verdictOf = (given: Given) => planOf(given).verdicts.find(({ image }) => image === keyOf(root));
const at = (ago: number, step: 'disable-image' | 'deregister-image' = 'disable-image') => ({ step, at: now - ago });
const done = (given: Given) => planOf(given).actions.map(({ kind, image }) => `${kind} ${image}`);

describe('a step that was told of', () => {
  test('early comes when it is due', () => {
    expect(verdictOf({ dueIn: 3 * day, root: at(6 * day) })?.next).toEqual({
      step: 'disable-image',
      at: now + 3 * day,
    });
  });

  test('late comes when the notice is old enough', () => {
    expect(verdictOf({ dueIn: day, root: at(day) })?.next).toEqual({ step: 'disable-image', at: now + 6 * day });
  });

  test('says since when, and for how long it waits', () => {
    expect(verdictOf({ root: at(day) })).toMatchObject({
      code: 'notice-wait',
      reasons: [{ code: 'notice-wait', data: { since: '2026-11-22', before: '7d' } }],
      next: { step: 'disable-image', at: now + 6 * day },
    });
  });
});

describe('a step that is to be told of', () => {
  test('says for how long before, of what, and when it is due', () => {
    expect(planOf({ dueIn: 2 * day }).actions[0]?.why).toEqual([
      { code: 'notice-due', data: { before: '7d', step: 'disable-image', due: '2026-11-30T10:00:00.000Z' } },
    ]);
    expect(planOf({ disabledAgo: 24 * day }).actions[0]?.why[0]?.data).toMatchObject({ step: 'deregister-image' });
  });

  test('is told to nobody where the policy names no owner', () => {
    expect(planOf({}).actions).toMatchObject([{ kind: 'give-notice', owners: [] }]);
  });
});

describe('a notice counts', () => {
  const began = 40 * day;
  const due = { dueIn: -10 * day };

  test('from the moment on in which the image was deprecated', () => {
    expect(done({ ...due, root: at(began + 10 * minute) })).toEqual(
      [keyOf(copy), keyOf(root)].map((one) => `disable-image ${one}`),
    );
    expect(done({ ...due, root: at(began + 10 * minute + 1) })).toEqual([`give-notice ${keyOf(root)}`]);
  });

  test('from the moment on in which it was disabled', () => {
    const given = { disabledAgo: began };
    expect(done({ ...given, root: at(began, 'deregister-image') })).toHaveLength(2);
    expect(done({ ...given, root: at(began + 1, 'deregister-image') })).toEqual([`give-notice ${keyOf(root)}`]);
  });

  test('for the lineage on its root, not on a copy', () => {
    expect(done({ ...due, copy: at(8 * day) })).toEqual([`give-notice ${keyOf(root)}`]);
  });

  test('for each image on itself, where images leave alone', () => {
    const unit = { retain: { unit: 'image' as const } };
    expect(done({ ...due, ...unit, copy: at(8 * day) })).toEqual([
      `give-notice ${keyOf(root)}`,
      `disable-image ${keyOf(copy)}`,
    ]);
    expect(done({ ...due, ...unit, root: at(8 * day) })).toEqual([
      `give-notice ${keyOf(copy)}`,
      `disable-image ${keyOf(root)}`,
    ]);
  });

  test('the same owner is told once, several in order', () => {
    const owners = (...templates: string[]) => {
      const policies = templates.map((owner, index) =>
        policy({ name: `p${index}`, retain: retain({ notice: { before: 7 * day, owner } }) }),
      );
      const images = [root, copy].map((one) => ({ ...owned(one, 'team'), deprecationAt: now - 40 * day }));
      const world = inventory([...images, ...newer], { records: records({ images: kept }) });
      const found = decide(world, compiled(...policies), now).actions.filter((one) => one.kind === 'give-notice');
      return found.map((one) => one.owners);
    };
    expect(owners('z', '{tag:Owner}', 'team', 'a')).toEqual([['a', 'team', 'z']]);
    expect(owners('a', 'z', '{tag:Owner}')).toEqual([['a', 'team', 'z']]);
    expect(owners('{tag:Absent}', 'b')).toEqual([['b']]);
  });
});

describe('a step is told of', () => {
  const ago = now - 40 * day;
  const images = [root, copy].map((one) => ({ ...one, deprecationAt: ago }));
  const steps = (given: Image[], more: Partial<Inventory>) => {
    const world = inventory([...given, ...newer], { records: records({ images: kept }), ...more });
    const plan = told(decide(world, compiled(policy({ retain: retain({ notice }) })), now));
    return plan.actions.map(({ kind, image }) => `${kind} ${image}`);
  };
  const give = `give-notice ${keyOf(root)}`;
  const reports = (list: UsageReport[]) => ({
    reports: { ...unusedElsewhere([copy, ...newer]), [keyOf(root)]: known(list) },
  });
  const gone: Partial<Inventory> = { origins: { [keyOf(root)]: 'gone' } };

  test.each<[string, Partial<Inventory>]>([
    ['nobody has asked about its use elsewhere', reports([])],
    ['that is being asked', reports([report({ state: 'pending' })])],
    ['that could not be told', reports([report({ state: 'error', createdAt: now - 1 })])],
    ['nobody has looked what refers to it', { references: unreferenced([copy, ...newer]) }],
  ])('although %s, since that is read once it is due', (_what, more) => {
    expect(steps(images, more)).toEqual([give]);
  });

  test('not where other accounts do use it', () => {
    const uses = [{ account: '222233334444', type: 'ec2:Instance', count: 1 }];
    expect(steps(images, reports([report({ uses })]))).toEqual([]);
  });

  test('also where the removal was approved before anybody wanted notice', () => {
    const approved = { disabledAt: ago, checkedAt: ago, savedGrants: [], approvedAt: now - day };
    const own = recorded(
      record(root, { finishedAt: now - 299 * day, ...approved }),
      record(copy, { root: keyOf(root), role: 'copy', ...approved }),
    );
    const disabled = images.map((one): Image => {
      return { ...one, state: 'disabled', tags: known({ ...tagsOf(one), 'ami-steward:reap': 'approved' }) };
    });
    expect(steps(disabled, { records: records({ images: { ...kept, ...own } }) })).toEqual([give]);
  });

  test('of a lineage that has no record yet, or whose root is gone, under its root', () => {
    const { [keyOf(root)]: _none, ...others } = kept;
    expect(steps(images, { records: records({ images: others }) })).toEqual([give]);
    expect(steps(images.slice(1), gone)).toEqual([give]);
  });

  test('never of a lineage of which nothing is ours', () => {
    const bare = { ...copy, deprecationAt: ago, tags: known({}) };
    expect(steps([bare], gone)).toEqual([]);
  });

  test('never of images that somebody else disabled', () => {
    const disabled = images.map((one): Image => ({ ...one, state: 'disabled' }));
    expect(steps(disabled, {})).toEqual([]);
  });
});
