import { describe, expect, test } from 'vitest';
import { known } from '../../shared/model/evidence.ts';
import { type Image, keyOf } from '../../shared/model/image.ts';
import type { Inventory } from '../../shared/model/inventory.ts';
import { mark } from '../../shared/model/marks.ts';
import type { Policy } from '../../shared/model/policy.ts';
import { day } from '../../shared/model/time.ts';
import { decide } from '../../shared/rules/decide.ts';
import {
  abroad,
  compiled,
  copyOf,
  copyTo,
  far,
  home,
  idOf,
  image,
  intent,
  intents,
  inventory,
  marked,
  now,
  policy,
  record,
  recorded,
  records,
  regions,
} from './make.ts';
import { told } from './told.ts';

const root = marked(image(1));
const failed = copyOf(root, 9, { state: 'failed', stateReason: 'no key' });
const rules = (more: Partial<Policy> = {}) => policy({ copy: copyTo(abroad), ...more });

const cleaned = (images: Image[], more: Partial<Inventory> = {}, policies: Policy[] = [rules()]) =>
  told(decide(inventory(images, more, regions), compiled(...policies), now)).actions.filter(
    ({ kind }) => kind === 'clean-up-copy',
  );

describe('a copy that failed is cleaned up', () => {
  test('with all that is known of it', () => {
    expect(cleaned([root, failed])).toEqual([
      {
        kind: 'clean-up-copy',
        image: keyOf(failed),
        root: keyOf(root),
        family: 'golden/x86_64',
        policy: 'golden',
        mode: 'apply',
        why: [{ code: 'image-failed', data: { state: 'failed', reason: 'no key' } }],
        snapshots: failed.snapshots,
        reason: 'no key',
        approved: false,
      },
    ]);
  });

  test.each<[string, Partial<Image>, Partial<Inventory>]>([
    ['somebody launched', { lastLaunchedAt: known(now - day) }, {}],
    ['may have been launched', { lastLaunchedAt: { complete: false, why: 'not in the file' } }, {}],
    [
      'we saw available',
      {},
      { records: records({ intents: intents(intent(root, { state: 'copied', copyId: idOf(9) })) }) },
    ],
  ])('but not one that %s before: no guard of use looks at it here', (_name, more, seen) => {
    expect(cleaned([root, { ...failed, ...more }], seen)).toEqual([]);
  });

  test('without a family where there is none', () => {
    const [action] = cleaned([root, failed], {}, [rules({ family: { key: '{tag:Absent}' } })]);
    expect(action && 'family' in action).toBe(false);
  });

  test('and its state stands for a reason that EC2 does not give', () => {
    const { stateReason: _none, ...silent } = failed;
    expect(cleaned([root, { ...silent, state: 'error' }])).toMatchObject([{ reason: 'error' }]);
  });

  test('by the policy that wants it there, in its mode', () => {
    const two = [rules({ name: 'a', copy: copyTo(far) }), rules({ name: 'b', mode: 'plan' })];
    expect(cleaned([root, failed], {}, two)).toMatchObject([{ policy: 'b', mode: 'plan' }]);
  });

  test('by the first policy, where none wants a copy there any more, and only with the consent of all', () => {
    const two = [rules({ name: 'a', copy: copyTo(far) }), rules({ name: 'b', copy: copyTo(far), mode: 'plan' })];
    expect(cleaned([root, failed], {}, two)).toMatchObject([{ policy: 'a', mode: 'plan' }]);
    expect(cleaned([root, failed], {}, [rules({ copy: copyTo(far) })])).toMatchObject([{ mode: 'apply' }]);
  });

  test('at once where it was approved before', () => {
    const approved = { ...failed, tags: known({ [mark.managed]: 'true', [mark.reap]: 'approved' }) };
    const images = recorded(record(failed, { root: keyOf(root), role: 'copy', approvedAt: now - day }));
    expect(cleaned([root, approved], { records: records({ images }) })).toMatchObject([{ approved: true }]);
  });
});

describe('it is left where it is', () => {
  const bare = { ...failed, tags: known({}) };
  test.each<[string, Image[], Partial<Inventory>]>([
    ['a copy that did not fail', [root, { ...failed, state: 'pending' }], {}],
    ['a root that failed', [{ ...root, state: 'failed' }], {}],
    ['one that nobody knows to be ours', [root, bare], {}],
    [
      'one beside another that we asked for',
      [root, bare],
      { records: records({ intents: intents(intent(root, { copyId: idOf(8) })) }) },
    ],
    ['one of another service', [root, { ...failed, tags: known({ [mark.managed]: 'true', 'aws:dlm:x': '1' }) }], {}],
  ])('%s', (_name, images, more) => expect(cleaned(images, more)).toEqual([]));
});

describe('members that may be acted on', () => {
  const theirs = copyOf(root, 11, { region: far, tags: known({}) });
  const acted = (images: Image[], more: Partial<Inventory> = {}) => {
    const stamped = rules({
      share: { with: [{ principal: 'account:1' }], exact: false, snapshots: false, kms: 'off' },
    });
    const grants = Object.fromEntries(images.map((one) => [keyOf(one), known<string[]>([])]));
    const plan = decide(inventory(images, { grants, ...more }, regions), compiled(stamped), now);
    return [...new Set(plan.actions.filter(({ kind }) => kind !== 'copy-image').map(({ image: key }) => key))];
  };

  test.each<[string, Image, Partial<Inventory>, boolean]>([
    ['a copy in a target Region, whoever made it', { ...theirs, region: abroad }, {}, true],
    ['not one elsewhere', theirs, {}, false],
    ['one elsewhere with our mark', { ...theirs, tags: known({ [mark.managed]: 'true' }) }, {}, true],
    ['not with the mark untrue', { ...theirs, tags: known({ [mark.managed]: 'false' }) }, {}, false],
    [
      'one elsewhere that our records name as a copy',
      theirs,
      { records: records({ images: recorded(record(theirs, { role: 'copy', root: keyOf(root) })) }) },
      true,
    ],
    [
      'not one that they only name',
      theirs,
      { records: records({ images: recorded(record(theirs, { root: keyOf(root) })) }) },
      false,
    ],
    [
      'one elsewhere that we asked for',
      theirs,
      { records: records({ intents: intents(intent(root, { region: far, copyId: theirs.id })) }) },
      true,
    ],
    [
      'not one beside another that we asked for',
      theirs,
      { records: records({ intents: intents(intent(root, { region: far, copyId: idOf(12) })) }) },
      false,
    ],
  ])('%s', (_name, member, more, expected) => {
    expect(acted([root, member], more).includes(keyOf(member))).toBe(expected);
  });

  test('of a root that is gone, only copies with a mark or a record', () => {
    const origins = { [keyOf(root)]: 'gone' as const };
    const adopted = { ...theirs, region: abroad };
    expect(acted([adopted], { origins })).toEqual([]);
    expect(acted([copyOf(root, 11)], { origins })).toEqual([`${abroad}/${idOf(11)}`]);
  });

  test('and the root itself', () => expect(acted([image(1)])).toEqual([`${home}/${idOf(1)}`]));
});
