import { readFile } from 'node:fs/promises';
import type { Identity } from '../../../shared/ports/caller.ts';
import { projectFile } from '../../project.ts';
import { type Finding, unchecked } from '../finding.ts';
import { type About, check } from '../patient.ts';

const file = 'iam/deploy-policy.json';

interface Document {
  readonly Statement: readonly { readonly Action: readonly string[] }[];
}

/** Only EC2 answers dry runs, so what a deployment calls is left to IAM's own simulator, by a command. */
export const deployPermissions = check(
  'permissions to deploy',
  async () => actionsOf(JSON.parse(await readFile(projectFile(file), 'utf8')) as Document),
  judgeDeployPermissions,
);

const actionsOf = ({ Statement }: Document): string[] => [...new Set(Statement.flatMap(({ Action }) => Action))].sort();

export function judgeDeployPermissions(actions: readonly string[], { identity }: Pick<About, 'identity'>): Finding[] {
  const ask = [
    `aws iam simulate-principal-policy --policy-source-arn ${principalOf(identity)}`,
    "--query 'EvaluationResults[?EvalDecision!=`allowed`].EvalActionName'",
    `--action-names ${actions.join(' ')}`,
  ];
  const says = `CloudFormation and the others answer no dry runs; ${file} permits exactly what a deployment calls`;
  return [unchecked('no-dry-run', says, ask.join(' '))];
}

/** The role behind a session; a path of it is not in the session's ARN. */
const principalOf = ({ arn }: Identity): string =>
  arn.replace(/^(arn:[^:]+):sts::(\d+):assumed-role\/([^/]+)\/.*$/, '$1:iam::$2:role/$3');
