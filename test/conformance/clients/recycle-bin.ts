import { makeBuilder } from '@smithy/core/client';
import { getEndpointPlugin } from '@smithy/core/endpoints';
import * as schemas from '../../../local/wire/rbin-schemas.ts';
import { endpointParameters } from '../../../shared/aws/endpoint-parameters.ts';
import { recycleBinClient } from '../../../shared/aws/recycle-bin-client.ts';
import type { SdkService } from './sdk.ts';

const builder = makeBuilder(endpointParameters, 'AmazonRecycleBin', 'RecycleBinClient', getEndpointPlugin as never);

/** The SDK's own client is no longer released: its parts, and the operations as they are written down here. */
export const recycleBin: SdkService = {
  client: (config) => recycleBinClient(config as never) as never,
  command: (operation) => {
    const schema = (schemas as Readonly<Record<string, unknown>>)[`${operation}$`];
    return schema ? (builder({}, () => [], operation, schema as never) as never) : undefined;
  },
};
