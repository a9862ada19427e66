import { type Image, keyOf } from '../../shared/model/image.ts';
import { mark, approved as word } from '../../shared/model/marks.ts';
import type { ImageRecord } from '../../shared/model/records.ts';
import { day, hour } from '../../shared/model/time.ts';
import { image, marked, now, record } from '../rules/make.ts';

/** `golden-<number>` in the home Region, built so many days ago and looked after since. */
export const built = (number: number, days: number, more: Partial<Image> = {}, tags: Record<string, string> = {}) =>
  marked(image(number, { createdAt: now - days * day, ...more }), tags);

/** Its record: finished an hour after it was built. */
export const finished = (one: Image, more: Partial<ImageRecord> = {}): ImageRecord =>
  record(one, { ...(one.createdAt !== undefined && { finishedAt: one.createdAt + hour }), ...more });

/** Of a copy. */
export const ofCopy = (root: Image, one: Image, more: Partial<ImageRecord> = {}): ImageRecord =>
  record(one, { root: keyOf(root), role: 'copy', ...more });

/** Two generations that push older ones out of the newest two, since 60 days. */
export const newer = [built(2, 90), built(3, 60)];

export const ago = (days: number): number => now - days * day;

/** Deprecated for 40 days, so that disabling it is due. */
export const deprecated: Partial<Image> = { deprecationAt: ago(40) };

/** Disabled by us 31 days ago with nothing shared, looked at once since. */
export const disabledLong: Partial<ImageRecord> = { disabledAt: ago(31), checkedAt: ago(31), savedGrants: [] };

export const reapMark = { [mark.reap]: word };
