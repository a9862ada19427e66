import type {
  DescribeTableCommandInput,
  DescribeTableCommandOutput,
  DynamoDBClient,
  ServiceInputTypes,
  ServiceOutputTypes,
} from '@aws-sdk/client-dynamodb';
import { makeBuilder } from '@smithy/core/client';
import { getEndpointPlugin } from '@smithy/core/endpoints';
import type { StaticOperationSchema, StaticStructureSchema } from '@smithy/types';
import { endpointParameters } from './endpoint-parameters.ts';

const namespace = 'com.amazonaws.dynamodb';

const structure = (name: string, member: string, schema: unknown): StaticStructureSchema =>
  [3, namespace, name, 0, [member], [schema]] as unknown as StaticStructureSchema;

/** The SDK's own schema knows all that DescribeTable answers, which is much for the one id that is read. */
const describeTable = [
  9,
  namespace,
  'DescribeTable',
  0,
  structure('DescribeTableInput', 'TableName', 0),
  structure('DescribeTableOutput', 'Table', structure('TableDescription', 'TableId', 0)),
] as unknown as StaticOperationSchema;

const command = makeBuilder<DynamoDBClient['config'], ServiceInputTypes, ServiceOutputTypes>(
  endpointParameters,
  'DynamoDB_20120810',
  'DynamoDBClient',
  getEndpointPlugin,
);

export class DescribeTableCommand extends command<DescribeTableCommandInput, DescribeTableCommandOutput>(
  {},
  () => [],
  'DescribeTable',
  describeTable,
) {}
