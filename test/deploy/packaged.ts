import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { WholeTemplate } from './spec.ts';

export const root = fileURLToPath(new URL('../../', import.meta.url));

export interface Statement {
  readonly Effect: 'Allow' | 'Deny';
  readonly Action: string | readonly string[];
  readonly Resource: unknown;
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
}

export interface Resource {
  readonly Type: string;
  readonly DeletionPolicy?: string;
  readonly Properties: Readonly<Record<string, unknown>>;
}

export type Template = Readonly<Record<string, Resource>>;

export const template = (): Template => wholeTemplate().Resources as Template;

export function wholeTemplate(): WholeTemplate {
  const file = join(root, '.serverless', 'cloudformation-template-update-stack.json');
  if (!existsSync(file)) throw new Error('nothing is packaged');
  return JSON.parse(readFileSync(file, 'utf8')) as WholeTemplate;
}

export const ofType = (stack: Template, type: string): [string, Resource][] =>
  Object.entries(stack).filter(([, { Type }]) => Type === type);

export function statementsOf(stack: Template, role: string): Statement[] {
  const policies = stack[role]?.Properties.Policies as { PolicyDocument: { Statement: Statement[] } }[] | undefined;
  if (!policies) throw new Error(`there is no role ${role}`);
  return policies.flatMap(({ PolicyDocument }) => PolicyDocument.Statement);
}

export const actionsOf = ({ Action }: Statement): readonly string[] => [Action].flat() as string[];

export const allowed = (stack: Template, role: string): string[] => [
  ...new Set(statementsOf(stack, role).flatMap((one) => (one.Effect === 'Allow' ? actionsOf(one) : []))),
];

/** Names of the files in a zip, from its central directory. */
export function zipped(file: string): string[] {
  const bytes = readFileSync(join(root, '.serverless', file));
  const end = bytes.lastIndexOf('PK\x05\x06');
  const names: string[] = [];
  let at = bytes.readUInt32LE(end + 16);
  for (let left = bytes.readUInt16LE(end + 10); left > 0; left--) {
    const [name, extra, comment] = [28, 30, 32].map((place) => bytes.readUInt16LE(at + place)) as [
      number,
      number,
      number,
    ];
    names.push(bytes.toString('utf8', at + 46, at + 46 + name));
    at += 46 + name + extra + comment;
  }
  return names.sort();
}
