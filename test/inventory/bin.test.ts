import { describe, expect, test } from 'vitest';
import { known } from '../../shared/model/evidence.ts';
import { day } from '../../shared/model/time.ts';
import { planned, refused, retiring } from './planned.ts';
import { type Files, home, identity, image, type Json, now, region, without } from './saved.ts';

const policyText = retiring.replace('keepLast: 2', 'keepLast: 2, recycleBin: required');
const due: Files = { 'get-caller-identity.json': identity, ...region(home, [image(1), image(2)]) };

const rule = (Identifier: string, ResourceType: string, days: number, more: Json = {}): Json => ({
  Identifier,
  Description: '',
  ResourceType,
  RetentionPeriod: { RetentionPeriodValue: days, RetentionPeriodUnit: 'DAYS' },
  Status: 'available',
  RuleArn: `arn:aws:rbin:${home}:111122223333:rule/${Identifier}`,
  ...more,
});
const listed = (...rules: readonly Json[]): Json => ({
  Rules: rules.map(({ Identifier, Description, RetentionPeriod, RuleArn }) => ({
    Identifier,
    Description,
    RetentionPeriod,
    RuleArn,
  })),
});
const forImages = rule('imagerule01', 'EC2_IMAGE', 7);
const forSnapshots = rule('snaprule001', 'EBS_SNAPSHOT', 7);
const saved: Files = {
  ...due,
  [`${home}/rules-images.json`]: listed(forImages),
  [`${home}/rules-snapshots.json`]: listed(forSnapshots),
  [`${home}/one.json`]: forImages,
  [`${home}/two.json`]: forSnapshots,
};

const binOf = async (files: Files) => {
  const { inventory, world } = await planned({ ...due, ...files }, { policyText });
  return { bin: inventory.recycleBin?.[home], notes: world.notes };
};
const whyUnread = async (files: Files): Promise<string> => {
  const { bin } = await binOf(files);
  return bin?.complete === false ? bin.why : 'it was read';
};

describe('rules of the Recycle Bin among saved answers', () => {
  test('are read from their own answers, and nothing in those is unknown', async () => {
    const { bin, notes } = await binOf(saved);
    const common = { days: 7, tags: [], excluded: [], available: true };
    const rules = [
      { ...common, id: 'imagerule01', resource: 'image' },
      { ...common, id: 'snaprule001', resource: 'snapshot' },
    ];
    expect(bin).toEqual(known({ rules, snapshotTags: {} }));
    expect(notes?.filter((note) => note.includes('.json'))).toEqual([]);
  });

  test('that are missing are unread, and the reason names the command', async () => {
    expect(await whyUnread({})).toBe(
      `no file there holds Rules: aws rbin list-rules --resource-type EC2_IMAGE --region ${home}`,
    );
  });

  test('that are only listed are unread, since a list tells neither tags nor status', async () => {
    expect(await whyUnread(without(saved, `${home}/two.json`))).toBe(
      `rule snaprule001 has no file of its own: aws rbin get-rule --region ${home} --identifier snaprule001`,
    );
  });

  test('of which there is none keep nothing', async () => {
    expect((await binOf({ [`${home}/rules.json`]: listed() })).bin).toEqual(known({ rules: [], snapshotTags: {} }));
  });

  test.each<[string, Files, string]>([
    [
      'go on in a file that is not there',
      {
        [`${home}/rules-images.json`]: { ...listed(forImages), NextToken: 'x' },
        [`${home}/rules-snapshots.json`]: { ...listed(forSnapshots), NextToken: 'y' },
      },
      'NextToken',
    ],
    [
      'keep for what is no number of days',
      {
        [`${home}/one.json`]: {
          ...forImages,
          RetentionPeriod: { RetentionPeriodValue: 7, RetentionPeriodUnit: 'WEEKS' },
        },
      },
      'cannot be read',
    ],
  ])('that %s are unread', async (_name, files, why) => {
    expect(await whyUnread({ ...saved, ...files })).toContain(why);
  });

  test('that are old are no evidence any more', async () => {
    const savedAt = { [`${home}/one.json`]: now - 2 * day };
    const { inventory } = await planned(saved, { policyText, savedAt });
    expect(inventory.recycleBin?.[home]).toMatchObject({ complete: false });
  });

  test('of another shape end it, with their place', async () => {
    const { message } = await refused({ ...saved, [`${home}/one.json`]: { ...forImages, Identifier: 7 } });
    expect(message).toContain('Identifier');
  });
});
