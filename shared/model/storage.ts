import type { Evidence } from './evidence.ts';
import type { AccountId, ImageId, Region } from './ids.ts';

/** One account's way to the storage under an image: a volume permission on a snapshot, or a grant on a key. */
export interface StorageGrant {
  /** The snapshot id, or the ARN of the key. */
  readonly on: string;
  readonly account: AccountId;
}

export interface StorageReading {
  /** Accounts that may use the snapshots; absent where nobody asks. */
  readonly snapshots?: Evidence<readonly StorageGrant[]>;
  readonly keys: readonly KeyReading[];
  /** What we gave ourselves and did not take back: the only thing that we may take back. */
  readonly given: readonly StorageGrant[];
}

export interface KeyReading {
  /** As the image or the policy names it: an id, an ARN or an alias. */
  readonly key: string;
  readonly access: Evidence<KeyAccess>;
}

/** Who may use a key, in the service's own words. */
export interface KeyAccess {
  readonly arn: string;
  /** `aws`: a key that AWS manages, which nobody can share. */
  readonly manager: 'customer' | 'aws';
  /** EC2 can use it at all. */
  readonly enabled: boolean;
  /** The key policy, as JSON text. */
  readonly policy: string;
  readonly grants: readonly KeyGrant[];
}

export interface KeyGrant {
  readonly id: string;
  readonly name?: string;
  /** ARN of the principal that it serves. */
  readonly grantee: string;
  readonly operations: readonly string[];
}

/** What an account does with a key when it launches or copies an image. */
export const keyOperations = [
  'CreateGrant',
  'Decrypt',
  'DescribeKey',
  'GenerateDataKey',
  'GenerateDataKeyWithoutPlaintext',
  'ReEncryptFrom',
  'ReEncryptTo',
] as const;

const ourGrants = 'ami-steward/';

/** One grant per image and account, so that the end of one image's sharing ends no other's. */
export const grantName = (image: ImageId, account: AccountId): string => `${ourGrants}${image}/${account}`;

/** The key as one image sees it: what we granted for other images may end at any time. */
export const accessUnder = (image: ImageId, access: KeyAccess): KeyAccess => ({
  ...access,
  grants: access.grants.filter(
    ({ name = '' }) => !name.startsWith(ourGrants) || name.startsWith(`${ourGrants}${image}/`),
  ),
});

/** Where a key is looked up: only an ARN says its Region itself. */
export const placeOfKey = (region: Region, key: string): string => `${region} ${key}`;

export const isKey = (on: string): boolean => on.startsWith('arn:');
