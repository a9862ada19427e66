import type { Call, Service } from '../kernel/service.ts';

/** Whoever calls is an administrator of the account that the access key names. */
const getCallerIdentity = (_input: object, { account }: Call): unknown => ({
  UserId: 'AROAEMBEDDEDAWS00001:embedded-aws',
  Account: account,
  Arn: `arn:aws:sts::${account}:assumed-role/administrator/embedded-aws`,
});

export const stsService: Service = {
  name: 'sts',
  operations: { GetCallerIdentity: getCallerIdentity },
  sections: { GetCallerIdentity: '1.1' },
};
