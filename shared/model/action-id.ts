import type { Action } from './plan.ts';

/** The same for the same step on the same image, whenever it is planned. */
export function actionId(action: Action): string {
  const base = `${action.kind} ${action.image}`;
  if (action.kind === 'copy-image') return `${base} to ${action.request.region}`;
  if (action.kind === 'publish-image') return `${base} by ${action.pointer.kind} ${action.pointer.name}`;
  return 'add' in action ? [base, ...sharingOf(action)].join(' ') : base;
}

export type Sharing = Extract<Action, { add: unknown }>;

/** One image may be shared by several actions: each key, everyone, what is only shown and what is taken back apart. */
const sharingOf = (action: Sharing): string[] => [
  ...(action.kind === 'grant-key' ? [...action.add, ...action.remove].slice(0, 1).map(({ on }) => `under ${on}`) : []),
  ...(action.kind === 'share-image' && action.add.includes('everyone') ? ['with everyone'] : []),
  ...(action.mode === 'plan' ? ['in mode plan'] : []),
  ...(action.remove.length > 0 ? ['back'] : []),
];
