import { describe, expect, it } from 'vitest';
import { type Counted, ec2Quotas, type Granted, judgeQuotas } from '../../cli/doctor/checks/quotas.ts';
import type { Seen } from '../../cli/doctor/seen.ts';
import { denied, everywhere, policyOf, seen, statuses } from './make.ts';

const copy: Counted = { state: 'pending', public: false, sourceImageId: 'ami-01' };
const image: Counted = { state: 'available', public: false };
const of = (count: number, one: Partial<Counted> = {}): Counted[] => Array(count).fill({ ...image, ...one });

const judge = (images: readonly Counted[], granted: Seen<Granted> = seen({}), policy = policyOf()) =>
  judgeQuotas({ images: everywhere(seen(images), 'us-east-1'), granted: everywhere(granted, 'us-east-1') }, { policy });

describe('quotas', () => {
  it('stand beside what is used now, and say where nothing is known but what AWS documents', () => {
    expect(judge(of(3), seen({ images: 60_000, public: 5, sharees: 1_000 }))).toEqual([
      {
        status: 'ok',
        says: '3 of 60000 images, 0 of 5 public images, 0 of 1000 sharees per image, 0 of 300 copies under way (documented) in us-east-1',
      },
    ]);
    expect(judge(of(3))[0]?.says).toContain('3 of 50000 images (documented)');
  });

  it('are a warning from four fifths on, with the one that is nearly full and how to ask for more', () => {
    const granted = seen({ images: 10 });
    expect(statuses(judge(of(7), granted))).toEqual(['ok']);
    expect(judge(of(8), granted)).toMatchObject([
      { status: 'warning', says: '8 of 10 images in us-east-1', next: [expect.stringMatching(/--region us-east-1$/)] },
    ]);
    expect(judge(of(4, { public: true }))[0]?.says).toBe('4 of 5 public images (documented) in us-east-1');
  });

  it('are those that were granted, also where AWS documents more', () => {
    expect(statuses(judge(of(8)))).toEqual(['ok']);
    expect(statuses(judge(of(9), seen({ images: 1_000 })))).toEqual(['ok']);
    expect(statuses(judge(of(4, { public: true }), seen({ public: 100 })))).toEqual(['ok']);
  });

  it('count the copies under way, and no image that is built', () => {
    const most = ec2Quotas.copies.documented * 0.8;
    expect(statuses(judge(of(most, copy)))).toEqual(['warning']);
    expect(statuses(judge(of(most - 1, copy)))).toEqual(['ok']);
    expect(statuses(judge(of(most, { ...copy, sourceInstanceId: 'i-1' })))).toEqual(['ok']);
    expect(statuses(judge(of(most, { sourceImageId: 'ami-01' })))).toEqual(['ok']);
  });

  it('count sharees as often as an image that all policies select would have them', () => {
    const accounts = Array.from({ length: 800 }, (_, i) => `"${300_000_000_000 + i}"`).join(', ');
    const many = policyOf(`share: { accounts: [${accounts}] }`);
    expect(judge(of(1), seen({}), many)).toMatchObject([
      { status: 'warning', says: '800 of 1000 sharees per image (documented) in us-east-1' },
    ]);
    expect(statuses(judge(of(1), seen({ sharees: 5_000 }), many))).toEqual(['ok']);
  });

  it('that nobody may read are the documented ones, which is said, and unseen images count as unknown', () => {
    const findings = judge(of(3), denied);
    expect(findings).toMatchObject([{ status: 'ok' }, { status: 'unchecked', because: 'denied' }]);
    expect(findings[0]?.says).toContain('3 of 50000 images (documented)');
    const blind = judgeQuotas({ images: everywhere(denied, 'us-east-1'), granted: [] }, {});
    expect(statuses(blind)).toEqual(['unchecked']);
  });
});
