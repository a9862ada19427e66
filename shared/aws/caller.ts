import { GetCallerIdentityCommand, type STSClient } from '@aws-sdk/client-sts';
import { PortError } from '../model/errors.ts';
import type { Region } from '../model/ids.ts';
import type { Caller, Identity } from '../ports/caller.ts';

/** What the SDK notes on credentials about their origin; of several notes the first of this list says most. */
const origins: readonly (readonly [note: string, words: string])[] = [
  ['CREDENTIALS_IMDS', 'the instance (IMDS)'],
  ['CREDENTIALS_HTTP', 'the container'],
  ['CREDENTIALS_PROFILE_SSO', 'a profile with single sign-on'],
  ['CREDENTIALS_PROFILE_SSO_LEGACY', 'a profile with single sign-on'],
  ['CREDENTIALS_PROFILE_LOGIN', 'a profile with aws login'],
  ['CREDENTIALS_PROFILE_PROCESS', 'a profile with a credential process'],
  ['CREDENTIALS_PROFILE_STS_WEB_ID_TOKEN', 'a profile with a web identity'],
  ['CREDENTIALS_PROFILE_SOURCE_PROFILE', 'a profile that assumes a role'],
  ['CREDENTIALS_PROFILE_NAMED_PROVIDER', 'a profile that assumes a role'],
  ['CREDENTIALS_PROFILE', 'a profile'],
  ['CREDENTIALS_ENV_VARS_STS_WEB_ID_TOKEN', 'a web identity token named by the environment'],
  ['CREDENTIALS_ENV_VARS', 'environment variables'],
];

/** Who we are with STS, and where the SDK found the keys. */
export class AwsCaller implements Caller {
  readonly #sts: STSClient;
  readonly #home: Region;

  constructor(sts: STSClient, home: Region) {
    this.#sts = sts;
    this.#home = home;
  }

  async identity(): Promise<Identity> {
    const { Account: account, Arn: arn } = await this.#sts.send(new GetCallerIdentityCommand({}));
    if (account !== undefined && arn !== undefined) return { account, arn };
    const at = { operation: 'GetCallerIdentity', region: this.#home, code: 'UnexpectedAnswer' };
    throw new PortError('unexpected', at, 'an answer without Account or Arn');
  }

  async source(): Promise<string | undefined> {
    const notes: object = await this.#sts.config.credentials().then(notesOn);
    return origins.find(([note]) => Object.hasOwn(notes, note))?.[1];
  }
}

const notesOn = (credentials: object): object =>
  '$source' in credentials && credentials.$source instanceof Object ? credentials.$source : {};
