import { expect, test } from 'vitest';
import { because, codes } from '../../shared/model/codes.ts';
import { usageSources } from '../../shared/model/inventory.ts';
import {
  eventSource,
  type LifecycleEvent,
  type LifecycleType,
  lifecycleTypes,
} from '../../shared/model/lifecycle-event.ts';
import { isNotice, noticeWords } from '../../shared/model/notice.ts';
import { publishTag } from '../../shared/model/pointer.ts';
import { weekdays } from '../../shared/model/policy.ts';
import { settlingTime } from '../../shared/model/records.ts';
import { keyOperations } from '../../shared/model/storage.ts';
import { minute } from '../../shared/model/time.ts';

test('every code stands for one of six things', () => {
  const standings = ['act', 'blocked', 'done', 'held', 'unmanaged', 'waiting'];
  expect([...new Set(Object.values(codes))].sort()).toEqual(standings);
});

test('a reason without figures has none', () => {
  expect(because('unfinished')).toEqual({ code: 'unfinished' });
  expect('data' in because('unfinished')).toBe(false);
  expect(because('in-use', { by: 'i-1' })).toEqual({ code: 'in-use', data: { by: 'i-1' } });
});

test('each word of a notice means these events', () => {
  const event = (type: string): LifecycleEvent => ({
    type: type as LifecycleType,
    resources: [],
    metadata: { id: 'e', version: '1', timestamp: '', correlationId: 'c', causationId: 'c' },
    data: { accountId: '111122223333', region: 'us-east-1' },
  });
  const meant = noticeWords.map((word) => [word, lifecycleTypes.filter((type) => isNotice(word, event(type)))]);
  expect(Object.fromEntries(meant)).toEqual({
    copied: ['AMI Copied'],
    'copy-failed': ['AMI Copy Failed'],
    shared: ['AMI Shared', 'AMI Unshared'],
    published: ['AMI Published', 'AMI Publish Rolled Back'],
    notice: ['AMI Retirement Notice'],
    deprecated: ['AMI Deprecated'],
    disabled: ['AMI Disabled'],
    deregistered: ['AMI Deregistered', 'AMI Deregistered Elsewhere'],
    restored: ['AMI Restored'],
    blocked: ['AMI Action Blocked'],
    drift: ['AMI Deregistered Elsewhere', 'AMI Drift Detected'],
  });
  expect(lifecycleTypes.filter((type) => !type.startsWith('AMI '))).toEqual([]);
});

test('other systems rely on these words', () => {
  expect(eventSource).toBe('ami-steward');
  expect(publishTag).toBe('ami-steward:publish');
  expect(usageSources.slice(0, 2)).toEqual(['instances', 'launch-templates']);
  expect(weekdays).toEqual(['MON', 'TUE', 'WED', 'THU', 'FRI', 'SAT', 'SUN']);
  expect(settlingTime).toBe(30 * minute);
});

test('launching or copying under a key takes these operations', () => {
  expect(keyOperations).toEqual([
    'CreateGrant',
    'Decrypt',
    'DescribeKey',
    'GenerateDataKey',
    'GenerateDataKeyWithoutPlaintext',
    'ReEncryptFrom',
    'ReEncryptTo',
  ]);
});
