import type { Call } from '../kernel/service.ts';
import type { Parameter } from './parameters.ts';

const arnOf = (call: Call, name: string): string =>
  `arn:aws:ssm:${call.region}:${call.account}:parameter${name.startsWith('/') ? '' : '/'}${name}`;

export const shown = (call: Call, parameter: Parameter): object => ({
  Name: parameter.name,
  Type: parameter.type,
  Value: parameter.value,
  Version: parameter.version,
  LastModifiedDate: new Date(parameter.modifiedAt),
  ARN: arnOf(call, parameter.name),
  DataType: parameter.dataType,
});

/** What DescribeParameters and GetParameterHistory tell of one version. */
export const described = (parameter: Parameter): object => ({
  Name: parameter.name,
  Type: parameter.type,
  LastModifiedDate: new Date(parameter.modifiedAt),
  LastModifiedUser: `arn:aws:iam::${parameter.modifiedBy}:root`,
  Description: parameter.description,
  AllowedPattern: parameter.allowedPattern,
  Version: parameter.version,
  Tier: parameter.tier,
  Policies: [],
  DataType: parameter.dataType,
});
