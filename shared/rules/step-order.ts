import { canonicalJson } from '../model/digest.ts';
import type { Action, ActionKind, Held } from '../model/plan.ts';
import { byText } from './order.ts';

/** What gives comes first, and what cannot be undone last. */
const order: readonly ActionKind[] = [
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

/** Roots are deregistered after their copies. */
const isLast = (step: ActionKind, { image, root }: Action | Held): number =>
  step === 'deregister-image' && image === root ? 1 : 0;

/** Steps in their order, and equal plans in equal order, whatever order they were made in. */
export function inOrder<T extends Action | Held>(items: readonly T[], step: (item: T) => ActionKind): T[] {
  const place = (item: T): number => order.indexOf(step(item));
  return [...items].sort(
    (a, b) =>
      place(a) - place(b) ||
      isLast(step(a), a) - isLast(step(b), b) ||
      byText(a.root, b.root) ||
      byText(a.image, b.image) ||
      byText(canonicalJson(a), canonicalJson(b)),
  );
}
