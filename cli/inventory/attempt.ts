import { isPortError } from '../../shared/model/errors.ts';
import { type Evidence, known, unknown } from '../../shared/model/evidence.ts';

/** What an adapter makes of a saved answer; what it refuses in a live one is unknown here. */
export function attempt<T>(read: () => T): Evidence<T> {
  try {
    return known(read());
  } catch (error) {
    if (isPortError(error)) return unknown(error.message);
    throw error;
  }
}
