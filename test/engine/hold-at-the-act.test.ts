import { describe, expect, test } from 'vitest';
import { State } from '../../local/kernel/state.ts';
import { EmbeddedStore } from '../../local/store/embedded-store.ts';
import { Ledger } from '../../shared/actions/ledger.ts';
import { apply } from '../../shared/engine/apply.ts';
import type { Engine } from '../../shared/engine/engine.ts';
import { known, unknown } from '../../shared/model/evidence.ts';
import { type Image, tagsOf } from '../../shared/model/image.ts';
import { day } from '../../shared/model/time.ts';
import type { Images } from '../../shared/ports/images.ts';
import { decide } from '../../shared/rules/decide.ts';
import {
  compiled,
  copyOf,
  home,
  image,
  inventory,
  marked,
  now,
  policy,
  record,
  recorded,
  records,
  retain,
} from '../rules/make.ts';

const root = marked(image(1, { createdAt: now - 300 * day }));
const copy = copyOf(root, 11);
const newer = [2, 3].flatMap((number) => {
  const one = marked(image(number, { createdAt: now - 90 * day }));
  return [one, copyOf(one, number + 10)];
});
const all = [root, copy, ...newer];
const today = new Date(now).toISOString().slice(0, 10);
const yesterday = new Date(now - day).toISOString().slice(0, 10);
const tagged = (of: Image, tags: Record<string, string>): Image => ({ ...of, tags: known({ ...tagsOf(of), ...tags }) });

/** Both images are to be deprecated; their owner has changed them since that was decided. @returns those that were */
async function deprecated(changed: readonly Image[], keepTag = 'ami-steward:keep-until') {
  const exclude = { tags: { Env: ['prod'] }, images: [] };
  const rules = compiled(policy({ retain: retain({ keepTag, exclude }) }));
  const finished = recorded(...all.map((one) => record(one, { finishedAt: now - 89 * day })));
  const plan = decide(inventory(all, { records: records({ images: finished }) }), rules, now);
  const asked: string[] = [];
  const images = {
    get: async ({ id }) => [...changed, ...all].find((one) => one.id === id),
    deprecate: async ({ id }) => void asked.push(id),
  } as Partial<Images>;
  const ledger = new Ledger(new EmbeddedStore(new State(), home));
  await ledger.noteFirstSweep(now - 365 * day);
  const engine = { images, account: root.ownerId, policy: rules, ledger, clock: { now: () => now } };
  const run = { id: 'run', correlationId: 'run', causationId: 'run', at: now };
  const outcomes = await apply(engine as unknown as Engine, run, plan, 'retire');
  return { asked, why: outcomes.flatMap(({ detail }) => detail.why ?? []) };
}

describe('between the plan and the act', () => {
  test('nothing was said, and both go', async () => {
    expect((await deprecated([])).asked.sort()).toEqual([root.id, copy.id].sort());
  });

  test.each([
    ['for good', { 'ami-steward:keep-until': 'forever' }, true],
    ['until today', { 'ami-steward:keep-until': today }, true],
    ['until yesterday', { 'ami-steward:keep-until': yesterday }, false],
    ['in words that nobody understands', { 'ami-steward:keep-until': 'soon' }, true],
    ['by a tag that no policy knows', { 'Team:keep': 'forever' }, false],
  ])('an owner keeps it %s', async (_how, tags, keeps) => {
    const { asked } = await deprecated([tagged(copy, tags)]);
    expect(asked.includes(copy.id)).toBe(!keeps);
    expect(asked).toContain(root.id);
  });

  test('an owner keeps it by the tag of the policy', async () => {
    const { asked, why } = await deprecated([tagged(copy, { 'Team:keep': 'forever' })], 'Team:keep');
    expect(asked).toEqual([root.id]);
    expect(why).toEqual(['tag Team:keep says forever']);
  });

  test.each([
    [copy, [root.id]],
    [root, []],
  ])('it has got a tag with which its policy excludes images, or its root has', async (of, gone) => {
    const { asked, why } = await deprecated([tagged(of, { Env: 'prod' })]);
    expect(asked).toEqual(gone);
    expect(why).toContain('policy golden excludes images with its tags');
  });

  test('an owner keeps the root, which speaks for its copies', async () => {
    const { asked } = await deprecated([tagged(root, { 'ami-steward:keep-until': 'forever' })]);
    expect(asked).toEqual([]);
  });

  test('the tags of the root have become unreadable', async () => {
    const { asked, why } = await deprecated([{ ...root, tags: unknown('denied') }]);
    expect(asked).toEqual([]);
    expect(why).toContain('its tags could not be read: denied');
  });
});
