import { describe, expect, it } from 'vitest';
import type { Injected } from '../../local/ec2/injected.ts';
import { putRecipe, type RecipeRow, removeRecipe } from '../../local/ec2/recipes.ts';
import type { ImageRow } from '../../local/ec2/rows.ts';
import { AwsError } from '../../local/kernel/service.ts';
import type { EmbeddedAws } from '../../local/world.ts';
import { imageKey } from '../../shared/model/ids.ts';
import { marksFor } from '../../shared/model/marks.ts';
import { day } from '../../shared/model/time.ts';
import { account, home, openWith, pass, putWeb, sharee, told } from './support.ts';

const oldId = 'ami-0e100000000000a1b';
const old = imageKey(home, oldId);

interface Scene {
  readonly aws: EmbeddedAws;
  readonly image: ImageRow;
  readonly state: () => string;
}

/** Three generations of which the newest two stay; the newest is in use, or nothing in use would look like broken eyes. */
async function scene(guards = '', shared = false): Promise<Scene> {
  const lines = `family: { key: "{nameBase}" }
retain:
  keepLast: 2
  stages: { deprecate: { afterSuperseded: 7d }, disable: { afterDeprecated: 1d }, deregister: { afterDisabled: 7d } }
  guards: { lastLaunchedWithin: 2d${guards} }`;
  const { aws } = await openWith(lines, undefined, { idleEvery: day });
  const put = (number: number, age: number, more: Partial<ImageRow>): ImageRow => {
    const createdAt = aws.timeline.now() - age * day;
    const id = more.id ?? `ami-0e${number}0000000000a1b`;
    return putWeb(aws, {
      name: `web-${number}`,
      createdAt,
      tags: marksFor(imageKey(home, id), createdAt, 'web'),
      snapshotTags: marksFor(imageKey(home, id), createdAt, 'web'),
      ...more,
      id,
    });
  };
  const image = put(10, 60, { id: oldId, permissions: shared ? [`account:${sharee}`] : [] });
  put(11, 50, {});
  const newest = put(12, 40, {});
  aws.call('ec2', 'RunInstances', { ImageId: newest.id, MinCount: 1, MaxCount: 1 });
  return { aws, image, state: () => stateOf(aws) };
}

function stateOf(aws: EmbeddedAws): string {
  const input = { Owners: ['self'], IncludeDisabled: true, IncludeDeprecated: true };
  const { Images } = aws.call('ec2', 'DescribeImages', input) as { Images: { ImageId: string; State: string }[] };
  return Images.find(({ ImageId }) => ImageId === oldId)?.State ?? 'gone';
}

/** Enough for the whole ladder, twice. */
const ladder = 30 * day;

const guardsTold = (aws: EmbeddedAws): string =>
  JSON.stringify(told(aws, 'AMI Action Blocked').filter(({ imageId }) => imageId === oldId));

type End = () => void;

/** What uses the old image, seen by one source only; ends when called. */
interface Use {
  readonly name: string;
  readonly guards?: string;
  readonly shared?: true;
  readonly begin: (scene: Scene) => End;
}

function templateInDepth({ aws, image }: Scene, as = account): End {
  const name = { LaunchTemplateName: 'old' };
  const call = (operation: string, input: object) => aws.call('ec2', operation, { ...name, ...input }, { account: as });
  call('CreateLaunchTemplate', { LaunchTemplateData: { InstanceType: 't3.micro' } });
  call('CreateLaunchTemplateVersion', { LaunchTemplateData: { ImageId: image.id } });
  for (let more = 0; more < 25; more++)
    call('CreateLaunchTemplateVersion', { LaunchTemplateData: { InstanceType: 't3.micro' } });
  return () => call('DeleteLaunchTemplate', {});
}

