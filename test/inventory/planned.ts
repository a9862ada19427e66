import { readPolicy } from '../../cli/policy/read.ts';
import { renderPlan } from '../../cli/render/plan.ts';
import { type Survey, survey } from '../../cli/survey.ts';
import { openInventoryWorld } from '../../cli/worlds/inventory-world.ts';
import type { WorldRequest } from '../../cli/worlds/open.ts';
import type { World } from '../../cli/worlds/world.ts';
import { InputError } from '../../shared/model/errors.ts';
import { type ImageKey, imageKey } from '../../shared/model/ids.ts';
import type { Plan } from '../../shared/model/plan.ts';
import { sentence } from '../../shared/rules/explain.ts';
import { type Files, folderOf, home, idOf, now } from './saved.ts';

export interface Planned extends Survey {
  readonly world: World;
  /** As a person reads it. */
  readonly text: string;
}

const stages =
  'stages: { deprecate: { afterSuperseded: 14d }, disable: { afterDeprecated: 30d }, deregister: { afterDisabled: 30d } }';

/** Keeps the newest two, without copies and shares. */
export const retiring = `
version: 1
policies:
  - name: golden
    mode: apply
    select: { name: "golden-*", regions: [${home}] }
    family: { key: "golden/{architecture}" }
    retain: { keepLast: 2, limits: { percentOfFamily: 50 }, ${stages} }
`;

export const copying = `${retiring}    copy: { to: [{ region: eu-west-1 }], since: 2020-01-01 }\n`;

export interface Asked extends Partial<WorldRequest> {
  readonly policyText?: string;
  readonly savedAt?: Readonly<Record<string, number>>;
}

export async function worldOf(
  files: Files,
  { policyText = retiring, savedAt, ...request }: Asked = {},
): Promise<World> {
  const read = readPolicy(policyText, 'policy.yml', { now });
  if (!read.ok) throw new Error(read.problems.map(({ line, message }) => `${line}: ${message}`).join('\n'));
  const cwd = await folderOf(files, savedAt);
  const asked = { local: false, inventory: '.', cwd, env: {}, write: false, ...request };
  return openInventoryWorld(asked, '.', { policy: read.policy, policyFile: 'policy.yml', lines: read.lines });
}

export async function planned(files: Files, asked: Asked = {}): Promise<Planned> {
  const world = await worldOf(files, asked);
  const seen = await survey(world, asked.at);
  const lines = renderPlan(seen, world, 'nothing');
  return { ...seen, world, text: lines.map((line) => (typeof line === 'string' ? line : line.text)).join('\n') };
}

/** The error that opening the folder ends with. */
export async function refused(files: Files, asked: Asked = {}): Promise<InputError> {
  try {
    await worldOf(files, asked);
  } catch (error) {
    if (error instanceof InputError) return error;
    throw error;
  }
  throw new Error('it was not refused');
}

/** `deprecate-image golden-3` of everything that would happen. */
export const acts = ({ actions }: Plan): string[] => actions.map(({ kind, image }) => `${kind} ${image}`);

export const takes = (plan: Plan): string[] =>
  plan.actions
    .filter(
      (action) =>
        !['mark-image', 'copy-image', 'share-image'].includes(action.kind) ||
        (action.kind === 'share-image' && action.remove.length > 0),
    )
    .map(({ kind, image }) => `${kind} ${image}`);

/** What holds the steps of an image, in words. */
export const holds = ({ held }: Plan, number: number, region = home): string[] =>
  held.filter(({ image }) => image === `${region}/${idOf(number)}`).flatMap(({ guards }) => guards.map(sentence));

export const stepsHeld = ({ held }: Plan): string[] => held.map(({ step, image }) => `${step} ${image}`);

export const keyOf = (number: number, region = home): ImageKey => imageKey(region, idOf(number));
