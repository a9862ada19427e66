import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { known } from '../../shared/model/evidence.ts';
import { day, hour, isoTime } from '../../shared/model/time.ts';
import { acts, copying, holds, keyOf, planned, retiring, stepsHeld, takes } from './planned.ts';
import {
  abroad,
  copyOf,
  type Files,
  home,
  identity,
  image,
  images,
  instance,
  instances,
  marks,
  now,
  permissions,
  region,
  template,
  version,
  without,
} from './saved.ts';

const newest = 'ami-00000000000000001';
const deprecated = image(4, { DeprecationTime: isoTime(now - 60 * day) });
/** Image 3 is to be deprecated, image 4 to be disabled. */
const due = {
  'get-caller-identity.json': identity,
  ...region(home, [image(1), image(2), image(3), deprecated]),
};
const young = 'our records began less than 2d ago';
const open = { NextToken: 'more' };

describe('a kind of file that is missing', () => {
  test('without instances, use is unknown, and the reason names the command', async () => {
    const { plan, text, header } = await planned(without(due, `${home}/instances.json`));
    const why = `instances in ${home} could not be relied on: no file there holds Reservations: aws ec2 describe-instances --region ${home}`;
    expect(holds(plan, 4)).toEqual([why, young]);
    expect(text).toContain(`would disable, but ${why}`);
    expect(header.degraded).toEqual({});
  });

  test('without launch templates, their use is unknown', async () => {
    const { plan } = await planned(without(due, `${home}/templates.json`));
    expect(holds(plan, 4)[0]).toContain(`aws ec2 describe-launch-templates --region ${home}`);
  });

  test('without images, the Region is degraded and nothing is said of it', async () => {
    const { plan, header } = await planned(without(due, `${home}/images.json`));
    expect(plan).toMatchObject({ actions: [], held: [], verdicts: [] });
    expect(header.degraded[home]).toContain('aws ec2 describe-images --owners self');
  });

  test('a watched Region without a folder holds what is due in the others', async () => {
    const policyText = retiring.replace(`regions: [${home}]`, `regions: [${home}, ${abroad}]`);
    const { plan } = await planned(due, { policyText });
    expect(takes(plan)).toEqual([]);
    expect(stepsHeld(plan)).toEqual([`deprecate-image ${keyOf(3)}`, `disable-image ${keyOf(4)}`]);
    expect(holds(plan, 3)).toEqual([`${abroad} could not be read: it has no folder in the inventory`]);
  });

  test('a Region that nobody watches, once it has a folder, is asked for everything as well', async () => {
    const { plan } = await planned({ ...due, 'sa-east-1/images.json': images() });
    expect(holds(plan, 4).join()).toContain('describe-instances --region sa-east-1');
  });
});

describe('pages', () => {
  test('are joined, and the note says that they were joined on trust', async () => {
    const { plan, inventory, text } = await planned({
      ...due,
      [`${home}/images.json`]: { ...images(image(1), image(2)), ...open },
      [`${home}/more.json`]: images(image(3), deprecated),
    });
    expect(inventory.images[home]).toMatchObject({ value: { length: 4 } });
    expect(stepsHeld(plan)).toEqual([`disable-image ${keyOf(4)}`]);
    expect(text).toContain(`${home}: 2 files of Images joined`);
  });

  test('a list of images that goes on makes its Region incomplete', async () => {
    const { plan, header } = await planned({ ...due, [`${home}/images.json`]: { ...images(image(1)), ...open } });
    expect(plan.verdicts).toEqual([]);
    expect(header.degraded[home]).toBe(`${home}/images.json ends with a NextToken, and no other file has the rest`);
  });

  test('a list of instances that goes on shows the uses that it has, and holds the rest', async () => {
    const { plan } = await planned({ ...due, [`${home}/instances.json`]: { ...instances(instance(7, 4)), ...open } });
    expect(holds(plan, 4)).toEqual([
      `i-00000000000000007 (running) uses ${keyOf(4)}`,
      `instances in ${home} could not be relied on: ${home}/instances.json ends with a NextToken, and no other file has the rest`,
      young,
    ]);
  });

  test('the versions of one template that go on are missed, although those of another are whole', async () => {
    const { plan } = await planned({
      ...due,
      [`${home}/templates.json`]: { LaunchTemplates: [template('api', 3), template('web', 1)] },
      [`${home}/api.json`]: {
        LaunchTemplateVersions: [version('api', 3, newest, true), version('api', 2, newest)],
        ...open,
      },
      [`${home}/web.json`]: { LaunchTemplateVersions: [version('web', 1, newest, true)] },
    });
    expect(holds(plan, 4).join()).toContain(`${home}/api.json ends with a NextToken`);
  });

  test('a whole list of other accounts images does not end the list of one’s own', async () => {
    const own = { ...images(image(1), image(2), image(3), deprecated), ...open };
    const foreign = images(image(90, { OwnerId: '999900001111' }));
    const { header } = await planned({ ...due, [`${home}/images.json`]: own, [`${home}/amazon.json`]: foreign });
    expect(header.degraded[home]).toContain(`${home}/images.json ends with a NextToken`);
  });

  test('a list of other accounts images that goes on does not matter', async () => {
    const foreign = { ...images(image(90, { OwnerId: '999900001111', Name: null })), ...open };
    const { header, plan } = await planned({ ...due, [`${home}/amazon.json`]: foreign });
    expect(header.degraded).toEqual({});
    expect(stepsHeld(plan)).toEqual([`disable-image ${keyOf(4)}`]);
  });
});

