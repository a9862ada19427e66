import { isDefaultKey, saveKeyRow } from '../ec2/keys.ts';
import { AwsError, type Call, type Service } from '../kernel/service.ts';
import { createGrant, listGrants, revokeGrant } from './kms-grants.ts';
import { findKey } from './kms-keys.ts';

interface KeyInput {
  readonly KeyId?: string;
}

const allowsOwner = (account: string): string =>
  JSON.stringify({
    Version: '2012-10-17',
    Statement: [
      {
        Sid: 'Enable IAM User Permissions',
        Effect: 'Allow',
        Principal: { AWS: `arn:aws:iam::${account}:root` },
        Action: 'kms:*',
        Resource: '*',
      },
    ],
  });

function describeKey({ KeyId }: KeyInput, call: Call): unknown {
  const { arn, row } = findKey(call, KeyId);
  return {
    KeyMetadata: {
      AWSAccountId: call.account,
      KeyId: arn.split('/').at(-1),
      Arn: arn,
      Enabled: !row.disabled,
      KeyState: row.disabled ? 'Disabled' : 'Enabled',
      KeyManager: isDefaultKey(arn, call) ? 'AWS' : 'CUSTOMER',
      KeyUsage: 'ENCRYPT_DECRYPT',
      KeySpec: 'SYMMETRIC_DEFAULT',
    },
  };
}

/** Takes no alias, unlike DescribeKey. */
function byIdOnly(given: string | undefined): string | undefined {
  if (given?.includes('alias/')) throw new AwsError('NotFoundException', `Invalid keyId ${given}`);
  return given;
}

function getKeyPolicy({ KeyId }: KeyInput, call: Call): unknown {
  const { row } = findKey(call, byIdOnly(KeyId));
  return { Policy: row.policy ?? allowsOwner(call.account), PolicyName: 'default' };
}

function putKeyPolicy({ KeyId, Policy }: KeyInput & { readonly Policy?: string }, call: Call): unknown {
  const { arn, row } = findKey(call, byIdOnly(KeyId));
  if (isDefaultKey(arn, call)) throw new AwsError('AccessDeniedException', 'AWS manages this key');
  if (!isJson(Policy)) throw new AwsError('MalformedPolicyDocumentException', 'The policy is not valid JSON');
  saveKeyRow(call.world, arn, { ...row, policy: Policy });
  return {};
}

function isJson(text: string | undefined): text is string {
  try {
    return JSON.parse(text ?? '') !== null;
  } catch {
    return false;
  }
}

/** Keys exist by being named; what they allow and whom they serve is remembered. */
export const kmsService: Service = {
  name: 'kms',
  operations: {
    DescribeKey: describeKey,
    GetKeyPolicy: getKeyPolicy,
    PutKeyPolicy: putKeyPolicy,
    CreateGrant: createGrant,
    ListGrants: listGrants,
    RevokeGrant: revokeGrant,
  },
  sections: {
    DescribeKey: '4',
    GetKeyPolicy: '4',
    PutKeyPolicy: '4',
    CreateGrant: '4',
    ListGrants: '4',
    RevokeGrant: '4',
  },
};
