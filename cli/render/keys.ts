import type { Plan } from '../../shared/model/plan.ts';
import { missingStatements } from '../../shared/rules/key-statement.ts';

/** For each key that sharees cannot use: who they are, and the statement that its policy lacks. */
export function keyLines({ verdicts }: Plan): string[] {
  const shut = verdicts.flatMap(({ reasons }) => reasons).filter(({ code }) => code === 'key-not-shared');
  const byKey = Map.groupBy(shut, ({ data }) => String(data?.key));
  return [...byKey].flatMap(([key, reasons]) => {
    const principals = [...new Set(reasons.flatMap(({ data }) => data?.principals ?? []).map(String))].sort();
    const statements = missingStatements(principals, key).map((one) => `  ${JSON.stringify(one)}`);
    return [`Key:     ${key} cannot be used by ${principals.join(', ')}. Its policy lacks:`, ...statements];
  });
}