describe('versions of launch templates', () => {
  const having = (latest: number, byDefault: number, ...numbers: number[]): Files => ({
    ...due,
    [`${home}/templates.json`]: { LaunchTemplates: [template('web', latest, byDefault)] },
    [`${home}/versions.json`]: {
      LaunchTemplateVersions: numbers.map((number) => version('web', number, newest, number === byDefault)),
    },
  });

  test.each([
    ['the default one is missing', having(3, 1, 3, 2), 'template web has no saved version 1'],
    ['the latest one is missing', having(3, 1, 2, 1), 'template web has no saved version 3'],
    ['none is there', without(having(1, 1), `${home}/versions.json`), 'template web has no saved version 1'],
    ['nobody asked for the others', having(5, 2, 5, 2), 'of template web only $Latest and $Default are saved'],
  ])('hold when %s', async (_, files, why) => {
    const [first] = holds((await planned(files)).plan, 4);
    expect(first).toContain(why);
    expect(first).toContain(
      `describe-launch-template-versions --resolve-alias --region ${home} --launch-template-id lt-web`,
    );
  });

  test.each([
    ['all are there', having(3, 1, 3, 2, 1)],
    ['the numbers that are lacking were deleted', having(9, 9, 9, 4)],
    ['there are no others than the latest and the default', having(2, 1, 2, 1)],
  ])('hold nothing when %s', async (_, files) => {
    expect(holds((await planned(files)).plan, 4)).toEqual([young]);
  });

  test('an alias that was not resolved makes the use unknown', async () => {
    const alias = version('web', 1, 'resolve:ssm:/golden/latest', true);
    const { plan } = await planned({ ...having(1, 1), [`${home}/versions.json`]: { LaunchTemplateVersions: [alias] } });
    expect(holds(plan, 4)[0]).toContain('names its image as resolve:ssm:/golden/latest');
  });
});

describe('fields', () => {
  const bare = (fields: Record<string, null>) =>
    [image(1), image(2), image(3), deprecated].map((one) => ({ ...one, ...fields }));

  test.each([
    ['LastLaunchedTime', `nobody knows when ${keyOf(4)} was last launched: the file does not carry LastLaunchedTime`],
    ['DeregistrationProtection', `deregistration protection of ${keyOf(4)} is unknown`],
    ['Tags', 'its tags could not be read'],
  ])('%s, null on every image, is unknown and not empty', async (field, why) => {
    const source = { ...image(9), SourceImageId: newest, SourceInstanceId: 'i-1' };
    const { plan, text } = await planned({
      ...due,
      ...region(home, [...bare({ [field]: null }), { ...source, [field]: null }]),
    });
    expect(holds(plan, 4).join('\n')).toContain(why);
    expect(text).toContain(`${home}/images.json: no image carries ${field}`);
  });

  test('a field that one image of the file carries is empty on the others', async () => {
    const never = image(4, { DeprecationTime: deprecated.DeprecationTime, LastLaunchedTime: null });
    const { plan } = await planned({ ...due, ...region(home, [image(1), image(2), image(3), never]) });
    expect(holds(plan, 4)).toEqual([young]);
  });

  test.each(['OwnerId', 'State', 'Name', 'Architecture', 'BlockDeviceMappings', 'CreationDate', 'Public'])(
    'an image without %s makes its Region incomplete',
    async (field) => {
      const { plan } = await planned({
        ...due,
        ...region(home, [image(1), { ...image(2), [field]: null }, deprecated]),
      });
      expect(takes(plan)).toEqual([]);
      expect(plan.held).toEqual([]);
    },
  );

  test('an instance that does not name its image makes the use unknown', async () => {
    const { plan } = await planned({ ...due, [`${home}/i.json`]: instances({ ...instance(7, 4), ImageId: null }) });
    expect(holds(plan, 4)[0]).toContain('does not name its image');
  });

  test('an instance without a state counts as running', async () => {
    const { plan } = await planned({ ...due, [`${home}/i.json`]: instances({ ...instance(7, 4), State: null }) });
    expect(holds(plan, 4)[0]).toBe(`i-00000000000000007 (unknown state) uses ${keyOf(4)}`);
  });
});

