import { CreateTableCommand } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, describe } from 'vitest';
import { State } from '../../local/kernel/state.ts';
import { EmbeddedStore } from '../../local/store/embedded-store.ts';
import { documentClients, dynamoDbClients } from '../../shared/aws/clients.ts';
import { tableDefinition } from '../../shared/aws/dynamodb-rows.ts';
import { DynamoDbStore } from '../../shared/aws/dynamodb-store.ts';
import { type DynamoDbServer, dynoxideMissing, startDynoxide } from './dynoxide.ts';
import { storeContract } from './store.contract.ts';
import { testOptions } from './support.ts';

describe('the embedded store', () => {
  storeContract(async () => new EmbeddedStore(new State(), 'eu-central-1'));
});

if (dynoxideMissing !== undefined)
  console.warn(`The DynamoDB half of the store contract does not run: ${dynoxideMissing}`);

describe.runIf(dynoxideMissing === undefined)('the store on DynamoDB', () => {
  let server: DynamoDbServer;
  let tables = 0;
  beforeAll(async () => {
    server = await startDynoxide();
  });
  afterAll(async () => {
    await server.stop();
  });

  storeContract(async () => {
    const options = testOptions({ endpoint: server.endpoint });
    const name = `steward-${++tables}`;
    await dynamoDbClients(options)().send(new CreateTableCommand(tableDefinition(name)));
    return new DynamoDbStore(documentClients(options)(), { name, home: options.home }, options.retry);
  });
});
