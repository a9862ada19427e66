import { expect, test } from 'vitest';
import { codes } from '../../shared/model/codes.ts';
import { everywhere, isTaking, taking } from './support.ts';

test('the worlds reach every kind of action and every guard', () => {
  const seen = new Set<string>();
  const taken = new Map<string, number>();
  everywhere((_world, plan) => {
    for (const { kind, mode } of plan.actions) seen.add(`${kind} ${mode}`);
    for (const kind of new Set(plan.actions.filter(isTaking).map((action) => action.kind)))
      taken.set(kind, (taken.get(kind) ?? 0) + 1);
    for (const { guards } of plan.held) for (const { code } of guards) seen.add(code);
    for (const { reasons } of plan.verdicts) for (const { code } of reasons) seen.add(code);
  });
  for (const kind of taking) expect(taken.get(kind) ?? 0, kind).toBeGreaterThan(30);
  const giving = ['mark-image', 'clean-up-copy', 'copy-image', 'share-image', 'publish-image'];
  const kinds = [...giving, 'share-snapshots', 'grant-key', ...taking];
  const expected = [...kinds.map((kind) => `${kind} apply`), ...Object.keys(codes)];
  const unreached = ['no-policy', 'ambiguous-origin', 'retired-here', 'cannot-be-public', 'speaks-for-copies'];
  expect(expected.filter((word) => !seen.has(word) && !unreached.includes(word))).toEqual([]);
});
