import type { Call, Service } from '../kernel/service.ts';

/** The role of whoever has none of their own. */
export const administrator = 'administrator';

/** Whoever has no policies is an administrator of the account that the access key names. */
const getCallerIdentity = (_input: object, { account, principal }: Call): unknown => ({
  UserId: 'AROAEMBEDDEDAWS00001:embedded-aws',
  Account: account,
  Arn: principal?.arn ?? `arn:aws:sts::${account}:assumed-role/${administrator}/embedded-aws`,
});

export const stsService: Service = {
  name: 'sts',
  operations: { GetCallerIdentity: getCallerIdentity },
  sections: { GetCallerIdentity: '1.1' },
};
