import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { inflateRawSync } from 'node:zlib';
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

/** Parameters of serverless.yml that are empty unless somebody gives them. */
export const given = {
  mail: 'oncall@example.com',
  operators: 'arn:aws:iam::111122223333:role/oncall,arn:aws:iam::111122223333:user/ada',
  kmsKey: 'arn:aws:kms:us-east-1:111122223333:key/0a1b2c3d-1111-2222-3333-444455556666',
} as const;

/** The bus of the stack that acts, which tells nothing to the default bus. */
export const ownBus = 'steward-events';

export type Template = Readonly<Record<string, Resource>>;

/** @param project where `serverless package` ran */
export const template = (project = root): Template => wholeTemplate(project).Resources as Template;

export function wholeTemplate(project = root): WholeTemplate {
  const file = join(project, '.serverless', 'cloudformation-template-update-stack.json');
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

export const allowing = (stack: Template, role: string, action: string): Statement[] =>
  stack[role] === undefined
    ? []
    : statementsOf(stack, role).filter((one) => one.Effect === 'Allow' && actionsOf(one).includes(action));

export const allowed = (stack: Template, role: string): string[] => [
  ...new Set(statementsOf(stack, role).flatMap((one) => (one.Effect === 'Allow' ? actionsOf(one) : []))),
];

/** Names of the files in a zip, from its central directory. */
export const zipped = (file: string): string[] =>
  entriesOf(join(root, '.serverless', file))
    .map(({ name }) => name)
    .sort();

/** Puts the files of a zip into a folder. */
export function unzip(file: string, folder: string): void {
  for (const { name, content } of entriesOf(file)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), content());
  }
}

interface ZipEntry {
  readonly name: string;
  readonly content: () => Buffer;
}

function entriesOf(file: string): ZipEntry[] {
  const bytes = readFileSync(file);
  const end = bytes.lastIndexOf('PK\x05\x06');
  const entries: ZipEntry[] = [];
  let at = bytes.readUInt32LE(end + 16);
  for (let left = bytes.readUInt16LE(end + 10); left > 0; left--) {
    const header = bytes.subarray(at);
    const [name, extra, comment] = [28, 30, 32].map((place) => header.readUInt16LE(place)) as [number, number, number];
    entries.push({ name: header.toString('utf8', 46, 46 + name), content: () => contentOf(bytes, header) });
    at += 46 + name + extra + comment;
  }
  return entries;
}

/** What an entry of the central directory points at, stored or deflated. */
function contentOf(bytes: Buffer, header: Buffer): Buffer {
  const [method, size, place] = [header.readUInt16LE(10), header.readUInt32LE(20), header.readUInt32LE(42)];
  const local = bytes.subarray(place);
  const from = 30 + local.readUInt16LE(26) + local.readUInt16LE(28);
  const data = local.subarray(from, from + size);
  return method === 0 ? data : inflateRawSync(data);
}
