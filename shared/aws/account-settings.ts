import {
  type EC2Client,
  GetImageBlockPublicAccessStateCommand,
  GetSnapshotBlockPublicAccessStateCommand,
} from '@aws-sdk/client-ec2';
import { PortError } from '../model/errors.ts';
import type { Region } from '../model/ids.ts';
import type { AccountSettings, PublicBlock } from '../ports/account-settings.ts';
import type { ClientOf } from './clients.ts';

const states: readonly PublicBlock['state'][] = ['unblocked', 'block-new-sharing', 'block-all-sharing'];

export class AwsAccountSettings implements AccountSettings {
  readonly #in: ClientOf<EC2Client>;

  constructor(clients: ClientOf<EC2Client>) {
    this.#in = clients;
  }

  async imageBlock(region: Region): Promise<PublicBlock> {
    const answer = await this.#in(region).send(new GetImageBlockPublicAccessStateCommand({}));
    return blockOf('GetImageBlockPublicAccessState', region, answer.ImageBlockPublicAccessState, answer.ManagedBy);
  }

  async snapshotBlock(region: Region): Promise<PublicBlock> {
    const answer = await this.#in(region).send(new GetSnapshotBlockPublicAccessStateCommand({}));
    return blockOf('GetSnapshotBlockPublicAccessState', region, answer.State, answer.ManagedBy);
  }
}

/** A word that is new to us blocks nothing that we know of. */
function blockOf(
  operation: string,
  region: Region,
  word: string | undefined,
  manager: string | undefined,
): PublicBlock {
  const state = states.find((one) => one === word);
  const at = { operation, region, code: 'UnexpectedAnswer' };
  if (!state) throw new PortError('unexpected', at, `a state that cannot be read: ${word}`);
  return { state, managedBy: manager === 'declarative-policy' ? manager : 'account' };
}
