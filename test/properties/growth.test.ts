import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Image } from '../../shared/model/image.ts';
import { decide } from '../../shared/rules/decide.ts';
import { now } from '../rules/make.ts';
import { imagesOf, seed } from './support.ts';
import { worlds } from './worlds.ts';

test('work grows with the number of images, not with its square', () => {
  const looks = (times: number): number => {
    let count = 0;
    const [sample] = fc.sample(worlds, { numRuns: 40, seed }).sort((a, b) => imagesOf(b).length - imagesOf(a).length);
    if (!sample) throw new Error('no sample');
    const watch = (image: Image): Image =>
      new Proxy(image, {
        get: (target, key) => {
          count++;
          return Reflect.get(target, key);
        },
      });
    const copies = Array.from({ length: times }, (_none, index) => (image: Image): Image => {
      const shift = (id: string): string => `ami-${index.toString(16).padStart(4, '0')}${id.slice(-13)}`;
      const source = image.sourceImageId === undefined ? {} : { sourceImageId: shift(image.sourceImageId) };
      return watch({ ...image, ...source, id: shift(image.id), name: `${image.name}-${index}` });
    });
    const images = Object.fromEntries(
      Object.entries(sample.inventory.images).map(([region, evidence]) => [
        region,
        evidence.complete
          ? { complete: true as const, value: evidence.value.flatMap((image) => copies.map((make) => make(image))) }
          : evidence,
      ]),
    );
    decide({ ...sample.inventory, images }, sample.policy, now);
    return count;
  };
  const few = looks(25);
  expect(looks(100) / few).toBeLessThan(6);
});
