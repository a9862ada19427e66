import type { AutoScalingClient } from '@aws-sdk/client-auto-scaling';
import type { EC2Client } from '@aws-sdk/client-ec2';
import type { SSMClient } from '@aws-sdk/client-ssm';
import { type ErrorKind, isPortError } from '../model/errors.ts';
import type { Region } from '../model/ids.ts';
import type { Permission, Permissions, Subject } from '../ports/permissions.ts';
import type { ClientOf } from './clients.ts';
import { dryRuns } from './dry-runs.ts';
import { firstPages } from './first-pages.ts';
import type { RecycleBinClient } from './recycle-bin-client.ts';
import { wouldSucceed } from './rehearsal.ts';

export interface PermissionClients {
  readonly ec2: ClientOf<EC2Client>;
  readonly ssm: ClientOf<SSMClient>;
  readonly autoScaling: ClientOf<AutoScalingClient>;
  readonly rbin: ClientOf<RecycleBinClient>;
}

export class AwsPermissions implements Permissions {
  readonly reads = Object.keys(firstPages);
  readonly changes = Object.keys(dryRuns);
  readonly #clients: PermissionClients;

  constructor(clients: PermissionClients) {
    this.#clients = clients;
  }

  mayRead(action: string, region: Region): Promise<Permission> {
    const { ec2, ssm, autoScaling, rbin } = this.#clients;
    const read = firstPages[action];
    if (!read) throw new Error(`${action} is no read that is known here`);
    return answered(async () => {
      await read({ ec2: ec2(region), ssm: ssm(region), autoScaling: autoScaling(region), rbin: rbin(region) });
      return 'allowed';
    });
  }

  mayChange(action: string, subject: Subject): Promise<Permission> {
    const run = dryRuns[action];
    if (!run) throw new Error(`${action} is no change that is known here`);
    return answered(async () => {
      await run(this.#clients.ec2(subject.region), subject);
      return { undecided: 'a dry run was answered as if it were none' };
    });
  }
}

/** Nobody can have looked at the permission. */
const unheard: readonly ErrorKind[] = ['unavailable', 'throttled', 'no-credentials', 'region-unavailable'];

/** @throws PortError when nobody can have looked at the permission */
async function answered(ask: () => Promise<Permission>): Promise<Permission> {
  try {
    return await ask();
  } catch (error) {
    if (!isPortError(error) || unheard.includes(error.kind)) throw error;
    if (error.code === wouldSucceed) return 'allowed';
    return error.kind === 'denied' ? 'denied' : { undecided: error.code };
  }
}
