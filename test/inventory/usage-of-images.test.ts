import { describe, expect, test } from 'vitest';
import { imageKey } from '../../shared/model/ids.ts';
import { referenceSources } from '../../shared/model/references.ts';
import { day, isoTime } from '../../shared/model/time.ts';
import { type Asked, holds, planned } from './planned.ts';
import { type Files, home, idOf, image, now, report, whole, without } from './saved.ts';

/** Generation 4 is due to be disabled; whether it is, its holds say. */
const due: Files = {
  ...whole,
  [`${home}/images.json`]: {
    Images: [1, 2, 3, 4].map((n) => image(n, n === 4 ? { DeprecationTime: isoTime(now - 60 * day) } : {})),
  },
};
const young = 'our records began less than 2d ago';
const key = imageKey(home, idOf(4));
const held = async (files: Files, asked: Asked = {}): Promise<string[]> =>
  holds((await planned({ ...due, ...files }, asked)).plan, 4).filter((text) => text !== young);
const reference = (ResourceType: string, Arn: string) => ({ ImageId: idOf(4), ResourceType, Arn });

test('With all files there nothing but the want of records holds it', async () => expect(await held({})).toEqual([]));

describe('saved parameters', () => {
  const named = (Name: string, Value?: string) => ({ Name, Type: 'String', ...(Value !== undefined && { Value }) });
  const file = `${home}/parameters.json`;

  test('hold the images that their values name', async () =>
    expect(await held({ [file]: { Parameters: [named('/ci', `x ${idOf(4)} y`), named('/other', 'z')] } })).toEqual([
      `parameter /ci uses ${key}`,
    ]));

  test('hold everything where a value is lacking, and name the command', async () =>
    expect(await held({ [file]: { Parameters: [named('/ci')] } })).toEqual([
      expect.stringMatching(/the value of parameter \/ci was not saved: aws ssm get-parameters .*--region us-east-1/),
    ]));

  test('may be listed in one file and have their values in another', async () =>
    expect(
      await held({
        [file]: { Parameters: [named('/ci')] },
        [`${home}/values.json`]: { Parameters: [named('/ci', 'z')] },
      }),
    ).toEqual([]));

  test('are not known without a file', async () => {
    const { plan } = await planned(without(due, file));
    expect(holds(plan, 4)).toContainEqual(
      expect.stringMatching(/ssm-parameters.* no file there holds Parameters: aws ssm/),
    );
  });
});

describe('saved references', () => {
  const file = `${home}/references.json`;

  test.each([
    ['ec2:LaunchTemplate', 'arn:aws:ec2:us-east-1:111122223333:launch-template/lt-1', 'template lt-1'],
    [
      'imagebuilder:ImageRecipe',
      'arn:aws:imagebuilder:us-east-1:111122223333:image-recipe/web/1.0.0',
      'image recipe web/1.0.0',
    ],
  ])('hold the image: %s', async (type, arn, by) =>
    expect(await held({ [file]: { ImageReferences: [reference(type, arn)] } })).toEqual([`${by} uses ${key}`]),
  );

  test('that go on show what they have, and hold the rest', async () => {
    const open = { ImageReferences: [reference('ec2:Instance', 'arn:aws:ec2:r:a:instance/i-1')], NextToken: 'more' };
    expect(await held({ [file]: open })).toEqual([
      `instance i-1 uses ${key}`,
      expect.stringMatching(/what image-builder would show .* NextToken/),
    ]);
  });

  test('are not known without a file, which the hold names with the command', async () => {
    const { plan, inventory } = await planned(without(due, file));
    expect(holds(plan, 4)).toContainEqual(expect.stringMatching(/image-references.*aws ec2 describe-image-references/));
    const { by } = inventory.references?.[key] ?? {};
    expect(referenceSources.map((source) => by?.[source]?.complete)).toEqual([false, false]);
  });
});

describe('saved usage reports', () => {
  const file = `${home}/reports.json`;
  const entries = `${home}/entries.json`;
  const used = {
    ImageId: idOf(4),
    ReportId: 'r',
    AccountId: '222233334444',
    ResourceType: 'ec2:Instance',
    UsageCount: 3,
  };

  test('hold what other accounts use', async () =>
    expect(
      await held({
        [file]: { ImageUsageReports: [report(idOf(4), { ReportId: 'r' })] },
        [entries]: { ImageUsageReportEntries: [used] },
      }),
    ).toEqual([`other accounts use ${key} (222233334444: 3 instances)`]));

  test('hold what none of them is about', async () =>
    expect(await held({ [file]: { ImageUsageReports: [] } })).toEqual([
      `there is no report of the last 1d on use of ${key} by other accounts`,
    ]));

  test('are not needed for an image of which a file says that nobody else may use it', async () =>
    expect(
      await held({
        [file]: { ImageUsageReports: [] },
        [`${home}/private.json`]: { ImageId: idOf(4), LaunchPermissions: [] },
      }),
    ).toEqual([]));

  test.each([
    [file, /aws ec2 describe-image-usage-reports --region/],
    [entries, /aws ec2 describe-image-usage-report-entries --region/],
  ])('are not known without %s, and the hold names the command', async (name, command) => {
    const { plan } = await planned(without(due, name));
    expect(holds(plan, 4)).toContainEqual(expect.stringMatching(command));
  });
});
