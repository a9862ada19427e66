import { expect, test } from 'vitest';
import type { ImageRecord } from '../../shared/model/records.ts';
import { day, hour } from '../../shared/model/time.ts';
import { decide } from '../../shared/rules/decide.ts';
import { compiled, inventory, now, policy, record, recorded, records, retain } from './make.ts';
import { type Case, disabled, newer, newerRecords, old, table } from './one-old-image.ts';

const quarantined = (ago: number, more: Partial<ImageRecord>, wait: number): Case => ({
  image: { state: 'disabled', deprecationAt: now - 90 * day },
  record: { disabledAt: now - ago, checkedAt: now - ago, savedGrants: [], ...more },
  retain: { stages: { ...retain().stages, deregister: { afterDisabled: wait, deleteSnapshots: true } } },
});
const shared = { savedGrants: ['account:222233334444'] };
const unknownShares: Partial<ImageRecord> = { savedGrants: undefined as never };

table('the quarantine has a minimum: 48 hours if it was private, 7 days if it was shared or nobody knows', [
  ['the policy waits longer: one before', quarantined(30 * day - 1, {}, 30 * day), undefined, 'quarantine'],
  ['the policy waits longer: at the moment', quarantined(30 * day, {}, 30 * day), 'approve-removal', 'approve-due'],
  ['private, one before', quarantined(48 * hour - 1, {}, hour), undefined, 'quarantine'],
  ['private, at the moment', quarantined(48 * hour, {}, hour), 'approve-removal', 'approve-due'],
  ['shared, one before', quarantined(7 * day - 1, shared, hour), undefined, 'quarantine'],
  ['shared, at the moment', quarantined(7 * day, shared, hour), 'approve-removal', 'approve-due'],
  ['nobody knows, one before', quarantined(7 * day - 1, unknownShares, hour), undefined, 'quarantine'],
  [
    'an override lowers it',
    {
      ...quarantined(30 * hour, {}, day),
      policy: {
        retain: retain({ stages: { ...retain().stages, deregister: { afterDisabled: day, deleteSnapshots: true } } }),
        overrides: [{ rule: 'retain/min-quarantine', reason: 'rebuilt every night' }],
      },
    },
    'approve-removal',
    'approve-due',
  ],
]);

table('removal is approved after a second check a day after the first', [
  [
    '23:59:59.999 after',
    { ...disabled, record: { ...disabled.record, checkedAt: now - day + 1 } },
    undefined,
    'second-check-pending',
  ],
  [
    '24 hours after',
    { ...disabled, record: { ...disabled.record, checkedAt: now - day } },
    'approve-removal',
    'approve-due',
  ],
  [
    'no first check on record',
    { ...disabled, record: { disabledAt: now - 60 * day, savedGrants: [] } },
    undefined,
    'second-check-pending',
  ],
  ['disabled by somebody else', { ...disabled, record: {} }, undefined, 'unfinished'],
]);

const approvedRecord = { ...disabled.record, approvedAt: now - hour };

table('only what carries mark and record of the approval is deregistered', [
  [
    'both',
    { ...disabled, tags: { 'ami-steward:reap': 'approved' }, record: approvedRecord },
    'deregister-image',
    'removal-approved',
  ],
  [
    'F73 the mark alone, which anybody may write',
    { ...disabled, tags: { 'ami-steward:reap': 'approved' } },
    'approve-removal',
    'approve-due',
  ],
  [
    'both, of a quarantine that ended when a person enabled the image; it was disabled again an hour ago',
    {
      ...disabled,
      tags: { 'ami-steward:reap': 'approved' },
      record: { ...approvedRecord, disabledAt: now - hour + 1, checkedAt: now - hour + 1 },
    },
    undefined,
    'quarantine',
  ],
  ['the record alone', { ...disabled, record: approvedRecord }, 'approve-removal', 'approve-due'],
  [
    'an image that is available',
    { tags: { 'ami-steward:reap': 'approved' }, record: { approvedAt: now - hour } },
    'deprecate-image',
    'deprecate-due',
  ],
]);

test('of an image that nobody recorded as disabled no date is told', () => {
  const nobodys = old({ state: 'disabled', deprecationAt: now - 90 * day });
  const kept = recorded(record(nobodys, { finishedAt: now - 299 * day }), ...newerRecords());
  const world = inventory([nobodys, ...newer], { records: records({ images: kept }) });
  const { held } = decide(world, compiled(policy({ retain: retain() })), now);
  expect(held.flatMap(({ why }) => why.map(({ data }) => data?.since))).toEqual(['a day that nobody recorded']);
});
