import { describe, expect, test } from 'vitest';
import { day, isoTime } from '../../shared/model/time.ts';
import { acts, copying, holds, keyOf, planned, stepsHeld, takes } from './planned.ts';
import {
  abroad,
  copyOf,
  type Files,
  home,
  identity,
  image,
  instance,
  instances,
  type Json,
  now,
  permissions,
  region,
  template,
  version,
  whole,
  without,
} from './saved.ts';

const superseded = [image(1), image(2)];
/** Deprecated long ago, so that disabling it is due. */
const deprecated = image(4, { DeprecationTime: isoTime(now - 60 * day) });
const due = { 'get-caller-identity.json': identity, ...region(home, [...superseded, image(3), deprecated]) };

describe('with all files there', () => {
  test('what is superseded is deprecated, and what would be removed is told and held for want of records', async () => {
    const { plan } = await planned(due);
    expect(acts(plan)).toEqual([`deprecate-image ${keyOf(3)}`]);
    expect(stepsHeld(plan)).toEqual([`disable-image ${keyOf(4)}`]);
    expect(holds(plan, 4)).toEqual(['our records began less than 2d ago']);
  });

  test('nothing is degraded, the header tells the source, and the plan says that nothing was changed', async () => {
    const { header, text } = await planned(whole);
    expect(header).toMatchObject({ world: 'inventory', account: '111122223333', regions: [home], degraded: {} });
    expect(text).toContain('saved inventory 111122223333');
    expect(text).toContain('Nothing was changed');
  });

  test('a disabled image is left as it is, since no record says who disabled it', async () => {
    const disabled = image(4, { State: 'disabled', DeprecationTime: isoTime(now - 90 * day) });
    const { plan } = await planned({ ...due, ...region(home, [...superseded, image(3), disabled]) });
    expect(takes(plan)).toEqual([`deprecate-image ${keyOf(3)}`]);
    expect(plan.verdicts.find(({ image: key }) => key === keyOf(4))?.code).toBe('unfinished');
  });

  test('an instance holds its image, and a terminated one does not', async () => {
    const used = await planned({ ...due, [`${home}/instances.json`]: instances(instance(7, 4)) });
    expect(holds(used.plan, 4)).toContain(`i-00000000000000007 (running) uses ${keyOf(4)}`);
    const gone = await planned({ ...due, [`${home}/instances.json`]: instances(instance(7, 4, 'terminated')) });
    expect(holds(gone.plan, 4)).toEqual(['our records began less than 2d ago']);
  });

  test('any saved version of a launch template holds its image', async () => {
    const { plan } = await planned({
      ...due,
      [`${home}/templates.json`]: { LaunchTemplates: [template('web', 3)] },
      [`${home}/versions.json`]: {
        LaunchTemplateVersions: [
          version('web', 3, 'ami-00000000000000001', true),
          version('web', 2, 'ami-00000000000000001'),
          version('web', 1, 'ami-00000000000000004'),
        ],
      },
    });
    expect(holds(plan, 4)).toEqual([`template web v1 uses ${keyOf(4)}`, 'our records began less than 2d ago']);
  });

  test('images without our marks are marked, and held until they are', async () => {
    const bare = [1, 2, 3, 4].map((number) => image(number, { Tags: [{ Key: 'Team', Value: 'web' }] }));
    const { plan } = await planned({ ...whole, ...region(home, bare) });
    expect(takes(plan)).toEqual([]);
    expect(acts(plan)).toEqual([1, 2, 3, 4].map((number) => `mark-image ${keyOf(number)}`));
    expect(holds(plan, 4)).toEqual(['it does not carry our marks, so nothing of ours acts on it']);
  });
});

