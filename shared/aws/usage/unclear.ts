import { PortError } from '../../model/errors.ts';
import type { Region } from '../../model/ids.ts';

/** An answer that does not say which image is used: the read fails, since whatever it leaves open may be in use. */
export const unclear = (at: { operation: string; region: Region; code: string }, message: string): PortError =>
  new PortError('unexpected', at, message);
