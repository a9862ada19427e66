import { resolve } from 'node:path';
import { describe, expect, test } from 'vitest';
import { openInventoryWorld } from '../../cli/worlds/inventory-world.ts';
import { keyOf, planned, refused, retiring } from './planned.ts';
import { abroad, type Files, home, identity, image, images, region, whole, without } from './saved.ts';

describe('the folder', () => {
  test.each([
    ['that is empty', {}, 'the folder is empty'],
    ['without a Region', { 'get-caller-identity.json': identity }, 'no folder in it has the name of a Region'],
    ['whose Regions hold no answer', { 'us-east-1/notes.txt': 'x' }, 'its Region folders hold no .json file'],
  ])('%s is refused', async (_, files, what) => {
    expect((await refused(files)).message).toBe(what);
  });

  test('that does not exist is refused under the name that was given', async () => {
    const request = { local: false, cwd: resolve('/nowhere'), env: {}, write: false };
    const loaded = { policy: { version: 1, hash: '', policies: [] }, policyFile: '', lines: {} } as never;
    await expect(openInventoryWorld(request, 'saved', loaded)).rejects.toMatchObject({
      where: 'saved',
      message: 'there is no such file or folder',
    });
  });

  test('what is not read in it is named', async () => {
    const { text } = await planned({
      ...whole,
      'images.json': images(image(9)),
      'scripts/save.sh': 'aws',
      [`${home}/old/images.json`]: images(image(8)),
      [`${home}/images.txt`]: 'x',
      [`${home}/vpcs.json`]: { Vpcs: [] },
      [`${home}/.images.json.swp`]: 'x',
    });
    for (const note of [
      `images.json lies in no Region's folder: its Images were not read`,
      `scripts is no Region's folder: not read`,
      `${home}/old lies too deep: not read`,
      `${home}/images.txt is no .json file: not read`,
      `${home}/vpcs.json: Vpcs is no key that is known here: not read`,
    ])
      expect(text).toContain(note);
    expect(text).not.toContain('.swp');
  });
});

describe('the account', () => {
  test('is what GetCallerIdentity answered, in any file', async () => {
    const files = { ...without(whole, 'get-caller-identity.json'), [`${home}/who.json`]: identity };
    expect((await planned(files)).header.account).toBe(identity.Account);
  });

  test('is what --account says where nothing was saved', async () => {
    const files = without(whole, 'get-caller-identity.json');
    expect((await planned(files, { account: identity.Account })).header.account).toBe(identity.Account);
    expect((await refused(files)).message).toBe('nothing says which account this is');
  });

  test('is refused when two say different things', async () => {
    const given = await refused(whole, { account: '999900001111' });
    expect(given.where).toBe('get-caller-identity.json:3:16');
    expect(given.message).toBe('it says account 111122223333, and --account says 999900001111');
    const other = await refused({ ...whole, 'other.json': { ...identity, Account: '999900001111' } });
    expect(other.where).toBe('other.json:3:16');
  });

  test('is refused as a number, which would lose its zeros', async () => {
    const error = await refused({ ...whole, 'get-caller-identity.json': { ...identity, Account: 111122223333 } });
    expect(error.message).toContain('Account: expected string, received number');
  });

  test('leaves the images of others out', async () => {
    const files = { ...whole, ...region(home, [image(1), image(2, { OwnerId: '999900001111' })]) };
    expect((await planned(files)).plan.verdicts.map(({ image: key }) => key)).toEqual([keyOf(1)]);
  });
});

describe('the home Region', () => {
  const open = retiring.replace(`, regions: [${home}]`, '');
  const two = { ...whole, ...region(abroad, [image(1), image(2)]) };
  const homeOf = async (files: Files, policyText: string, asked = {}) =>
    (await planned(files, { policyText, ...asked })).inventory.homeRegion;

  test('is the one given, else the only one that policies name, else the only folder', async () => {
    expect(await homeOf(two, retiring)).toBe(home);
    expect(await homeOf(two, retiring, { region: abroad })).toBe(abroad);
    expect(await homeOf({ 'w.json': identity, ...region(abroad, []) }, open)).toBe(abroad);
  });

  test('has to be given where a policy depends on it and nothing says which it is', async () => {
    const error = await refused(two, { policyText: open });
    expect(error.message).toBe(`policy golden means the home Region, which may be any of ${abroad}, ${home}`);
    expect(error.next).toBe('give --region');
    expect(await homeOf(two, open, { region: abroad })).toBe(abroad);
  });

  test('does not matter where every policy names its Regions', async () => {
    const named = retiring.replace(`[${home}]`, `[${home}, ${abroad}]`);
    expect(await homeOf(two, named)).toBe(abroad);
  });
});
