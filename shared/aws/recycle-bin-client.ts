import { SSMClient, type SSMClientConfig } from '@aws-sdk/client-ssm';
import { partition } from '@aws-sdk/core/client';
import { AwsRestJsonProtocol } from '@aws-sdk/core/protocols';
import { createPaginator } from '@smithy/core';
import { type Client, makeBuilder } from '@smithy/core/client';
import { getEndpointPlugin } from '@smithy/core/endpoints';
import type { EndpointV2, MetadataBearer, StaticOperationSchema, StaticStructureSchema } from '@smithy/types';
import { endpointParameters } from './endpoint-parameters.ts';

/** The SDK's client for the Recycle Bin is no longer released, so these are the two operations that we call. */

export interface ListRulesInput {
  readonly ResourceType: 'EC2_IMAGE' | 'EBS_SNAPSHOT';
  readonly MaxResults?: number;
  readonly NextToken?: string;
}

export interface ListRulesOutput extends MetadataBearer {
  readonly Rules?: readonly { readonly Identifier?: string }[];
  readonly NextToken?: string;
}

export interface GetRuleInput {
  readonly Identifier: string;
}

export interface ResourceTag {
  readonly ResourceTagKey?: string;
  readonly ResourceTagValue?: string;
}

export interface GetRuleOutput extends MetadataBearer {
  readonly Identifier?: string;
  readonly ResourceType?: string;
  readonly RetentionPeriod?: { readonly RetentionPeriodValue?: number; readonly RetentionPeriodUnit?: string };
  readonly ResourceTags?: readonly ResourceTag[];
  readonly ExcludeResourceTags?: readonly ResourceTag[];
  readonly Status?: string;
}

type Inputs = ListRulesInput | GetRuleInput;
type Outputs = ListRulesOutput | GetRuleOutput;
export type RecycleBinClient = Client<object, Inputs, Outputs, SSMClient['config']>;

const namespace = 'com.amazonaws.rbin';

interface EndpointParameters {
  readonly Endpoint?: string;
  readonly Region?: string;
  readonly UseFIPS?: boolean;
  readonly UseDualStack?: boolean;
}

export function recycleBinEndpoint({ Endpoint, Region = '', UseFIPS, UseDualStack }: EndpointParameters): EndpointV2 {
  const { dnsSuffix, dualStackDnsSuffix } = partition(Region);
  const host = `rbin${UseFIPS ? '-fips' : ''}.${Region}.${UseDualStack ? dualStackDnsSuffix : dnsSuffix}`;
  const authSchemes = [{ name: 'sigv4', signingName: 'rbin', signingRegion: Region, properties: {} }];
  return { url: new URL(Endpoint ?? `https://${host}`), properties: { authSchemes } };
}

/** Everything but service, protocol and endpoint is what every client of the SDK is made of. */
export const recycleBinClient = (config: SSMClientConfig): RecycleBinClient =>
  new SSMClient({
    ...config,
    serviceId: 'rbin',
    protocol: AwsRestJsonProtocol,
    protocolSettings: { defaultNamespace: namespace, errorTypeRegistries: [] },
    endpointProvider: recycleBinEndpoint,
  } as SSMClientConfig) as unknown as RecycleBinClient;

const structure = (name: string, members: Readonly<Record<string, unknown>>): StaticStructureSchema =>
  [3, namespace, name, 0, Object.keys(members), Object.values(members)] as unknown as StaticStructureSchema;

const list = (name: string, member: StaticStructureSchema) => [1, namespace, name, 0, member];

const operation = (
  name: string,
  http: readonly [method: string, path: string, status: number],
  input: StaticStructureSchema,
  output: StaticStructureSchema,
): StaticOperationSchema => [9, namespace, name, { http }, input, output] as unknown as StaticOperationSchema;

const text = 0;
const number = 1;
/** A text that is part of the path. */
const label = [0, 1];

const tag = structure('ResourceTag', { ResourceTagKey: text, ResourceTagValue: text });
const period = structure('RetentionPeriod', { RetentionPeriodValue: number, RetentionPeriodUnit: text });
const named = { Identifier: text, Description: text, RuleArn: text, RetentionPeriod: period };
const summary = structure('RuleSummary', named);

const listRules = operation(
  'ListRules',
  ['POST', '/list-rules', 200],
  structure('ListRulesRequest', { MaxResults: number, NextToken: text, ResourceType: text }),
  structure('ListRulesResponse', { Rules: list('RuleSummaryList', summary), NextToken: text }),
);

const getRule = operation(
  'GetRule',
  ['GET', '/rules/{Identifier}', 200],
  structure('GetRuleRequest', { Identifier: label }),
  structure('GetRuleResponse', {
    ...named,
    ResourceType: text,
    ResourceTags: list('ResourceTags', tag),
    ExcludeResourceTags: list('ExcludeResourceTags', tag),
    Status: text,
  }),
);

const command = makeBuilder<SSMClient['config'], Inputs, Outputs>(
  endpointParameters,
  'AmazonRecycleBin',
  'RecycleBinClient',
  getEndpointPlugin,
);

class ListRulesCommand extends command<ListRulesInput, ListRulesOutput>({}, () => [], 'ListRules', listRules) {}

export class GetRuleCommand extends command<GetRuleInput, GetRuleOutput>({}, () => [], 'GetRule', getRule) {}

export const paginateListRules = createPaginator<{ client: RecycleBinClient }, ListRulesInput, ListRulesOutput>(
  SSMClient,
  ListRulesCommand,
  'NextToken',
  'NextToken',
  'MaxResults',
);
