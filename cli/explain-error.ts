import { LockedError, StateFileError } from '../local/storage.ts';
import { InputError, isPortError } from '../shared/model/errors.ts';
import { exit } from './command.ts';
import type { Line } from './output.ts';
import { countsLine, problemTable } from './policy/print.ts';
import { PolicyError } from './policy-file.ts';

const withoutCredentials =
  'No AWS credentials were found: sign in (aws sso login, AWS_PROFILE), or look elsewhere with --local or --inventory DIR.';

/** What went wrong, in the fewest lines that say what, where and what next. */
export function explained(error: unknown): { lines: Line[]; code: number } {
  if (error instanceof PolicyError) {
    const table = problemTable(error.problems).split('\n');
    return { lines: [...table, countsLine(error.problems, error.file)], code: exit.wrongInput };
  }
  if (error instanceof InputError) {
    const next = error.next === undefined ? [] : [`Next: ${error.next}`];
    return { lines: [...`${error.where}: ${error.message}`.split('\n'), ...next], code: exit.wrongInput };
  }
  if (error instanceof LockedError)
    return { lines: [error.message, 'Next: end that process, for instance local serve'], code: exit.stopped };
  if (error instanceof StateFileError)
    return { lines: [error.message, 'Next: move it away to begin anew'], code: exit.wrongInput };
  if (isPortError(error, 'no-credentials')) return { lines: [withoutCredentials], code: exit.wrongInput };
  const message = error instanceof Error ? error.message : String(error);
  return { lines: [`ami-steward: ${message}`], code: exit.failed };
}
