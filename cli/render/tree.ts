import { imageRef } from '../../shared/model/ids.ts';
import type { TreeNode } from '../family-tree.ts';
import type { Line } from '../output.ts';
import { padTo, widthOf } from './table.ts';
import { counted } from './words.ts';

interface Row {
  readonly text: string;
  readonly evidence: string;
  readonly isMeant: boolean;
}

/** The tree with one image on each line, and how we know of each tie at the end of it. */
export function renderTree(top: TreeNode, meant: string): Line[] {
  const rows = rowsOf(top, '', '', meant);
  const width = Math.max(...rows.map(({ text }) => widthOf(text)));
  return rows.map(({ text, evidence, isMeant }): Line => {
    const line = evidence === '' ? text : `${padTo(text, width + 3)}${evidence}`;
    return isMeant ? { text: line, style: 'head' } : line;
  });
}

function rowsOf(node: TreeNode, sign: string, indent: string, meant: string): Row[] {
  const evidence = node.evidence === undefined ? '' : `[${node.evidence}]`;
  const own = { text: `${sign}${textOf(node)}`, evidence, isMeant: node.image === meant };
  const below = node.below.flatMap((child, i) => {
    const isLast = i === node.below.length - 1;
    return rowsOf(child, `${indent}${isLast ? '└─ ' : '├─ '}`, `${indent}${isLast ? '   ' : '│  '}`, meant);
  });
  return [own, ...below];
}

function textOf({ image, name, state, relation, owner, uses }: TreeNode): string {
  const { region, id } = imageRef(image);
  return [
    id,
    ...(name === undefined ? [] : [name]),
    region,
    ...(relation === 'copy' ? ['copy'] : []),
    ...(owner === undefined ? [state] : [owner]),
    ...(uses.length === 0 ? [] : [usedBy(uses)]),
  ].join('   ');
}

const usedBy = (uses: readonly string[]): string =>
  uses.length <= 2 ? uses.join(', ') : `${uses[0]} and ${counted(uses.length - 1, 'more use')}`;

/** Everything below the root: `5 descendants, 2 lineages`. */
export function countsOf(root: TreeNode): string {
  const all = flat(root).slice(1);
  const lineages = all.filter(({ relation }) => relation === 'child').length + 1;
  return `${counted(all.length, 'descendant')}, ${counted(lineages, 'lineage')}`;
}

const flat = (node: TreeNode): TreeNode[] => [node, ...node.below.flatMap(flat)];