describe('sources', () => {
  const copied = image(5, { SourceImageId: 'ami-0000000000000abcd', SourceImageRegion: home, Tags: [] });

  test('a copy of an image that no file shows is left alone, and a note says what to run', async () => {
    const { plan, text } = await planned({ ...due, ...region(home, [copied]) });
    expect(acts(plan)).toEqual([]);
    expect(plan.verdicts).toMatchObject([{ code: 'inventory-incomplete' }]);
    expect(text).toContain(`--image-ids ami-0000000000000abcd --region ${home}`);
  });

  test('once a file shows that it is somebody else’s, the copy is a root of its own', async () => {
    const amazon = images(image(1, { ImageId: 'ami-0000000000000abcd', OwnerId: '999900001111' }));
    const { plan } = await planned({ ...due, ...region(home, [copied]), [`${home}/amazon.json`]: amazon });
    expect(acts(plan)).toEqual([`mark-image ${keyOf(5)}`]);
  });

  test('a copy whose source lies in a Region without a folder is left alone', async () => {
    const { plan } = await planned({ ...due, ...region(home, [{ ...copied, SourceImageRegion: abroad }]) });
    expect(plan.verdicts).toMatchObject([{ code: 'inventory-incomplete' }]);
  });
});

describe('files of another time', () => {
  const old = (name: string, age: number) => ({ savedAt: { [`${home}/${name}.json`]: now - age } });

  test('a day apart they pass for one moment', async () => {
    expect(holds((await planned(due, old('instances', 24 * hour))).plan, 4)).toEqual([young]);
  });

  test('instances saved earlier than that are no evidence of who uses what now', async () => {
    const { plan } = await planned(due, old('instances', 25 * hour));
    expect(holds(plan, 4)[0]).toContain(`${home}/instances.json was saved 2026-11-22T09:00:00.000Z`);
  });

  test('launch permissions saved earlier are unknown', async () => {
    const files = { ...due, [`${home}/p.json`]: permissions(1) };
    expect((await planned(files, old('p', 24 * hour))).inventory.grants[keyOf(1)]).toEqual(known([]));
    expect((await planned(files, old('p', 25 * hour))).inventory.grants[keyOf(1)]).toMatchObject({ complete: false });
  });

  test('images saved earlier make their Region incomplete', async () => {
    expect((await planned(due, old('images', 25 * hour))).header.degraded[home]).toContain('save it again');
  });
});

test('whatever is left out, nothing is taken that would not be with everything there', async () => {
  const shared = (of: number, ...more: string[]) =>
    permissions(of, ...['333344445555', ...more].map((UserId) => ({ UserId })));
  const everything: Files = {
    ...due,
    ...region(abroad, [copyOf(1, 11), copyOf(2, 12), copyOf(3, 13, { Tags: marks(13, 3) }), copyOf(4, 14)]),
    [`${home}/p1.json`]: shared(1, '444455556666'),
    [`${home}/p2.json`]: shared(2),
    [`${home}/p3.json`]: shared(3),
    [`${home}/p4.json`]: shared(4),
    [`${abroad}/p11.json`]: shared(11),
    [`${abroad}/p12.json`]: shared(12),
    [`${abroad}/p13.json`]: shared(13),
    [`${abroad}/p14.json`]: shared(14),
    [`${home}/templates.json`]: { LaunchTemplates: [template('web', 1)] },
    [`${home}/versions.json`]: { LaunchTemplateVersions: [version('web', 1, newest, true)] },
  };
  const policyText = `${copying.replace('select: {', 'select: { encrypted: false,')}    share: { accounts: ["333344445555"], exact: true }\n`;
  const whole = takes((await planned(everything, { policyText })).plan);
  expect(whole).toEqual([
    `share-image ${keyOf(1)}`,
    `deprecate-image ${keyOf(13, abroad)}`,
    `deprecate-image ${keyOf(3)}`,
  ]);
  const names = without(everything, 'get-caller-identity.json', `${home}/templates.json`);
  await fc.assert(
    fc.asyncProperty(fc.subarray(Object.keys(names), { minLength: 1 }), async (left) => {
      const { plan } = await planned(without(everything, ...left), { policyText });
      expect(whole).toEqual(expect.arrayContaining(takes(plan)));
    }),
    { numRuns: 60, seed: 7 },
  );
});
