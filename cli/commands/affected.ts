import { type Answer, affectedIn } from '../affected.ts';
import { worldOptions } from '../args.ts';
import { type Call, type Command, exit } from '../command.ts';
import { renderAffected } from '../render/affected.ts';
import { affectedDocument } from '../render/affected-document.ts';
import { worldRequest } from '../worlds/open.ts';
import type { World } from '../worlds/world.ts';

export const affected: Command = {
  usage: ['affected AMI'],
  about: [
    'What to look at when an image turns out to be bad: its copies, what was built on it in any number of steps and every',
    'Region, and who uses each of these images: instances, launch templates, groups, fleets, parameters, pointers, and',
    'other accounts by counts. AMI is an id or the beginning of one, also of an image of another owner or one that is',
    'gone; one that nothing seen here names is given as Region/id. What could not be read is named, and an image of which',
    'it might show a use is never called unused.',
  ],
  options: { ...worldOptions },
  takes: { from: 1, to: 1 },
  run: async (call) => {
    const { args, io } = call;
    const request = worldRequest(args, io);
    const world = await call.open(request);
    try {
      return show(call, await affectedIn(world, args.positionals[0] ?? '', request.at), world);
    } finally {
      await world.close();
    }
  },
};

function show({ args, print, json }: Call, answer: Answer, world: World): number {
  const table = args.text('table');
  const place = world.kind === 'local' ? '--local' : table === undefined ? '--direct' : `--table ${table}`;
  const policy = args.text('policy');
  const where = policy === undefined ? place : `${place} --policy ${policy}`;
  if (args.flag('json')) json(affectedDocument(answer, where));
  else print(renderAffected(answer, world, where));
  const { blind, unsure, header } = answer;
  const partly = blind.length + unsure.length + Object.keys(header.degraded).length > 0;
  return partly || answer.lineages.some(({ images }) => images.some(({ unread }) => unread.length > 0))
    ? exit.partly
    : exit.done;
}
