import { describe, expect, it } from 'vitest';
import type { World } from '../../cli/worlds/world.ts';
import { observe } from '../../shared/engine/observe.ts';
import { PortError } from '../../shared/model/errors.ts';
import { imageKey } from '../../shared/model/ids.ts';
import { hour } from '../../shared/model/time.ts';
import { abroad, far, home, retain as retainOf } from '../rules/make.ts';
import { type Published, parameter, publishing, untilCopied } from '../scenario/publishing.ts';
import { shell } from './shell.ts';

/** Three generations, each with its copy; pointers name the last. */
async function three(more: Parameters<typeof publishing>[0] = {}) {
  const world = await publishing(more, hour);
  const built: string[] = [];
  for (const number of [1, 2, 3]) {
    built.push(world.build(number));
    await world.pass(untilCopied);
  }
  expect(world.latest()).toEqual({ [home]: 'golden-3', [abroad]: 'golden-3' });
  const [first = '', second = '', third = ''] = built;
  return { ...world, first, second, third };
}

async function call({ stack }: Published, command: string, ...args: string[]) {
  const { engine, aws } = stack;
  const world: World = {
    kind: 'local',
    account: aws.account,
    policy: engine.policy,
    policyFile: 'policy.yml',
    lines: {},
    now: () => engine.clock.now(),
    look: (wanted) => observe(engine, wanted),
    engine,
    close: () => Promise.resolve(),
  };
  const { code, out: stdout, err: stderr } = await shell('/', [command, ...args, '--local'], {}, async () => world);
  return { code, stdout, stderr };
}

const revoke = (world: Published, image: string, ...args: string[]) =>
  call(world, 'revoke', image, '--reason', 'CVE-2026-1', ...args);

describe('revoke --to', () => {
  it('moves pointers to the image that people name, shows it before, and restore brings them back', async () => {
    const world = await three();
    const shown = await revoke(world, world.third, '--to', world.first, '--plan');
    expect(shown.code).toBe(0);
    expect(shown.stdout.match(/move {4}\S+ +\S+ +golden-3 -> golden-1/g)).toHaveLength(2);
    expect((await world.plan()).actions).toEqual([]);
    await revoke(world, world.third, '--to', world.first, '--pointers-only', '--yes');
    await world.pass(2 * hour);
    expect(world.latest()).toEqual({ [home]: 'golden-1', [abroad]: 'golden-1' });
    expect((await world.plan()).actions).toEqual([]);
    await call(world, 'restore', world.third, '--reason', 'a false alarm');
    await world.pass(2 * hour);
    expect(world.history(home)).toEqual(['golden-1', 'golden-2', 'golden-3', 'golden-1', 'golden-3']);
  });

  it('lets the next build follow, and never one of before', async () => {
    const world = await three();
    await revoke(world, world.third, '--to', world.first, '--pointers-only', '--yes');
    await world.pass(2 * hour);
    world.build(4);
    await world.pass(untilCopied);
    expect(world.history(home)).toEqual(['golden-1', 'golden-2', 'golden-3', 'golden-1', 'golden-4']);
  });

  it('holds also once the revoked image is gone', async () => {
    const world = await three();
    await revoke(world, world.third, '--to', world.first, '--pointers-only', '--yes');
    await world.pass(2 * hour);
    const copies = await world.stack.engine.images.copiesOf(imageKey(home, world.third), abroad);
    world.call('ec2', 'DeregisterImage', { ImageId: world.third });
    world.call('ec2', 'DeregisterImage', { ImageId: copies[0]?.id }, abroad);
    await world.pass(48 * hour);
    const named = world.call('ssm', 'GetParameter', { Name: parameter }) as { Parameter: { Value: string } };
    expect(named.Parameter.Value).toBe(world.first);
  });

  it('changes its mind with whoever says it again', async () => {
    const world = await three();
    await revoke(world, world.third, '--pointers-only', '--yes');
    await world.pass(2 * hour);
    await revoke(world, world.third, '--to', world.first, '--pointers-only', '--yes');
    await world.pass(2 * hour);
    expect(world.history(abroad)).toEqual(['golden-1', 'golden-2', 'golden-3', 'golden-2', 'golden-1']);
  });

  type Made = Awaited<ReturnType<typeof three>>;
  const onTop = (of: string) => ({ sourceImageId: of, sourceImageRegion: home, sourceInstanceId: 'i-1' });

  it.each<[string, (world: Made) => string | Promise<string>, RegExp]>([
    ['the image itself', ({ third }) => third, /it is the image to revoke, or a copy of it/],
    ['what was built from it', (world) => world.build(4, onTop(world.third)), /it was built from the image to revoke/],
    [
      'one of another architecture',
      (world) => world.build(4, { architecture: 'arm64' }),
      /of family golden\/arm64, arm64/,
    ],
    ['one that no policy selects', (world) => world.build(4, { name: 'other-1' }), /no policy selects it/],
    ['one that nobody knows', () => 'ami-0eeeeeeeeeeeeeeee', /no image and no record begins like that/],
    ['one that has no copy yet', (world) => world.build(4), new RegExp(`waits for ${abroad}`)],
    [
      'one that is revoked itself',
      async (world) => {
        await revoke(world, world.first, '--pointers-only', '--yes');
        return world.first;
      },
      /it is revoked itself: CVE-2026-1/,
    ],
    [
      'one that is deprecated',
      async (world) => {
        const at = new Date(world.stack.engine.clock.now() + hour);
        world.call('ec2', 'EnableImageDeprecation', { ImageId: world.first, DeprecateAt: at });
        await world.pass(2 * hour);
        return world.first;
      },
      /ami-steward restore brings it back first/,
    ],
    [
      'one whose copy somebody has disabled',
      async (world) => {
        const { engine } = world.stack;
        const copies = await engine.images.copiesOf(imageKey(home, world.first), abroad);
        world.call('ec2', 'DisableImage', { ImageId: copies[0]?.id }, abroad);
        await world.pass(2 * hour);
        return world.first;
      },
      /it is deprecated or disabled/,
    ],
  ])('refuses %s, and writes nothing down', async (_what, choose, message) => {
    const world = await three();
    const to = await choose(world);
    const refused = await revoke(world, world.third, '--to', to, '--yes');
    expect(refused).toMatchObject({ code: 3, stderr: expect.stringMatching(message) });
    expect((await world.stack.engine.ledger.image(imageKey(home, world.third)))?.revoked).toBeUndefined();
    expect(world.latest()).toEqual({ [home]: 'golden-3', [abroad]: 'golden-3' });
  });

  it('refuses one to which the policy would only show the way', async () => {
    const world = await three();
    const { engine } = world.stack;
    const policies = engine.policy.policies.map((one) => ({ ...one, mode: 'plan' as const }));
    const shy = { ...world, stack: { ...world.stack, engine: { ...engine, policy: { ...engine.policy, policies } } } };
    const refused = await revoke(shy, world.third, '--to', world.first, '--yes');
    expect(refused).toMatchObject({ code: 3, stderr: expect.stringContaining('policy golden is in mode plan') });
  });

  it('has no say where no pointer names the image', async () => {
    const world = await three();
    const refused = await revoke(world, world.second, '--to', world.first, '--plan');
    expect(refused).toMatchObject({ code: 3, stderr: expect.stringContaining('no pointer of ours names') });
  });
});

