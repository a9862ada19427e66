import { doubts } from './codes.ts';
import type { LifecycleEvent } from './lifecycle-event.ts';

/** What a policy can have told to people, each word with the events that it means. */
const typesByWord = {
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
  drift: ['AMI Drift Detected', 'AMI Deregistered Elsewhere'],
} as const satisfies Readonly<Record<string, readonly string[]>>;

export type NoticeWord = keyof typeof typesByWord;

export const noticeWords = Object.keys(typesByWord) as [NoticeWord, ...NoticeWord[]];

/** Doubts about the whole, and a key that is off, under which nobody can launch. */
const alarming: readonly unknown[] = [...doubts, 'key-disabled'];

/** Whether the event is what the word means. A guard that holds a step does its work and is no news; doubt about the whole is. */
export function isNotice(word: NoticeWord, { type, data }: LifecycleEvent): boolean {
  if (!(typesByWord[word] as readonly string[]).includes(type)) return false;
  if (word !== 'blocked' || data.status !== 'held') return true;
  const guards = Array.isArray(data.guards) ? (data.guards as readonly { code?: unknown }[]) : [];
  return guards.some(({ code }) => alarming.includes(code));
}
