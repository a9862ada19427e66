import { InputError } from '../../shared/model/errors.ts';
import { worldOptions } from '../args.ts';
import { type Call, type Command, exit } from '../command.ts';
import { renderSearch, searchDocument } from '../render/search.ts';
import { parseQuery, queryWords } from '../search/query.ts';
import { type Search, searchIn } from '../search/search.ts';
import { worldRequest } from '../worlds/open.ts';

export const search: Command = {
  usage: ["search --where 'WORD=VALUE ...'"],
  about: [
    "Finds images by the words of a policy's selector, in every Region that the account may use.",
    'All words must match; several values of a word are joined by commas, and any of them is enough. Names know * and ?.',
    'Blanks and commas in a value stand between double quotes: tag:Team="ci, web".',
    '',
    `Words: ${queryWords.slice(0, 8).join(' ')}`,
    `       ${queryWords.slice(8).join(' ')}`,
  ],
  options: { ...worldOptions, where: { type: 'string', value: 'QUERY', help: 'which images' } },
  takes: { from: 0, to: 0 },
  run: async (call) => {
    const where = call.args.text('where');
    if (where === undefined) throw new InputError("say which images: --where 'name=web-* olderThan=90d'", 'search');
    const query = parseQuery(where);
    const request = worldRequest(call.args, call.io);
    const world = await call.open(request);
    try {
      return show(call, where, await searchIn(world, query, request.at));
    } finally {
      await world.close();
    }
  },
};

function show({ args, print, json }: Call, where: string, found: Search): number {
  if (args.flag('json')) json(searchDocument(where, found));
  else print(renderSearch(found));
  const partly = Object.keys(found.header.degraded).length > 0 || found.result.open.length > 0;
  return partly ? exit.partly : exit.done;
}