it('names the sources of use that a policy does not look into, where it disables', async () => {
  const retain = retainOf({ guards: { ...retainOf().guards, off: ['spot', 'launch-templates'] } });
  const world = await three({ retain });
  const shown = await revoke(world, world.third, '--plan');
  expect(shown.stdout).toMatch(/Blind: +golden does not look into spot/);
  expect(shown.stdout).toMatch(/Blind: +golden does not look into launch-templates/);
  expect(shown.stdout).toContain('Batch, EMR, Elastic Beanstalk');
  expect((await revoke(world, world.third, '--pointers-only', '--plan')).stdout).not.toContain('Blind:');
});

describe('revoke --descendants', () => {
  /** The base image is gone and unrecorded in between, so that only EC2 knows what the last was built from. */
  async function layered() {
    const world = await three();
    const { aws, engine } = world.stack;
    const between = world.build(8, {
      account: '999999999999',
      permissions: ['group:all'],
      sourceImageId: world.third,
      sourceImageRegion: home,
      sourceInstanceId: 'i-1',
    });
    const app = world.build(9, {
      name: 'golden-app',
      sourceImageId: between,
      sourceImageRegion: home,
      sourceInstanceId: 'i-2',
    });
    return { ...world, aws, engine, between, app };
  }

  it('asks EC2 what was built from it, in any number of steps, and takes that along', async () => {
    const world = await layered();
    const shown = await revoke(world, world.third, '--descendants', '--plan');
    expect(shown.stdout).toMatch(new RegExp(`revoke {2}golden-app +${home}/${world.app}`));
    expect(shown.stdout).toMatch(/golden-3 -> golden-2/);
    expect(shown.code).toBe(0);
    expect((await revoke(world, world.third, '--plan')).stdout).not.toContain('golden-app');
  });

  it('names what it could not follow, leaves it, and exits with 5', async () => {
    const world = await layered();
    const denied = new PortError(
      'denied',
      { operation: 'GetImageAncestry', region: home, code: 'UnauthorizedOperation' },
      'no right',
    );
    world.engine.images.ancestors = () => Promise.reject(denied);
    const done = await revoke(world, world.third, '--descendants', '--pointers-only', '--yes');
    expect(done.code).toBe(5);
    expect(done.stdout).toMatch(/Unsure: +1 lineage may descend from it: .*no right.*\(us-east-1\/ami-/);
    expect((await world.engine.ledger.image(imageKey(home, world.app)))?.revoked).toBeUndefined();
    const instead = await revoke(world, world.third, '--to', world.app, '--plan');
    expect(instead.stderr).toContain('it may have been built from the image to revoke');
  });

  it('names what lies in Regions of no policy, where nothing of ours acts', async () => {
    const world = await layered();
    world.build(7, {
      name: 'golden-far',
      region: far,
      sourceImageId: world.third,
      sourceImageRegion: home,
      sourceInstanceId: 'i-3',
    });
    const shown = await revoke(world, world.third, '--descendants', '--plan');
    expect(shown.code).toBe(5);
    expect(shown.stdout).toMatch(
      new RegExp(`beyond {2}${far}/ami-\\S+ +descends from it, in a Region that no policy names`),
    );
    expect(shown.stdout).not.toContain('revoke  golden-far');
  });

  it('remembers what EC2 said, so that functions do not publish it either', async () => {
    const world = await layered();
    await revoke(world, world.third, '--descendants', '--pointers-only', '--yes');
    const record = await world.engine.ledger.image(imageKey(home, world.app));
    expect(record?.ancestors).toContain(imageKey(home, world.third));
  });
});
