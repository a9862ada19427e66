import { regions } from './checks/regions.ts';
import type { Check } from './patient.ts';

/** What an account is asked for once it is known who asks. In the order in which they are told. */
export const healthChecks: readonly Check[] = [regions];

/** What a deployment needs before it. */
export const deployChecks: readonly Check[] = [regions];
