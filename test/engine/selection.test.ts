import { describe, expect, it, test } from 'vitest';
import { recordOrigin } from '../../local/ec2/ancestry.ts';
import { type ImageFixture, putCopy, putImage } from '../../local/ec2/fixtures.ts';
import { EmbeddedAws } from '../../local/world.ts';
import { observe } from '../../shared/engine/observe.ts';
import { reconcile } from '../../shared/engine/reconcile.ts';
import { sweep } from '../../shared/engine/sweep.ts';
import { keyOf } from '../../shared/model/image.ts';
import { day } from '../../shared/model/time.ts';
import { decide } from '../../shared/rules/decide.ts';
import { compiled, onePolicy } from '../policy/files.ts';
import { deployWithRoles } from '../roles/deploy.ts';

const account = '111122223333';
const region = 'us-east-1';
const stranger = '999988887777';
const start = Date.UTC(2026, 0, 1);
const unit = 'arn:aws:organizations::111122223333:ou/o-a1b2c3d4e5/ou-ab12-cdef3456';

const taken = 'taken';
const left = 'left';
const names = [taken, left, 'other', 'deep', 'from*', 'none*', 'base*'].map((name) => `"${name}"`).join(', ');

async function open(select: string) {
  const aws = EmbeddedAws.open({ start, homeRegion: region, account });
  const { engine } = await deployWithRoles(
    aws,
    compiled(onePolicy('mode: apply', `select: { name: [${names}], ${select} }`)),
  );
  const put = (name: string, more: Partial<ImageFixture> = {}) => putImage(aws, { account, region, name, ...more });
  return { aws, engine, put };
}

async function selected({ engine }: Awaited<ReturnType<typeof open>>): Promise<string[]> {
  const inventory = await observe(engine, { scope: 'account', grants: 'due', usage: false });
  const { verdicts } = decide(inventory, engine.policy, engine.clock.now());
  const images = inventory.images[region];
  const names = new Map(images?.complete ? images.value.map((image) => [keyOf(image), image.name]) : []);
  return verdicts.filter(({ policy }) => policy === 'web').flatMap(({ image }) => names.get(image) ?? []);
}

describe('each key of a selector decides what a policy takes', () => {
  test.each<[string, string, Partial<ImageFixture>, Partial<ImageFixture>]>([
    ['state', 'state: [disabled]', { state: 'disabled' }, {}],
    ['sharedWith an account', `sharedWith: ["${stranger}"]`, { permissions: [`account:${stranger}`] }, {}],
    ['sharedWith a unit', `sharedWith: ["${unit}"]`, { permissions: [`unit:${unit}`] }, { permissions: ['group:all'] }],
    [
      'sharedWith anyone',
      'sharedWith: [anyone]',
      { permissions: ['group:all'] },
      { permissions: [`account:${stranger}`] },
    ],
    ['olderThan', 'olderThan: 30d', { createdAt: start - 30 * day }, { createdAt: start - 30 * day + 1_000 }],
    ['newerThan', 'newerThan: 30d', { createdAt: start - 30 * day + 1_000 }, { createdAt: start - 30 * day }],
    ['notLaunchedFor', 'notLaunchedFor: 60d', { launches: [start - 60 * day] }, { launches: [start - 59 * day] }],
    ['notLaunchedFor, never launched', 'notLaunchedFor: 60d', {}, { launches: [start - 2 * day] }],
    [
      'severityAtLeast',
      'severityAtLeast: high',
      { scan: { severity: 'critical', at: start } },
      { scan: { severity: 'medium', at: start } },
    ],
    [
      'severityAtLeast, never scanned',
      'severityAtLeast: informational',
      { scan: { severity: 'informational', at: start } },
      {},
    ],
  ])('%s', async (_name, select, yes, no) => {
    const world = await open(select);
    world.put(taken, yes);
    world.put(left, no);
    expect(await selected(world)).toEqual([taken]);
  });
});

describe('descendsFrom', () => {
  const base = 'ami-0ba5e0ba5e0ba5e00';
  const parent = 'ami-00000000000000aaa';
  const select = `descendsFrom: [${base}]`;

  /** base (a stranger's) <- parent (a stranger's) <- taken, and another image built from a stranger's. */
  async function family() {
    const world = await open(select);
    const foreign = { account: stranger, permissions: ['group:all'] };
    putImage(world.aws, { ...foreign, region, id: base, name: 'base' });
    putImage(world.aws, {
      ...foreign,
      region,
      id: parent,
      name: 'parent',
      sourceImageId: base,
      sourceImageRegion: region,
    });
    const from = (id: string) => ({
      sourceImageId: id,
      sourceImageRegion: region,
      sourceInstanceId: 'i-0123456789abcdef0',
    });
    const other = putImage(world.aws, { ...foreign, region, name: 'other' });
    const image = world.put(taken, from(parent));
    world.put(left, from(other.id));
    world.put('none');
    return { ...world, image, from };
  }

  it('takes what was built from it in two steps, through images that we do not own', async () => {
    expect(await selected(await family())).toEqual([taken]);
  });

  it('takes what was built from a copy of it', async () => {
    const world = await family();
    const copy = putCopy(world.aws, world.image, { region: 'eu-west-1' });
    world.put('from a copy', { sourceImageId: copy.id, sourceImageRegion: 'eu-west-1', sourceInstanceId: 'i-1' });
    expect((await selected(world)).sort()).toEqual(['from a copy', taken]);
  });

  it('does not take the image itself, nor its copies', async () => {
    const world = await open('regions: [us-east-1, eu-west-1], descendsFrom: [ami-0ba5e0ba5e0ba5e99]');
    const own = world.put('base', { id: 'ami-0ba5e0ba5e0ba5e99' });
    putCopy(world.aws, own, { region: 'eu-west-1' });
    world.put(taken, { sourceImageId: own.id, sourceImageRegion: region, sourceInstanceId: 'i-0123456789abcdef0' });
    expect(await selected(world)).toEqual([taken]);
  });

  it('leaves an image undecided, and alone, while EC2 does not tell', async () => {
    const world = await family();
    world.aws.faults.deny('GetImageAncestry');
    const inventory = await observe(world.engine, { scope: 'account', grants: 'due', usage: false });
    const plan = decide(inventory, world.engine.policy, start);
    expect(plan.verdicts.map(({ code }) => code).sort()).toEqual([
      'not-selected',
      'selection-undecided',
      'selection-undecided',
    ]);
    expect(plan.actions).toEqual([]);
  });

  it('asks EC2 once for each image, since ancestry never changes', async () => {
    const world = await family();
    const { enqueued } = await sweep(world.engine);
    for (const { root } of enqueued) await reconcile(world.engine, { image: root });
    world.aws.faults.deny('GetImageAncestry');
    expect(await selected(world)).toEqual([taken]);
    expect(enqueued.length).toBeGreaterThan(0);
  });

  it('is undecided at a chain that EC2 cuts off after fifty images', async () => {
    const world = await family();
    let source = 'ami-00000000000001000';
    for (let n = 1; n <= 60; n++) {
      const row = {
        ...world.image,
        id: `ami-0000000000000${1000 + n}`,
        sourceImageId: source,
        sourceInstanceId: undefined,
      };
      recordOrigin(world.aws, { ...row, createdAt: start });
      source = row.id;
    }
    const image = world.put('deep', world.from(source));
    const inventory = await observe(world.engine, { scope: 'account', grants: 'due', usage: false });
    const { verdicts } = decide(inventory, world.engine.policy, start);
    expect(verdicts.find((verdict) => verdict.image === keyOf(image))?.code).toBe('selection-undecided');
  });
});
