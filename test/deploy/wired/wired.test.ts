import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { dynoxideMissing, startDynoxide } from '../../contract/dynoxide.ts';
import { allowing, ownBus, type Template, template } from '../packaged.ts';
import { damaged, damages, failures, losses, withoutAction, withRole } from './damages.ts';
import { forwarding } from './front.ts';
import { type Scene, Stage } from './stage.ts';
import { failing, giving, Missed, taking, withinRoles } from './story.ts';
import { TableApi } from './table-api.ts';

const stack = template(inject('acting'));
const stage = new Stage(inject('acting'));
afterAll(() => stage.close());

/** What an image that was just built leads to. @returns what did not happen, and the scene */
async function given(wiring: Template): Promise<readonly [string[], Scene]> {
  const missed = new Missed();
  const scene = await stage.open(wiring, new TableApi());
  await giving(scene, missed);
  withinRoles(wiring, scene, missed);
  return [missed.list, scene];
}

/** What a function could not have done under the role of another. */
function missedWith(fn: string, role: string, scene: Scene): readonly string[] {
  const missed = new Missed();
  withinRoles(withRole(stack, fn, role), scene, missed);
  return missed.list;
}

describe('the packaged functions, wired as the packaged template wires them', () => {
  const tables = dynoxideMissing === undefined ? 'DynamoDB' : 'the embedded table';

  it(`copy, share, publish and record a new image and retire an old one, over HTTP and on ${tables}`, async () => {
    const server = dynoxideMissing === undefined ? await startDynoxide() : undefined;
    const scene = await stage.open(stack, server ? forwarding(server.endpoint) : new TableApi());
    const missed = new Missed();
    await giving(scene, missed);
    await taking(scene, missed);
    withinRoles(stack, scene, missed);
    await server?.stop();
    expect(missed.list).toEqual([]);
    // Only what is to go shows what reap alone may call.
    expect(missedWith('ReapLambdaFunction', 'OnImageEventRole', scene)).not.toEqual([]);
  }, 400_000);
});

/** What is put aside when functions fail and cannot be run. @returns what was lost */
async function lost(wiring: Template): Promise<string[]> {
  const missed = new Missed();
  const scene = await stage.open(failures.reduce(damaged, wiring), new TableApi());
  await failing(scene, missed);
  return missed.list;
}

describe('a run that fails, and a schedule that cannot run', () => {
  it('are put aside, each in the name of its own role', async () => {
    expect(await lost(stack)).toEqual([]);
  });

  it.each(losses)('are lost where $what', async (damage) => {
    expect(await lost(damaged(stack, damage))).toEqual([damage.missing]);
  });
});

describe('a bus of its own', () => {
  it('is what every function that tells something may put events on, and no other', () => {
    for (const role of ['OnImageEventRole', 'SweepRole', 'RetireRole', 'ReapRole'])
      expect(allowing(stack, role, 'events:PutEvents').map(({ Resource }) => JSON.stringify(Resource))).toEqual([
        expect.stringContaining(`:event-bus/${ownBus}"`),
      ]);
  });
});

describe('a template that is wrong in one place', () => {
  let undamaged: Scene;
  beforeAll(async () => {
    const [missed, scene] = await given(stack);
    expect(missed).toEqual([]);
    undamaged = scene;
  });

  it.each(damages)('is noticed: $what', async (damage) => {
    const [missed] = await given(damaged(stack, damage));
    expect(missed).toContain(damage.missing);
  });

  it('is noticed in every action of a role that was used', () => {
    const used = new Set(undamaged.front.calls.map(({ key, action }) => `${key} ${action}`));
    const stackCalls = [...used].map((one) => one.split(' ') as [string, string]).filter(([key]) => stack[key]);
    const asked = stackCalls.filter(([, action]) => action !== 'sts:GetCallerIdentity');
    expect(asked.length).toBeGreaterThan(40);
    for (const [key, action] of asked) {
      const missed = new Missed();
      withinRoles(withoutAction(stack, key, action), undamaged, missed);
      expect(missed.list, `${key} ${action}`).not.toEqual([]);
    }
  });

  it('is noticed when a function has the role of another', () => {
    // The sweep calls nothing by name that the others may not: only what they may call it on differs.
    for (const [fn, role] of [
      ['OnImageEventLambdaFunction', 'SweepRole'],
      ['RetireLambdaFunction', 'SweepRole'],
    ] as const)
      expect(missedWith(fn, role, undamaged), `${fn} as ${role}`).not.toEqual([]);
  });
});
