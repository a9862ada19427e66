import { expect, test } from 'vitest';
import { because } from '../../shared/model/codes.ts';
import { keyOf } from '../../shared/model/image.ts';
import type { ActionKind, Held } from '../../shared/model/plan.ts';
import { inOrder } from '../../shared/rules/step-order.ts';
import { copyOf, image } from './make.ts';

const [one, two] = [image(1), image(2)];
const copies = [copyOf(one, 11), copyOf(one, 12)];

const held = (step: ActionKind, of = one, root = one, more: Partial<Held> = {}): Held => ({
  image: keyOf(of),
  root: keyOf(root),
  policy: 'golden',
  step,
  why: [],
  guards: [],
  ...more,
});

/** The same, from every beginning. */
function ordered(all: readonly Held[]): Held[] {
  const turned = all.map((_one, by) => inOrder([...all.slice(by), ...all.slice(0, by)], ({ step }) => step));
  const back = inOrder([...all].reverse(), ({ step }) => step);
  for (const other of turned) expect(other).toEqual(back);
  return back;
}

test('what gives comes first, and what cannot be undone last', () => {
  const steps: readonly ActionKind[] = [
    'recover-image',
    'enable-image',
    'cancel-deprecation',
    'return-shares',
    'mark-image',
    'clean-up-copy',
    'copy-image',
    'grant-key',
    'share-snapshots',
    'share-image',
    'publish-image',
    'deprecate-image',
    'give-notice',
    'request-usage-report',
    'disable-image',
    'approve-removal',
    'deregister-image',
  ];
  expect(ordered(steps.map((step) => held(step))).map(({ step }) => step)).toEqual(steps);
});

test('of one step lineages and their images are in the order of their names', () => {
  const all = [
    held('disable-image', one),
    ...copies.map((copy) => held('disable-image', copy)),
    held('disable-image', two, two),
  ];
  expect(ordered(all).map((item) => item.image)).toEqual([...copies.map(keyOf), keyOf(one), keyOf(two)]);
});

test('roots are deregistered after all copies, of whatever lineage', () => {
  const other = copyOf(two, 21);
  const all = [held('deregister-image', one), held('deregister-image', other, two), held('disable-image', two, two)];
  expect(ordered(all).map((item) => item.image)).toEqual([keyOf(two), keyOf(other), keyOf(one)]);
});

test('what is the same but for its reasons is always in the same order', () => {
  const all = [held('disable-image', one, one, { guards: [because('in-use')] }), held('disable-image')];
  expect(ordered(all)).toHaveLength(2);
});