describe('copies', () => {
  const both = (...there: readonly Json[]): Files => ({
    'get-caller-identity.json': identity,
    ...region(home, superseded),
    ...region(abroad, there),
  });

  test('those that exist are known by their source, whatever their names and tags', async () => {
    const { plan } = await planned(both(copyOf(1, 11, { Name: 'renamed' })), { policyText: copying });
    expect(acts(plan)).toContain(`copy-image ${keyOf(2)}`);
    expect(acts(plan)).not.toContain(`copy-image ${keyOf(1)}`);
    expect(acts(plan)).toContain(`mark-image ${keyOf(11, abroad)}`);
  });

  test('none is planned where no file tells sources apart, and nothing is taken', async () => {
    const old = copyOf(1, 11, { SourceImageId: null, SourceImageRegion: null, DeregistrationProtection: null });
    const { plan, header } = await planned(both(old), { policyText: copying });
    expect(acts(plan)).toEqual([]);
    expect(header.degraded[abroad]).toContain('save them with a newer AWS CLI');
  });

  test('none is planned into a Region that has no folder, and nothing is taken', async () => {
    const { plan, header, text } = await planned(due, { policyText: copying });
    expect(acts(plan)).toEqual([]);
    expect(header.degraded).toEqual({ [abroad]: 'it has no folder in the inventory' });
    expect(plan.verdicts.find(({ image: key }) => key === keyOf(1))?.code).toBe('region-unreadable');
    expect(text).toContain(`Degraded: ${abroad}`);
  });

  test('an instance on a copy holds the root as well', async () => {
    const files = {
      ...due,
      ...region(abroad, [
        copyOf(4, 14, { DeprecationTime: deprecated.DeprecationTime }),
        copyOf(3, 13),
        copyOf(2, 12),
        copyOf(1, 11),
      ]),
    };
    const { plan } = await planned(
      { ...files, [`${abroad}/instances.json`]: instances(instance(7, 14)) },
      { policyText: copying },
    );
    expect(holds(plan, 4)).toContain(`i-00000000000000007 (running) uses ${keyOf(14, abroad)}`);
  });
});

describe('shares', () => {
  const sharing = (more = '') =>
    `version: 1\npolicies:\n  - name: golden\n    mode: apply\n    select: { name: "golden-*", regions: [${home}] }\n    share: { accounts: ["222233334444"]${more} }\n`;
  const one = { 'get-caller-identity.json': identity, ...region(home, [image(1)]) };

  test('what is not shared is shared, where the launch permissions were saved', async () => {
    const files = { ...one, [`${home}/permissions.json`]: permissions(1) };
    const { plan } = await planned(files, { policyText: sharing() });
    expect(plan.actions).toMatchObject([{ kind: 'share-image', add: ['account:222233334444'], remove: [] }]);
  });

  test('without them nothing is shared, and the verdict names the command', async () => {
    const { plan } = await planned(one, { policyText: sharing() });
    expect(acts(plan)).toEqual([]);
    expect(plan.verdicts[0]?.reasons).toContainEqual({
      code: 'shares-unread',
      data: {
        why: `no file there holds LaunchPermissions: aws ec2 describe-image-attribute --attribute launchPermission --region ${home} --image-id ami-00000000000000001`,
      },
    });
  });

  test('a permission of an unknown kind makes them unknown', async () => {
    const files = { ...one, [`${home}/permissions.json`]: permissions(1, { Group: 'some' }) };
    expect(acts((await planned(files, { policyText: sharing() })).plan)).toEqual([]);
  });

  test('a surplus is taken back only under exact, and only when it was seen', async () => {
    const files = {
      ...one,
      [`${home}/p.json`]: permissions(1, { UserId: '222233334444' }, { UserId: '333344445555' }),
    };
    expect(takes((await planned(files, { policyText: sharing() })).plan)).toEqual([]);
    const exact = sharing(', exact: true');
    expect(takes((await planned(files, { policyText: exact })).plan)).toEqual([`share-image ${keyOf(1)}`]);
    expect(takes((await planned(without(files, `${home}/p.json`), { policyText: exact })).plan)).toEqual([]);
  });
});

describe('the time of the plan', () => {
  test('it is the newest time of the files', async () => {
    const { now: at } = await planned(whole, { savedAt: { 'get-caller-identity.json': now + 1_500 } });
    expect(at).toBe(now + 1_500);
  });

  test('another is taken with --at, as if everything had been seen then', async () => {
    const { plan, now: at, world } = await planned(due, { at: now + 10 * day });
    expect([at, world.now()]).toEqual([now + 10 * day, now + 10 * day]);
    expect(holds(plan, 4)).toEqual(['our records began less than 2d ago']);
  });
});
