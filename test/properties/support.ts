import fc from 'fast-check';
import type { Image } from '../../shared/model/image.ts';
import type { Action, Plan } from '../../shared/model/plan.ts';
import { decide } from '../../shared/rules/decide.ts';
import { now } from '../rules/make.ts';
import { type GeneratedWorld, worlds } from './worlds.ts';

const runs = 2_000;
export const seed = 20261123;

/** A world may shrink for hours; what was found in a minute tells enough. */
const mostShrinking = 60_000;

const destructive = ['disable-image', 'approve-removal', 'deregister-image'];
export const taking = ['deprecate-image', ...destructive];

/** People revoked the image and want it disabled, which puts no question of age, rank or ladder. */
export const isRevoked = ({ kind, why }: Action): boolean =>
  kind === 'disable-image' && why.some(({ code }) => code === 'revoked');

export const isTaking = (action: Action): boolean => taking.includes(action.kind) && !isRevoked(action);
export const isDestructive = (action: Action): boolean => destructive.includes(action.kind) && !isRevoked(action);
export const gives = (action: Action): boolean =>
  action.kind === 'copy-image' || (action.kind === 'share-image' && action.add.length > 0);

export const imagesOf = ({ inventory }: GeneratedWorld): Image[] =>
  Object.values(inventory.images).flatMap((evidence) => (evidence.complete ? [...evidence.value] : []));

const decided = fc
  .sample(worlds, { numRuns: runs, seed })
  .map((world) => ({ world, plan: decide(world.inventory, world.policy, now) }));

/** Runs over the worlds that were drawn once; a failure is drawn again by fast-check, which shrinks it. */
export function everywhere(check: (world: GeneratedWorld, plan: Plan) => void): void {
  try {
    for (const { world, plan } of decided) check(world, plan);
  } catch (error) {
    const property = fc.property(worlds, (world) => check(world, decide(world.inventory, world.policy, now)));
    fc.assert(property, { numRuns: runs, seed, interruptAfterTimeLimit: mostShrinking });
    throw error;
  }
}
