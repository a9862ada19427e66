import type { ModifyEbsDefaultKmsKeyIdRequest } from '@aws-sdk/client-ec2';
import type { Call } from '../kernel/service.ts';
import { required } from './errors.ts';
import { type EncryptionByDefault, keyArn, regionEncryption } from './keys.ts';

const rowOf = ({ world, account, region }: Call) => {
  const table = world.state.table<EncryptionByDefault>('ebs-encryption-by-default');
  const key = `${account}/${region}`;
  return { before: table.get(key) ?? { enabled: false }, set: (row: EncryptionByDefault) => table.set(key, row) };
};

const shown = (call: Call) => ({ EbsEncryptionByDefault: regionEncryption(call.world, call).always });

function turn(call: Call, enabled: boolean) {
  const { before, set } = rowOf(call);
  set({ ...before, enabled });
  return shown(call);
}

/** From now on every new snapshot copy is encrypted; what is there stays as it is. */
export const enableEbsEncryptionByDefault = (_input: object, call: Call) => turn(call, true);
export const disableEbsEncryptionByDefault = (_input: object, call: Call) => turn(call, false);
export const getEbsEncryptionByDefault = (_input: object, call: Call) => shown(call);

export const getEbsDefaultKmsKeyId = (_input: object, call: Call) => ({
  KmsKeyId: regionEncryption(call.world, call).key,
});

/** Whether the key works is found out when it is used. */
export function modifyEbsDefaultKmsKeyId({ KmsKeyId }: ModifyEbsDefaultKmsKeyIdRequest, call: Call) {
  const { before, set } = rowOf(call);
  set({ ...before, kmsKeyId: keyArn(call, required(KmsKeyId, 'KmsKeyId')) });
  return getEbsDefaultKmsKeyId({}, call);
}

/** Back to the key that AWS manages. */
export function resetEbsDefaultKmsKeyId(_input: object, call: Call) {
  const { before, set } = rowOf(call);
  set({ enabled: before.enabled });
  return getEbsDefaultKmsKeyId({}, call);
}
