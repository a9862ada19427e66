import { readFile } from 'node:fs/promises';
import { mapFew } from '../../../shared/aws/batches.ts';
import type { Identity } from '../../../shared/ports/caller.ts';
import type { Question, Verdict } from '../../../shared/ports/rights.ts';
import { projectFile } from '../../project.ts';
import { counted } from '../../render/words.ts';
import { type DeployPolicy, questionsOf } from '../deploy-questions.ts';
import { type Finding, failed, ok, unchecked, warning } from '../finding.ts';
import { check, type Patient } from '../patient.ts';
import { look, type Seen } from '../seen.ts';

const file = 'iam/deploy-policy.json';
/** Beside it, for a stack under a key of the customer. */
const keyFile = 'iam/deploy-policy-key.json';

/** Whom IAM can be asked about; `root` and `nobody`: those of whom its simulator knows nothing. */
export type Asker = { readonly principal: string } | 'root' | 'nobody';

export interface Simulated {
  readonly asker: Asker;
  readonly answers: Seen<readonly Verdict[]>;
}

/** Questions under way at once. */
const width = 4;

/** Only EC2 answers dry runs, so IAM's own simulator is asked about everything that a deployment calls. */
export const deployPermissions = check('permissions to deploy', simulated, judgeDeployPermissions);

async function simulated(patient: Patient): Promise<Simulated> {
  const { rights } = patient.ports;
  const asker = await askerOf(patient);
  if (typeof asker === 'string') return { asker, answers: { seen: true, value: [] } };
  const questions = await allQuestions(patient);
  const ask = (question: Question) => rights.ask(asker.principal, question);
  return { asker, answers: await look(async () => (await mapFew(questions, width, ask)).flat()) };
}

async function allQuestions({ identity, home, stackName, stackKey }: Patient): Promise<Question[]> {
  const files = stackKey === undefined ? [file] : [file, keyFile];
  const target = {
    partition: identity.arn.split(':')[1] ?? 'aws',
    region: home,
    account: identity.account,
    stackName,
    ...(stackKey !== undefined && { key: stackKey }),
  };
  const policies = await Promise.all(files.map((one) => readFile(projectFile(one), 'utf8')));
  return policies.flatMap((text) => questionsOf(JSON.parse(text) as DeployPolicy, target));
}

/** IAM knows roles and users. A session names its role without the path, which only IAM can tell. */
async function askerOf({ identity, ports: { rights } }: Patient): Promise<Asker> {
  const { arn } = identity;
  if (/:root$/.test(arn)) return 'root';
  if (/:iam::\d+:(?:user|role)\//.test(arn)) return { principal: arn };
  const [, partition, account, role] = /^arn:([^:]+):sts::(\d+):assumed-role\/([^/]+)\//.exec(arn) ?? [];
  if (role === undefined) return 'nobody';
  const known = await look(() => rights.roleArn(role));
  return { principal: known.seen ? known.value : `arn:${partition}:iam::${account}:role/${role}` };
}

export function judgeDeployPermissions(
  { asker, answers }: Simulated,
  { identity }: { readonly identity: Identity },
): Finding[] {
  if (asker === 'root')
    return [unchecked('no-answer', 'IAM simulates nothing for root', `deploy as a role that has ${file}`)];
  if (asker === 'nobody')
    return [unchecked('no-answer', `IAM simulates roles and users, not ${identity.arn}`, `compare with ${file}`)];
  if (answers.seen) return judged(answers.value, asker.principal);
  const { because, why } = answers;
  const next = [
    `allow iam:GetRole and iam:SimulatePrincipalPolicy on ${asker.principal}`,
    `or compare its permissions with ${file}`,
  ];
  return [unchecked(because, `IAM did not say what ${asker.principal} may do: ${why}`, ...next)];
}

function judged(answers: readonly Verdict[], principal: string): Finding[] {
  const byAction = [...Map.groupBy(answers, ({ action }) => action)];
  const of = (decision: Verdict['decision'], these: readonly Verdict[]) =>
    these.filter((one) => one.decision === decision);
  const refused = byAction.filter(([, these]) => of('denied', these).length === these.length);
  const inPart = byAction.filter(([, these]) => {
    const count = of('denied', these).length;
    return count > 0 && count < these.length;
  });
  const open = of('undecided', answers);
  const findings = [
    ...listed(refused, (actions) => failed(`denied: ${actions}`, `give ${principal} what ${file} permits`)),
    ...listed(inPart, (actions, these) =>
      warning(`denied in part: ${actions}, on ${resourcesOf(of('denied', these))}`, `compare with ${file}`),
    ),
    ...listed([...Map.groupBy(open, ({ action }) => action)], (actions, these) =>
      unchecked('no-answer', `${actions}: hangs on ${[...new Set(these.flatMap((one) => one.missing))].join(', ')}`),
    ),
  ];
  const says = `all ${counted(byAction.length, 'action')} of a deployment, as IAM simulates them for ${principal}`;
  return findings.length > 0 ? findings : [ok(says)];
}

const listed = (
  entries: readonly (readonly [string, readonly Verdict[]])[],
  tell: (actions: string, these: readonly Verdict[]) => Finding,
): Finding[] => {
  if (entries.length === 0) return [];
  const actions = entries.map(([action]) => action).sort();
  return [
    tell(
      actions.join(', '),
      entries.flatMap(([, these]) => these),
    ),
  ];
};

const resourcesOf = (these: readonly Verdict[]): string =>
  [...new Set(these.map(({ resource }) => resource))].join(', ');
