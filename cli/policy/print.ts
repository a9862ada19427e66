import type { Problem } from './finding.ts';

/** Aligned lines, one per problem: place, severity, message, rule. No newline at the end. */
export function problemTable(problems: readonly Problem[]): string {
  const rows = problems.map(({ file, line, column, severity, message, rule }) => ({
    place: `${file}:${line}:${column}`,
    severity,
    message: oneLine(message),
    rule,
  }));
  const width = (key: keyof (typeof rows)[number]) => Math.max(0, ...rows.map((row) => row[key].length));
  const [place, severity, message] = [width('place'), width('severity'), width('message')];
  return rows
    .map((row) =>
      [row.place.padEnd(place), row.severity.padEnd(severity), row.message.padEnd(message + 1), row.rule].join('  '),
    )
    .join('\n');
}

/** Workflow commands of GitHub Actions, one per problem, which mark the lines in a pull request. */
export const githubAnnotations = (problems: readonly Problem[]): string =>
  problems
    .map(({ file, line, column, severity, message, rule }) => {
      const title = escapeProperty(rule);
      return `::${severity} file=${escapeProperty(file)},line=${line},col=${column},title=${title}::${escapeData(message)}`;
    })
    .join('\n');

/** `6 errors and 1 warning in policy.yml. Nothing was compiled.` */
export function countsLine(problems: readonly Problem[], file: string): string {
  const errors = problems.filter(({ severity }) => severity === 'error').length;
  const warnings = problems.length - errors;
  const parts = [errors > 0 ? counted(errors, 'error') : '', warnings > 0 ? counted(warnings, 'warning') : ''];
  const counts = parts.filter((part) => part !== '').join(' and ') || 'No problems';
  return `${counts} in ${file}.${errors > 0 ? ' Nothing was compiled.' : ''}`;
}

const counted = (count: number, word: string): string => `${count} ${word}${count === 1 ? '' : 's'}`;

/** Texts of the file may hold line ends and escape codes, which have no place in a table on a terminal. */
const oneLine = (text: string): string => text.replaceAll(/\p{Cc}+/gu, ' ');

const escapeData = (text: string): string =>
  text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');

const escapeProperty = (text: string): string => escapeData(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
