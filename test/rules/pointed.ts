import { type Image, keyOf } from '../../shared/model/image.ts';
import { type Pointer, type PointerRecord, type PointerState, pointerKey } from '../../shared/model/pointer.ts';
import type { PublishPolicy } from '../../shared/model/policy.ts';
import { day } from '../../shared/model/time.ts';
import { home, image, marked, now } from './make.ts';

/** A root of ours that was built so long ago. */
export const aged = (number: number, age: number, more: Partial<Image> = {}): Image =>
  marked(image(number, { createdAt: now - age, ...more }));

export const parameter: Pointer = { kind: 'parameter', region: home, name: '/golden/x86_64/latest' };
export const parameterKey = pointerKey(parameter);
export const publish: PublishPolicy = {
  when: 'all-regions',
  ssm: [{ parameter: '/golden/{architecture}/latest', regions: [home] }],
  launchTemplates: [],
};

export const names = (value: string): PointerState => ({ kind: 'parameter', value });

/** The pointer was asked to name this image a day ago, and was not seen to yet. */
export const asked = (of: Image, more: Partial<PointerRecord> = {}): PointerRecord => ({
  pointer: parameter,
  image: of.id,
  root: keyOf(of),
  built: of.createdAt ?? now,
  setDefault: false,
  policy: 'golden',
  attempt: 1,
  run: 'earlier',
  since: now - day,
  ...more,
});