function launched({ aws, image }: Scene, by: string): End {
  const { Instances } = aws.call(
    'ec2',
    'RunInstances',
    { ImageId: image.id, MinCount: 2, MaxCount: 2 },
    { account: by },
  ) as { Instances: { InstanceId: string }[] };
  const InstanceIds = Instances.map(({ InstanceId }) => InstanceId);
  return () => aws.call('ec2', 'TerminateInstances', { InstanceIds }, { account: by });
}

function recipe({ aws, image }: Scene, kind: RecipeRow['kind'], by = account): End {
  const row = { account: by, region: home, kind, name: 'web', version: '1.0.0', imageId: image.id };
  putRecipe(aws, row);
  return () => removeRecipe(aws, row);
}

const uses: readonly Use[] = [
  {
    name: 'F36 a parameter of any name, as ssm-parameters shows it',
    guards: ', off: [image-references]',
    begin: ({ aws }) => {
      const Name = '/ci/settings';
      aws.call('ssm', 'PutParameter', { Name, Type: 'String', Value: `{"base":"${oldId}"}` });
      return () => aws.call('ssm', 'DeleteParameter', { Name });
    },
  },
  { name: 'a version deep in a launch template, as image-references shows it', begin: (one) => templateInDepth(one) },
  { name: 'an image recipe, as image-builder shows it', begin: (one) => recipe(one, 'image-recipe') },
  { name: 'a container recipe, as image-builder shows it', begin: (one) => recipe(one, 'container-recipe') },
  { name: 'F41 instances of another account', shared: true, begin: (one) => launched(one, sharee) },
  { name: 'F41 a launch template of another account', shared: true, begin: (one) => templateInDepth(one, sharee) },
  { name: 'F41 a recipe of another account', shared: true, begin: (one) => recipe(one, 'image-recipe', sharee) },
];

describe('P1 an image that only one source shows in use', () => {
  it.each(uses)('stays while $name, and is gone after that', async ({ guards, shared, begin }) => {
    const one = await scene(guards, shared);
    const end = begin(one);
    await pass(one.aws, ladder);
    expect(one.state()).toBe('available');
    expect(guardsTold(one.aws)).toMatch(/in-use|used-elsewhere/);
    end();
    await pass(one.aws, ladder);
    expect(one.state()).toBe('gone');
  });
});

describe('a source that is switched off', () => {
  it.each(uses.slice(1, 4))('shows nothing: $name', async ({ begin }) => {
    const one = await scene(', off: [image-references, image-builder]');
    begin(one);
    await pass(one.aws, ladder);
    expect(one.state()).toBe('gone');
  });
});

/** Something that keeps a call from answering in whole; ends when called. */
interface Trouble {
  readonly name: string;
  readonly begin: (aws: EmbeddedAws, operation: string) => End;
}

const troubles: readonly Trouble[] = [
  {
    name: 'is denied',
    begin: (aws, operation) => {
      aws.faults.deny(operation);
      return () => aws.faults.clear();
    },
  },
  {
    name: 'is throttled',
    begin: (aws, operation) => {
      aws.faults.throttle(operation);
      return () => aws.faults.clear();
    },
  },
  {
    name: 'fails on a later page',
    begin: (aws, operation) => {
      aws.interceptor = (call, perform) => {
        if (call.operation !== operation) return perform();
        if ((call.input as { NextToken?: string }).NextToken) throw new AwsError('InternalError', 'not today', 500);
        return { ...(perform() as object), NextToken: 'more' };
      };
      return () => {
        aws.interceptor = (_call, perform) => perform();
      };
    },
  },
];

const reads: readonly (readonly [operation: string, pages: boolean])[] = [
  ['DescribeParameters', true],
  ['GetParameters', false],
  ['DescribeImageReferences', true],
  ['DescribeImageUsageReports', true],
  ['DescribeImageUsageReportEntries', true],
  ['CreateImageUsageReport', false],
  ['DescribeImageAttribute', false],
];

const cells = reads.flatMap(([operation, pages]) =>
  troubles.filter(({ name }) => pages || !name.includes('page')).map(({ name, begin }) => ({ operation, name, begin })),
);

