import { describe, expect, test } from 'vitest';
import { known, unknown } from '../../shared/model/evidence.ts';
import { type Image, keyOf } from '../../shared/model/image.ts';
import type { Inventory } from '../../shared/model/inventory.ts';
import type { Policy } from '../../shared/model/policy.ts';
import { day } from '../../shared/model/time.ts';
import { surveyOf } from '../../shared/rules/survey.ts';
import {
  abroad,
  compiled,
  copyOf,
  copyTo,
  far,
  home,
  image,
  inventory,
  marked,
  now,
  policy,
  record,
  recorded,
  records,
  regions,
  retain,
  selector,
  shareWith,
} from './make.ts';

const root = marked(image(1));
const copy = copyOf(root, 11);
const sharee = 'account:222233334444';

const subjectOf = (policies: Policy[], images: Image[] = [root], more: Partial<Inventory> = {}) => {
  const [subject] = surveyOf(inventory(images, more, regions), compiled(...policies), now).subjects;
  if (!subject) throw new Error('no lineage');
  return subject;
};

describe('an image is left alone', () => {
  const tagged = policy({ select: selector({ tags: { Team: ['platform'] } }) });
  const foreign = { ...root, ownerId: '999900001111' };
  test.each<[string, Policy[], Image, string]>([
    ['where there is no policy', [], root, 'no-policy'],
    ['where none selects it', [policy({ select: selector({ name: ['silver-*'] }) })], root, 'not-selected'],
    ['while its tags are unread', [tagged], { ...root, tags: unknown('denied') }, 'tags-unknown'],
    ['while tags may still come', [tagged], { ...root, createdAt: now - 1 }, 'tags-undecided'],
    ['where another account owns it', [policy()], foreign, 'foreign-image'],
  ])('%s, and none of its images may be acted on', (_why, policies, one, code) => {
    const { leftAlone, ours } = subjectOf(policies, [one]);
    expect([leftAlone?.code, ours]).toEqual([code, []]);
  });
});

test('what a later release wrote of any of its images is left to that release', () => {
  const images = recorded(record(root), record(copy, { role: 'copy', root: keyOf(root), newer: true }));
  const { leftAlone, ours } = subjectOf([policy()], [root, copy], { records: records({ images }) });
  expect([leftAlone, ours]).toEqual([{ code: 'record-newer', data: { image: keyOf(copy) } }, []]);
});

describe('the family of an image of several policies', () => {
  const publish = { when: 'all-regions' as const, ssm: [], launchTemplates: [] };
  const named = (name: string, key: string | undefined, more: Partial<Policy> = {}): Policy => {
    const { family: _none, ...rest } = policy({ name, ...more });
    return { ...rest, ...(key !== undefined && { family: { key } }) };
  };
  const retaining = { retain: retain() };

  test.each<[string, Policy[], string | undefined]>([
    ['is said by one that retains', [named('aa', 'x'), named('bb', 'y', retaining)], 'y'],
    ['is said by one that publishes', [named('aa', 'x'), named('bb', 'y', { publish })], 'y'],
    ['is said by both where they agree', [named('aa', 'y', { publish }), named('bb', 'y', retaining)], 'y'],
    [
      'is said by both where they write the same in other words',
      [named('aa', 'golden/{architecture}', retaining), named('bb', 'golden/x86_64', retaining)],
      'golden/x86_64',
    ],
    ['is else said by the first that has one', [named('aa', undefined), named('bb', 'x'), named('cc', 'y')], 'x'],
    ['is said by the first in order of names, however they are listed', [named('bb', 'y'), named('aa', 'x')], 'x'],
    ['is none where none says one', [named('aa', undefined), named('bb', undefined)], undefined],
  ])('%s', (_how, policies, family) => {
    const subject = subjectOf(policies);
    expect([subject.family, subject.leftAlone]).toEqual([family, undefined]);
  });

  test.each<[string, Policy[]]>([
    ['one that retains and one that publishes', [named('aa', 'x', { publish }), named('bb', 'y', retaining)]],
    ['two that publish', [named('aa', 'x', { publish }), named('bb', 'y', { publish })]],
    ['one that retains and has none', [named('aa', undefined, retaining), named('bb', 'y', retaining)]],
  ])('is a conflict between %s', (_which, policies) => {
    const subject = subjectOf(policies);
    expect([subject.family, subject.leftAlone?.data]).toEqual([
      undefined,
      { field: 'family.key', policies: ['aa', 'bb'] },
    ]);
  });
});

test.each<[string, Image[], Partial<Inventory['records']>, boolean]>([
  ['every image is as it was', [root, copy], {}, false],
  ['one of two is disabled', [root, { ...copy, state: 'disabled' }], {}, true],
  [
    'one of two is on its way back',
    [root, copy],
    { images: recorded(record(root), record(copy, { role: 'copy', root: keyOf(root), returning: [sharee] })) },
    true,
  ],
])('something may have to be given back, or nothing, where %s', (_what, images, kept, owed) => {
  expect(Boolean(subjectOf([policy()], images, { records: records(kept) }).owed)).toBe(owed);
});

