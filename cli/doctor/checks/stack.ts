import type { Stack } from '../../../shared/ports/stacks.ts';
import { type Finding, failed, ok, stays, unchecked, warning } from '../finding.ts';
import { type About, check } from '../patient.ts';
import { unseen } from '../seen.ts';

const place = ({ stackName, home }: Pick<About, 'stackName' | 'home'>): string => `${stackName} in ${home}`;

/** What is deployed. */
export const stack = check(
  'stack',
  async () => undefined,
  (_, about) => judgeStack(about),
);

/** What a deployment meets. */
export const stackBefore = check(
  'stack',
  async () => undefined,
  (_, about) => judgeStackBefore(about),
);

/** What goes, and in which order to go about it. */
export const stackLeaving = check(
  'stack',
  async () => undefined,
  (_, about) => judgeStackLeaving(about),
);

/** As long as the functions run, they mark again what was unmarked. */
export function judgeStackLeaving(about: Pick<About, 'stack' | 'stackName' | 'home' | 'table'>): Finding[] {
  const { stack: seen, table = 'NAME' } = about;
  if (!seen.seen) return [unseen(seen, `the stack ${place(about)}`)];
  if (!seen.value) return [ok(`there is no ${place(about)}`)];
  return [
    stays(
      `${place(about)}, until you remove it, in this order`,
      `ami-steward freeze --scope all --reason uninstall --table ${table}`,
      'the commands below marks',
      `npx serverless remove --stage ${about.stackName.replace(/^ami-steward-/, '')}`,
    ),
  ];
}

export function judgeStack(about: Pick<About, 'stack' | 'stackName' | 'home'>): Finding[] {
  const { stack: seen } = about;
  if (!seen.seen) return [unseen(seen, `the stack ${place(about)}`)];
  if (!seen.value)
    return [
      unchecked(
        'no-stack',
        `there is no ${place(about)}`,
        'ami-steward doctor --deploy, then npx serverless deploy; another stage: --stage NAME',
      ),
    ];
  const { status } = seen.value;
  if (isSettled(status)) return [ok(`${place(about)}: ${status}`)];
  return [stuck(seen.value, about)];
}

export function judgeStackBefore(about: Pick<About, 'stack' | 'stackName' | 'home'>): Finding[] {
  const { stack: seen } = about;
  if (!seen.seen) return [unseen(seen, `the stack ${place(about)}`)];
  if (!seen.value) return [ok(`there is no ${place(about)} yet: a first deployment`)];
  const { status } = seen.value;
  if (isSettled(status)) return [ok(`${place(about)}: ${status}; a deployment updates it`)];
  return [stuck(seen.value, about)];
}

/** An update that was rolled back leaves the stack as it was before, and can be tried again. */
const isSettled = (status: string): boolean =>
  ['CREATE_COMPLETE', 'UPDATE_COMPLETE', 'UPDATE_ROLLBACK_COMPLETE', 'IMPORT_COMPLETE'].includes(status);

function stuck({ name, status, reason }: Stack, { home }: Pick<About, 'home'>): Finding {
  const says = `${name} in ${home}: ${status}${reason === undefined ? '' : ` (${reason})`}`;
  const aws = (command: string) => `aws cloudformation ${command} --stack-name ${name} --region ${home}`;
  if (status.endsWith('_IN_PROGRESS')) return warning(says, 'wait until it has ended');
  if (status === 'UPDATE_ROLLBACK_FAILED') return failed(says, aws('continue-update-rollback'));
  if (['ROLLBACK_COMPLETE', 'ROLLBACK_FAILED', 'CREATE_FAILED'].includes(status))
    return failed(`${says}: it was never whole and cannot be updated`, `${aws('delete-stack')}, then deploy again`);
  return failed(says, aws('describe-stack-events'));
}
