import { describe, expect, test } from 'vitest';
import { known, unknown } from '../../shared/model/evidence.ts';
import { keyOf } from '../../shared/model/image.ts';
import type { Inventory } from '../../shared/model/inventory.ts';
import type { RetainPolicy } from '../../shared/model/policy.ts';
import type { ImageRecord } from '../../shared/model/records.ts';
import { day, hour } from '../../shared/model/time.ts';
import { decide } from '../../shared/rules/decide.ts';
import { sentence } from '../../shared/rules/explain.ts';
import { compiled, home, inventory, marked, now, policy, record, recorded, records, retain } from './make.ts';
import { newer, newerRecords, old } from './one-old-image.ts';
import { told } from './told.ts';

const leaving = old({ state: 'disabled', deprecationAt: now - 90 * day });
const [snapshot = ''] = leaving.snapshots;
const ready: Partial<ImageRecord> = { disabledAt: now - 60 * day, checkedAt: now - 60 * day, savedGrants: [] };
const approval = { 'ami-steward:reap': 'approved' };

interface Given {
  readonly locks?: Inventory['locks'];
  readonly approved?: true;
  readonly record?: Partial<ImageRecord>;
  readonly deregister?: NonNullable<RetainPolicy['stages']['deregister']>;
}

function planOf({
  locks,
  approved,
  record: more,
  deregister = { afterDisabled: 30 * day, deleteSnapshots: true },
}: Given) {
  const image = approved ? marked(leaving, approval) : leaving;
  const kept = recorded(
    record(image, { ...ready, ...(approved && { approvedAt: now - hour }), ...more }),
    ...newerRecords(),
  );
  const { stages } = retain();
  const rules = compiled(policy({ retain: retain({ stages: { ...stages, deregister } }) }));
  const seen = inventory([image, ...newer], { ...(locks && { locks }), records: records({ images: kept }) });
  return told(decide(seen, rules, now));
}

const steps = (given: Given) => planOf(given).actions.map(({ kind }) => kind);
const held = (given: Given) => planOf(given).held.flatMap(({ guards }) => guards.map(sentence));

describe('F56 an image whose snapshots would go with it', () => {
  const locked = (until?: number): Inventory['locks'] => ({
    [home]: known({ [snapshot]: until === undefined ? {} : { until }, 'snap-other': {} }),
  });

  test.each([
    ['approved for it', undefined, 'approve-removal'],
    ['removed', true, 'deregister-image'],
  ] as const)('is not %s while one of them is locked, and says until when', (_what, approved, step) => {
    const given = { ...(approved && { approved }) };
    expect(steps({ ...given, locks: { [home]: known({ 'snap-other': {} }) } })).toEqual([step]);
    expect(steps({ ...given, locks: locked(now + day) })).toEqual([]);
    expect(held({ ...given, locks: locked(now + day) })).toEqual([
      `somebody has locked ${snapshot} of ${keyOf(leaving)} until ${new Date(now + day).toISOString().slice(0, 10)}, and no lock is lifted here`,
    ]);
    expect(held({ ...given, locks: locked() })).toEqual([
      `somebody has locked ${snapshot} of ${keyOf(leaving)}, and no lock is lifted here`,
    ]);
  });

  test('stays where nobody looked, or could', () => {
    expect(held({ locks: {} })).toEqual([
      `which snapshots are locked in ${home} could not be read: they were not looked at`,
    ]);
    expect(held({ locks: { [home]: unknown('AccessDenied') } })).toEqual([
      `which snapshots are locked in ${home} could not be read: AccessDenied`,
    ]);
  });

  test('is disabled all the same, and removed where its snapshots stay', () => {
    const stays = { afterDisabled: 30 * day, deleteSnapshots: false };
    expect(steps({ locks: locked(), deregister: stays })).toEqual(['approve-removal']);
  });
});

describe('F60 a step that AWS refused', () => {
  const refused = (step: string, ago: number) => ({ refused: { step, at: now - ago, why: 'an SCP says no' } });

  test.each([
    ['a moment ago', 0, []],
    ['almost a day ago', day - 1, []],
    ['a day ago', day, ['approve-removal']],
  ])('%s is taken again after a day', (_when, ago, expected) => {
    expect(steps({ record: refused('approve-removal', ago) })).toEqual(expected);
  });

  test('says what AWS said, and keeps no other step', () => {
    expect(held({ record: refused('approve-removal', 0) })).toEqual([
      `AWS refused it on ${new Date(now).toISOString().slice(0, 10)}, and it is tried again a day later: an SCP says no`,
    ]);
    expect(steps({ record: refused('disable-image', 0) })).toEqual(['approve-removal']);
  });
});
