import type { AccountId } from '../../../shared/model/ids.ts';
import type { Identity } from '../../../shared/ports/caller.ts';
import { type Finding, failed, ok } from '../finding.ts';
import type { Seen } from '../seen.ts';

export interface Credentials {
  readonly identity: Identity;
  readonly source?: string;
}

const signIn = ['aws sso login, or export AWS_PROFILE=NAME', 'without an account: ami-steward doctor --local'];

/** @param wanted the account that it is to be */
export function judgeCredentials(seen: Seen<Credentials> | 'none', wanted?: AccountId): Finding {
  if (seen === 'none') return failed('no AWS credentials were found, or AWS does not know them', ...signIn);
  if (!seen.seen) return failed(`AWS does not say who we are: ${seen.why}`, ...signIn);
  const { identity, source } = seen.value;
  if (wanted !== undefined && identity.account !== wanted)
    return failed(`they belong to ${identity.account}, not to ${wanted}`, 'choose the profile of that account');
  return ok(`${identity.arn}${source === undefined ? '' : `, from ${source}`}`);
}
