import { InputError } from '../../shared/model/errors.ts';
import type { ImageKey } from '../../shared/model/ids.ts';
import { policyFor } from '../../shared/rules/survey.ts';
import { worldOptions } from '../args.ts';
import { type Call, type Command, exit } from '../command.ts';
import { findImage, withHistory } from '../find-image.ts';
import { type Dossier, renderWhy, steps } from '../render/why.ts';
import { type Survey, survey } from '../survey.ts';
import { worldRequest } from '../worlds/open.ts';
import type { World } from '../worlds/world.ts';

export const why: Command = {
  usage: ['why AMI [STEP]'],
  about: [
    'What was decided about an image, for which reasons, which policy won each field, and what happened to it so far.',
    'AMI is an id or the beginning of one. With STEP: why that step, or why not.',
    `STEP is one of ${Object.keys(steps).join(', ')}.`,
  ],
  options: { ...worldOptions },
  takes: { from: 1, to: 2 },
  run: async (call) => {
    const [text = '', step] = call.args.positionals;
    if (step !== undefined && !Object.hasOwn(steps, step))
      throw new InputError('is no step', step, `one of ${Object.keys(steps).join(', ')}`);
    const request = worldRequest(call.args, call.io);
    const world = await call.open(request);
    try {
      const seen = await survey(world, request.at);
      const image = findImage(text, await withHistory(world, seen.inventory));
      show(call, await dossierOf(image, seen, world, step), world);
      return Object.keys(seen.header.degraded).length > 0 ? exit.partly : exit.done;
    } finally {
      await world.close();
    }
  },
};

async function dossierOf(image: ImageKey, seen: Survey, world: World, step: string | undefined): Promise<Dossier> {
  const { plan, inventory } = seen;
  const record = await world.engine?.ledger.image(image);
  const effective = policyFor(image, inventory, world.policy, seen.now);
  const verdict = plan.verdicts.find((one) => one.image === image);
  return {
    survey: seen,
    image,
    history: (await world.engine?.ledger.history(image)) ?? [],
    actions: plan.actions.filter((action) => action.image === image),
    held: plan.held.filter((held) => held.image === image),
    ...(verdict && { verdict }),
    ...(record && { record }),
    ...(effective && { effective }),
    ...(step !== undefined && { step }),
  };
}

function show({ args, print, json }: Call, dossier: Dossier, world: World): void {
  if (args.flag('json')) json(asJson(dossier));
  else print(renderWhy(dossier, world));
}

function asJson({ survey: { header }, effective, ...rest }: Dossier): object {
  const policies = effective && { names: effective.names, winners: effective.winners, conflicts: effective.conflicts };
  return { schemaVersion: 1, header, ...rest, ...policies };
}
