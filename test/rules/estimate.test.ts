import { expect, test } from 'vitest';
import { estimateLines } from '../../cli/render/estimate.ts';
import { type Image, keyOf } from '../../shared/model/image.ts';
import type { Action } from '../../shared/model/plan.ts';
import type { CopyPolicy } from '../../shared/model/policy.ts';
import { day } from '../../shared/model/time.ts';
import { decide } from '../../shared/rules/decide.ts';
import { estimateCopies } from '../../shared/rules/estimate.ts';
import { abroad, compiled, copyOf, copyTo, far, image, inventory, marked, now, policy, regions } from './make.ts';

const roots = (count: number, sizeGiB = 8): Image[] =>
  Array.from({ length: count }, (_none, n) => marked(image(n + 1, { createdAt: now - (10 + n) * day, sizeGiB })));

function estimateOf(images: readonly Image[], copy: Partial<CopyPolicy>, mode: 'apply' | 'plan' = 'apply') {
  const wanted = policy({ mode, copy: { ...copyTo(abroad, far), maxInFlight: 50, maxPerDay: 50, ...copy } });
  const plan = decide(inventory([...images], {}, regions), compiled(wanted), now);
  return estimateCopies(plan, new Map(images.map((one) => [keyOf(one), one])));
}

test('every missing copy counts with the size of its image, those that have no place yet as well', () => {
  expect(estimateOf(roots(3, 10), { maxPerDay: 4 })).toEqual({
    now: { copies: 4, gib: 40 },
    later: { copies: 2, gib: 20 },
    unsized: 0,
  });
  expect(estimateOf(roots(3, 10), { maxInFlight: 1 })).toMatchObject({ now: { copies: 2 }, later: { copies: 4 } });
});

test('F70: 1,000 images in ten Regions are told as such before the first is copied', () => {
  const far = Array.from({ length: 10 }, (_none, n) => `xx-test-${n + 1}`);
  const images = roots(1_000, 20);
  const wanted = policy({ copy: { ...copyTo(...far), maxInFlight: 5, maxPerDay: 100 } });
  const plan = decide(inventory(images, {}, [...regions, ...far]), compiled(wanted), now);
  const { now: begun, later } = estimateCopies(plan, new Map(images.map((one) => [keyOf(one), one])));
  expect(begun.copies).toBeLessThanOrEqual(100);
  expect(begun.copies + later.copies).toBe(10_000);
  expect(begun.gib + later.gib).toBe(200_000);
});

test('what is there, was built before `since` or is no copy to be made counts nothing', () => {
  const [first, second] = roots(2) as [Image, Image];
  expect(estimateOf([first, copyOf(first, 8)], {})).toMatchObject({ now: { copies: 1 }, later: { copies: 0 } });
  const none = { now: { copies: 0, gib: 0 }, later: { copies: 0, gib: 0 }, unsized: 0 };
  expect(estimateOf([first, second], { since: now })).toEqual(none);
  expect(estimateLines(none)).toEqual([]);
});

test('an image whose volumes tell no size is said to be missing from the sum', () => {
  const [known] = roots(1, 10) as [Image];
  const estimate = estimateOf([known, marked(image(2, { sizeGiB: 0, createdAt: now - day }))], {});
  expect(estimate).toMatchObject({ now: { copies: 4, gib: 20 }, unsized: 2 });
  expect(estimateLines(estimate)[0]).toBe('Copies:  4 of 20 GiB now; the size of 2 is not known and not counted.');
});

test('an image that nobody has listed is one that tells no size', () => {
  const action = { kind: 'copy-image', image: keyOf(image(1)) } as Action;
  expect(estimateCopies({ actions: [action], verdicts: [] }, new Map())).toEqual({
    now: { copies: 1, gib: 0 },
    later: { copies: 0, gib: 0 },
    unsized: 1,
  });
});

test('the lines tell both, and that it is the most that it can be', () => {
  expect(estimateLines(estimateOf(roots(3, 10), { maxPerDay: 4 }))).toEqual([
    'Copies:  4 of 40 GiB now; 2 of 20 GiB without a place yet (maxInFlight, maxPerDay).',
    'Storage: at most 60 GiB-months a month for all of them, 3.00 USD at 0.05 (us-east-1, November 2026). Snapshots are incremental.',
  ]);
});