describe('F38 an image that others may use stays', () => {
  it.each(cells)('while $operation $name, and leaves once that is over', async ({ operation, begin }) => {
    const { aws, state } = await scene('', true);
    aws.call('ssm', 'PutParameter', { Name: '/other', Type: 'String', Value: 'nothing of ours' });
    const end = begin(aws, operation);
    await pass(aws, 20 * day);
    expect(state()).toBe('available');
    end();
    await pass(aws, ladder);
    expect(state()).toBe('gone');
  });

  it('while EC2 cannot make its report, which is told with the reason and asked for again', async () => {
    const { aws, state } = await scene('', true);
    const injected = aws.state.table<Injected>('injected');
    injected.set(`fail-usage-report/${home}`, { remaining: 1_000, message: 'the report broke' });
    await pass(aws, 20 * day);
    expect(state()).toBe('available');
    expect(guardsTold(aws)).toContain('the report broke');
    injected.set(`fail-usage-report/${home}`, { remaining: 0, message: '' });
    await pass(aws, ladder);
    expect(state()).toBe('gone');
  });

  it('while its report is pending, with one report at a time', async () => {
    const { aws, state } = await scene('', true);
    let asked = 0;
    aws.interceptor = ({ operation }, perform) => {
      if (operation === 'CreateImageUsageReport') asked++;
      const answer = perform();
      if (operation !== 'DescribeImageUsageReports') return answer;
      const { ImageUsageReports: reports } = answer as { ImageUsageReports: object[] };
      return { ImageUsageReports: reports.map((report) => ({ ...report, State: 'pending' })) };
    };
    await pass(aws, 20 * day);
    expect(state()).toBe('available');
    expect(asked).toBe(1);
  });

  it.each(['', ', off: [image-references, image-builder]'])(
    'by a report that counts everything, and which says whose it is%s',
    async (guards) => {
      const { aws, state } = await scene(guards, true);
      await pass(aws, ladder);
      expect(state()).toBe('gone');
      const { ImageUsageReports: reports } = aws.call('ec2', 'DescribeImageUsageReports', {}) as {
        ImageUsageReports: object[];
      };
      expect(reports[0]).toMatchObject({
        ImageId: oldId,
        AccountIds: [],
        Tags: expect.arrayContaining([{ Key: 'ami-steward:managed', Value: 'true' }]),
      });
      expect(reports.length).toBeGreaterThan(1);
    },
  );
});

describe('sharedAccounts: false', () => {
  const off = ', sharedAccounts: false';

  it('stops a shared image at deprecate, and says so', async () => {
    const { aws, state } = await scene(off, true);
    await pass(aws, ladder);
    expect(state()).toBe('available');
    expect(told(aws, 'AMI Deprecated')).toHaveLength(1);
    expect(guardsTold(aws)).toContain('shared-unchecked');
  });

  it('lets a private one go, without a report', async () => {
    const { aws, state } = await scene(off);
    await pass(aws, ladder);
    expect(state()).toBe('gone');
    expect(aws.state.table('image-usage-reports').size).toBe(0);
  });

  it('lets a shared one go where the policy says that nobody need look', async () => {
    const reason = 'they copy what they need on the first day';
    const { aws, state } = await scene(
      `${off} }\noverrides: [{ rule: retain/shared-unchecked, reason: ${reason} }]\nlineage: { stampTags: true`,
      true,
    );
    await pass(aws, ladder);
    expect(state()).toBe('gone');
    expect(aws.state.table('image-usage-reports').size).toBe(0);
  });
});

it('A private image is taken without asking for a report', async () => {
  const { aws, state } = await scene();
  await pass(aws, ladder);
  expect(state()).toBe('gone');
  expect(aws.state.table('image-usage-reports').size).toBe(0);
  expect(JSON.stringify(told(aws, 'AMI Action Blocked'))).not.toContain(old);
});
