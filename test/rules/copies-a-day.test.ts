import { expect, test } from 'vitest';
import { type Image, keyOf } from '../../shared/model/image.ts';
import type { Policy } from '../../shared/model/policy.ts';
import type { CopyIntent } from '../../shared/model/records.ts';
import { day, hour } from '../../shared/model/time.ts';
import { decide } from '../../shared/rules/decide.ts';
import {
  abroad,
  compiled,
  copyTo,
  far,
  image,
  intent,
  inventory,
  marked,
  now,
  policy,
  records,
  regions,
} from './make.ts';

const roots = (count: number): Image[] =>
  Array.from({ length: count }, (_none, index) => marked(image(index + 1, { createdAt: now - (10 + index) * day })));

const limited = (maxPerDay: number, more: Partial<Policy> = {}): Policy =>
  policy({ copy: { ...copyTo(abroad, far), maxInFlight: 50, maxPerDay }, ...more });

function planOf(images: Image[], begun: readonly CopyIntent[], ...policies: Policy[]) {
  const byRoot = Object.fromEntries(
    [...Map.groupBy(begun, ({ root }) => root)].map(([root, list]) => [
      root,
      Object.fromEntries(list.map((one) => [one.region, one])),
    ]),
  );
  const plan = decide(
    inventory(images, { records: records({ intents: byRoot }) }, regions),
    compiled(...policies),
    now,
  );
  const waiting = plan.verdicts.filter(({ reasons }) => reasons.some(({ code }) => code === 'copy-day-full'));
  return {
    copies: plan.actions.filter(({ kind }) => kind === 'copy-image'),
    waiting: waiting.map(({ image: key }) => key),
  };
}

test('copies beyond those of a day wait, the newest image goes first', () => {
  const [newest, older, oldest] = roots(3) as [Image, Image, Image];
  const { copies, waiting } = planOf([newest, older, oldest], [], limited(3));
  expect(copies.map(({ image: key }) => key)).toEqual([keyOf(newest), keyOf(newest), keyOf(older)]);
  expect(waiting).toEqual([keyOf(older), keyOf(oldest)].sort());
});

test.each([
  ['a copy begun within 24 hours counts', day - 1, 2],
  ['one of 24 hours ago does not', day, 3],
])('%s', (_name, ago, expected) => {
  const [one, other] = roots(2) as [Image, Image];
  const begun = intent(one, { state: 'copied', since: now - ago, generation: 3 });
  expect(planOf([one, other], [begun], limited(3)).copies).toHaveLength(expected);
});

test('what is asked for again has had its place before', () => {
  const [one] = roots(1) as [Image];
  const again = [abroad, far].map((region) =>
    intent(one, {
      state: 'intent',
      since: now - hour,
      region,
      request: { source: keyOf(one), region, name: 'x', tags: {} },
    }),
  );
  expect(planOf([one], again, limited(2)).copies).toHaveLength(2);
});

test('each policy has a day of its own, and of two that want one copy the smaller limit holds', () => {
  const images = [marked(image(1)), marked(image(2, { name: 'silver-1' }))];
  const silver = limited(1, { name: 'silver', select: { name: ['silver-*'], rootDevice: ['ebs'], regions: [] } });
  expect(planOf(images, [], limited(2), silver).copies).toHaveLength(3);
  const careful = limited(1, { name: 'careful' });
  expect(planOf([marked(image(1))], [], limited(2), careful).copies).toHaveLength(1);
});

test('in mode plan all of them are shown', () => {
  expect(planOf(roots(2), [], limited(1, { mode: 'plan' })).copies).toHaveLength(4);
});
