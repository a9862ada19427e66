import { type Finding, stays, unchecked } from '../finding.ts';
import { type About, check } from '../patient.ts';

/** The stack keeps it when it goes. */
export const remainingTable = check(
  'table',
  async () => undefined,
  (_, about) => judgeRemainingTable(about),
);

export function judgeRemainingTable({ table, home, kind }: Pick<About, 'table' | 'home' | 'kind'>): Finding[] {
  if (kind === 'local') return [stays('the records, in .local')];
  if (table === undefined) return [unchecked('no-stack', 'which table holds the records', 'name it: --table NAME')];
  const aws = (command: string) => `aws dynamodb ${command} --table-name ${table} --region ${home}`;
  return [
    stays(
      `${table}, retained and protected, with the history of every image`,
      `to lose it: ${aws('update-table --no-deletion-protection-enabled')} && ${aws('delete-table')}`,
    ),
  ];
}
