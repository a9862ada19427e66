import { globSync, readFileSync } from 'node:fs';
import { readPolicy } from '../../cli/policy/read.ts';
import { renderPlan, renderVerdicts } from '../../cli/render/plan.ts';
import { survey } from '../../cli/survey.ts';
import type { World } from '../../cli/worlds/world.ts';
import type { Inventory } from '../../shared/model/inventory.ts';
import { imagesByKey } from '../../shared/rules/lineages.ts';
import { worldOf } from '../inventory/planned.ts';
import { now } from '../rules/make.ts';

/** A new key of the policy gives every policy another hash, which would hide what else differs. */
const sameHash = 'f'.repeat(64);

const here = new URL('./', import.meta.url);
const textOf = (path: string): string => readFileSync(new URL(path, here), 'utf8');

/** Every recorded world, by the name of its folder. */
export const names = globSync('*/policy.yml', { cwd: here })
  .map((path) => path.split(/[/\\]/)[0] ?? '')
  .sort();

/** What the world shows: the comment that its policy begins with. */
export const ideaOf = (name: string): string => /^# (.*)/.exec(textOf(`${name}/policy.yml`))?.[1] ?? 'says nothing';

/** The plan as a person reads it, with the verdict on every image. */
export async function planText(name: string): Promise<string> {
  const policyText = textOf(`${name}/policy.yml`);
  const saved = globSync(`${name}/saved/**/*.json`, { cwd: here });
  const opened = saved.length > 0 ? await savedWorld(name, saved, policyText) : await builtWorld(name, policyText);
  const world = { ...opened, policy: { ...opened.policy, hash: sameHash } };
  const seen = await survey(world);
  const plan = renderPlan(seen, world, 'ami-steward apply p.json');
  const lines = [...plan, '', ...renderVerdicts(seen.plan, imagesByKey(seen.inventory))];
  return `${lines.map((line) => (typeof line === 'string' ? line : line.text)).join('\n')}\n`;
}

/** Answers of the AWS CLI in `saved/`, all of one time: a checkout gives files times of its own. */
function savedWorld(name: string, paths: readonly string[], policyText: string): Promise<World> {
  const files = paths.map((path) => [path.slice(`${name}/saved/`.length), textOf(path)]);
  return worldOf(Object.fromEntries(files), { policyText });
}

/** What `world.ts` builds, where records, pointers or earlier runs matter. Dates of the policy may be over. */
async function builtWorld(name: string, policyText: string): Promise<World> {
  const read = readPolicy(policyText, 'policy.yml');
  if (!read.ok) throw new Error(read.problems.map(({ line, message }) => `${name}:${line}: ${message}`).join('\n'));
  const { world: inventory } = (await import(`./${name}/world.ts`)) as { world: Inventory };
  return {
    kind: 'aws',
    account: inventory.account,
    policy: read.policy,
    policyFile: 'policy.yml',
    lines: read.lines,
    now: () => now,
    look: async () => inventory,
    close: async () => undefined,
  };
}
