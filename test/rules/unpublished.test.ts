import { describe, expect, it } from 'vitest';
import type { Code } from '../../shared/model/codes.ts';
import { keyOf } from '../../shared/model/image.ts';
import type { Plan, Verdict } from '../../shared/model/plan.ts';
import { hour } from '../../shared/model/time.ts';
import { longestUnpublished } from '../../shared/rules/unpublished.ts';
import { compiled, image, inventory, now, policy, record, recorded, records } from './make.ts';

const [first, second] = [image(1), image(2)];
const known = inventory([first, second], {
  records: records({
    images: recorded(record(first, { firstSeenAt: now - 5 * hour }), record(second, { firstSeenAt: now - 9 * hour })),
  }),
});

const saying = (one: typeof first, ...codes: Code[]): Verdict => ({
  image: keyOf(one),
  root: keyOf(one),
  policy: 'golden',
  code: codes[0] ?? 'in-place',
  reasons: codes.map((code) => ({ code })),
});
const waited = (verdicts: Verdict[], by = policy(), seen = known) =>
  longestUnpublished({ verdicts } as unknown as Plan, seen, compiled(by), now);

describe('how long the newest image has waited for its pointer', () => {
  it.each([
    'publish-due',
    'publish-back',
    'publish-waits',
    'publish-pending',
    'pointer-conflict',
    'pointer-foreign',
    'pointer-moved',
    'pointer-untagged',
    'pointer-unread',
  ] as const)('counts from when it was first seen, also where %s is not the first reason', (code) => {
    expect(waited([saying(first, 'in-place', code)])).toBe(5 * hour);
  });

  it('is the longest of all', () => {
    expect(waited([saying(first, 'publish-waits'), saying(second, 'publish-due')])).toBe(9 * hour);
    expect(waited([saying(second, 'publish-waits'), saying(first, 'publish-due')])).toBe(9 * hour);
  });

  it.each(['published-here', 'pointer-ahead', 'pointer-absent', 'pointer-unnamed', 'among-newest'] as const)(
    'is nothing for one that says %s',
    (code) => expect(waited([saying(first, code)])).toBe(0),
  );

  it('is nothing where the policy only plans, where none selects it, and before it is recorded', () => {
    expect(waited([saying(first, 'publish-due')], policy({ mode: 'plan' }))).toBe(0);
    const { policy: _, ...unmanaged } = saying(first, 'publish-due');
    expect(waited([unmanaged])).toBe(0);
    expect(waited([saying(first, 'publish-due')], policy(), inventory([first]))).toBe(0);
  });
});
