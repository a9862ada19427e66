import { InputError } from '../../shared/model/errors.ts';
import { worldOptions } from '../args.ts';
import { type Call, type Command, exit } from '../command.ts';
import { FamilyTree, type TreeNode } from '../family-tree.ts';
import { findImage, withHistory } from '../find-image.ts';
import { countsOf, renderTree } from '../render/tree.ts';
import { degradedLines, headLine } from '../render/words.ts';
import { survey } from '../survey.ts';
import { worldRequest } from '../worlds/open.ts';

export const lineage: Command = {
  usage: ['lineage AMI [--up] [--down] [--depth N]'],
  about: [
    'Where an image came from and what was made of it: its copies, and the images that were built from it, with the',
    'evidence for each tie. AMI is an id or the beginning of one.',
  ],
  options: {
    ...worldOptions,
    up: { type: 'boolean', help: 'only what it came from' },
    down: { type: 'boolean', help: 'only what was made of it' },
    depth: { type: 'string', value: 'N', help: 'generations below it (default all)' },
  },
  takes: { from: 1, to: 1 },
  run: async (call) => {
    const { args, io, open, print, json } = call;
    const depth = depthOf(call);
    const request = worldRequest(args, io);
    const world = await open(request);
    try {
      const seen = await survey(world, request.at);
      const inventory = await withHistory(world, seen.inventory);
      const meant = findImage(args.positionals[0] ?? '', inventory);
      const tree = new FamilyTree(inventory);
      const whole = tree.descendants(tree.rootOf(meant), depth);
      const root = args.flag('up') ? { ...whole, below: [] } : whole;
      const above = args.flag('down') ? [] : await tree.ancestors(root.image, world);
      const { header } = seen;
      if (args.flag('json')) json({ schemaVersion: 1, header, image: meant, ancestors: above, tree: root });
      else
        print([
          { text: headLine('lineage', header), style: 'head' },
          ...renderTree(withAncestors(root, above), meant),
          `${countsOf(whole)}. EC2 knows no parent beyond RegisterImage; a record of ours fills in.`,
          ...degradedLines(header),
        ]);
      return Object.keys(header.degraded).length > 0 ? exit.partly : exit.done;
    } finally {
      await world.close();
    }
  },
};

function depthOf({ args }: Call): number {
  const text = args.text('depth');
  if (text === undefined) return Number.POSITIVE_INFINITY;
  if (!/^\d{1,4}$/.test(text)) throw new InputError(`"${text}" is no number of generations`, '--depth');
  return Number(text);
}

/** The chain of ancestors as one branch with the lineage at its end. Each tie belongs to the lower of the two. */
function withAncestors(root: TreeNode, above: readonly TreeNode[]): TreeNode {
  const [parent, ...further] = above;
  if (!parent) return root;
  const { evidence, ...ancestor } = parent;
  const tied = { ...root, ...(evidence && { evidence }) };
  return withAncestors({ ...ancestor, below: [tied] }, further);
}
