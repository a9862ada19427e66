/** `unchecked` is no answer: it never counts as `ok`. `stays`: what is left when the stack is gone. */
export type Status = 'ok' | 'warning' | 'failed' | 'unchecked' | 'stays';

/**
 * Why something was not checked. `denied` and `unreadable`: it was to be read and could not be. The others: here and now
 * there is nothing to read.
 */
export type Because =
  | 'denied'
  | 'unreadable'
  | 'not-modelled'
  | 'no-region'
  | 'no-credentials'
  | 'no-policy'
  | 'no-stack'
  | 'no-answer';

/** What one look found: what it means, and what to do next. */
export interface Finding {
  readonly status: Status;
  readonly says: string;
  /** Only with `unchecked`. */
  readonly because?: Because;
  /** Commands and other steps, in order. */
  readonly next?: readonly string[];
}

const found = (status: Status, says: string, next: readonly string[], because?: Because): Finding => ({
  status,
  says,
  ...(because && { because }),
  ...(next.length > 0 && { next }),
});

export const ok = (says: string): Finding => found('ok', says, []);
export const warning = (says: string, ...next: string[]): Finding => found('warning', says, next);
export const failed = (says: string, ...next: string[]): Finding => found('failed', says, next);
export const stays = (says: string, ...next: string[]): Finding => found('stays', says, next);
export const unchecked = (because: Because, says: string, ...next: string[]): Finding =>
  found('unchecked', says, next, because);

/** Reading failed, so that the result is known in part only. */
export const isBlind = ({ because }: Finding): boolean => because === 'denied' || because === 'unreadable';