describe('a lineage is finished', () => {
  const sharing = policy({ share: shareWith(sharee) });
  const copying = policy({ share: shareWith(sharee), copy: copyTo(abroad) });
  const grants = (...all: [Image, string[]][]) => ({
    grants: Object.fromEntries(all.map(([one, principals]) => [keyOf(one), known(principals)])),
  });
  const third = copyOf(root, 12, { region: far });

  test.each<[string, Policy, Image[], Partial<Inventory>, string]>([
    ['where nothing more is wanted', policy(), [root], {}, 'yes'],
    ['where it is shared', sharing, [root], grants([root, [sharee]]), 'yes'],
    ['not where it is not', sharing, [root], grants([root, []]), 'no'],
    ['perhaps, where nobody looked', sharing, [root], {}, 'unknown'],
    ['not where a copy is lacking', copying, [root], grants([root, [sharee]]), 'no'],
    ['perhaps, where nobody looked at a copy', copying, [root, copy], grants([root, [sharee]]), 'unknown'],
    ['not where a copy is not shared, whatever nobody looked at', copying, [root, copy], grants([copy, []]), 'no'],
    ['with both shared', copying, [root, copy], grants([root, [sharee]], [copy, [sharee]]), 'yes'],
    [
      'without a look at what is disabled',
      copying,
      [root, copy, { ...third, state: 'disabled' }],
      grants([root, [sharee]], [copy, [sharee]]),
      'yes',
    ],
    [
      'only with a look at each that is available',
      copying,
      [root, copy, third],
      grants([root, [sharee]], [copy, [sharee]]),
      'unknown',
    ],
    ['not once its root is disabled', sharing, [{ ...root, state: 'disabled' }], grants([root, [sharee]]), 'no'],
  ])('%s', (_how, rules, images, more, expected) => {
    const { finished, finishedNow } = subjectOf([rules], images, more);
    expect([finished, finishedNow]).toEqual([expected, expected]);
  });

  describe('under a key that EC2 does not name', () => {
    const under = (region: string) =>
      policy({ share: shareWith(sharee), copy: { ...copyTo(region), to: [{ region, kmsKey: 'alias/golden' }] } });
    const [sealedRoot, sealedCopy] = [root, copy].map((one) => ({ ...one, encrypted: true }));
    if (!sealedRoot || !sealedCopy) throw new Error('no images');

    test('if it is a copy for which the policy demands a key', () => {
      const seen = grants([root, [sharee]], [copy, [sharee]]);
      expect(subjectOf([under(abroad)], [root, sealedCopy], seen).finished).toBe('yes');
      expect(subjectOf([copying], [root, sealedCopy], seen).finished).toBe('no');
    });

    test('never if it is the root, since the demand is for copies', () => {
      expect(subjectOf([under(home)], [sealedRoot], grants([root, [sharee]])).finished).toBe('no');
    });
  });

  test('for ever, once one of its images was disabled by us or a record says so', () => {
    const finishedWith = (images: Inventory['records']['images']) => {
      const { finished, finishedNow } = subjectOf([copying], [root, copy], { records: records({ images }) });
      return [finished, finishedNow];
    };
    expect(finishedWith(recorded(record(root), record(copy)))).toEqual(['unknown', 'unknown']);
    for (const one of [root, copy])
      expect(finishedWith(recorded(record(one, { disabledAt: now - day })))).toEqual(['yes', 'unknown']);
    expect(finishedWith(recorded(record(root, { finishedAt: now })))).toEqual(['yes', 'unknown']);
  });
});

describe('where images leave alone, a root speaks for copies', () => {
  const unit = { retain: retain({ unit: 'image' }) };
  const tags = selector({ tags: { Team: ['platform'] } });
  const told: Image = { ...root, tags: known({ ...(root.tags.complete && root.tags.value), Team: 'platform' }) };

  test.each<[string, Policy[], Image[], string[]]>([
    ['that its tags alone select', [policy({ select: tags, ...unit })], [told, copy], [keyOf(copy)]],
    ['not where root and copies leave together', [policy({ select: tags, retain: retain() })], [told, copy], []],
    ['not once it is gone', [policy(unit)], [copy], []],
    [
      'not where several policies select them anyway, however they are listed',
      [policy({ name: 'second', ...unit }), policy({ name: 'first', ...unit })],
      [told, copy],
      [],
    ],
    [
      'that one of several policies selects by its tags',
      [policy({ name: 'second', select: tags, ...unit }), policy({ name: 'first', ...unit })],
      [told, copy],
      [keyOf(copy)],
    ],
  ])('%s', (_which, policies, images, expected) => {
    const gone = images.includes(copy) && images.length === 1;
    expect(subjectOf(policies, images, gone ? { origins: { [keyOf(root)]: 'gone' } } : {}).dependents).toEqual(
      expected,
    );
  });
});
