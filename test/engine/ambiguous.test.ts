import { expect, test } from 'vitest';
import { recordingOf } from '../../shared/engine/recording.ts';
import { known } from '../../shared/model/evidence.ts';
import { keyOf } from '../../shared/model/image.ts';
import { marksFor } from '../../shared/model/marks.ts';
import { decide } from '../../shared/rules/decide.ts';
import {
  compiled,
  copyTo,
  far,
  home,
  image,
  inventory,
  marked,
  now,
  policy,
  recorded,
  records,
} from '../rules/make.ts';

const root = marked(image(1));
/** A copy of which EC2 names no source, while our records are lost: only its mark tells. */
const claimed = image(2, { name: root.name, tags: known(marksFor(keyOf(root), root.createdAt, 'golden')) });
const rules = compiled(policy({ copy: copyTo(far) }));

test('INV-2 an image that only a tag calls a copy stays ambiguous however often it is seen', () => {
  let kept = records({});
  for (const look of [1, 2, 3]) {
    const seen = inventory([root, claimed], { records: kept }, [home, far]);
    const plan = decide(seen, rules, now);
    expect(plan.verdicts.find(({ image: key }) => key === keyOf(claimed))?.code, `look ${look}`).toBe(
      'ambiguous-origin',
    );
    expect(plan.actions.filter((action) => action.image === keyOf(claimed))).toEqual([]);
    const { images } = recordingOf(seen, rules, plan, now);
    kept = records({ images: { ...kept.images, ...recorded(...images.map(({ record }) => record)) } });
  }
});
