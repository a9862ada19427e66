import * as autoscaling from '@aws-sdk/client-auto-scaling';
import * as ec2 from '@aws-sdk/client-ec2';
import * as events from '@aws-sdk/client-eventbridge';
import * as iam from '@aws-sdk/client-iam';
import * as kms from '@aws-sdk/client-kms';
import * as servicequotas from '@aws-sdk/client-service-quotas';
import * as sns from '@aws-sdk/client-sns';
import * as sqs from '@aws-sdk/client-sqs';
import * as ssm from '@aws-sdk/client-ssm';
import * as sts from '@aws-sdk/client-sts';
import { describe, expect, it } from 'vitest';
import { ec2Service } from '../../../local/ec2/index.ts';
import type { Service } from '../../../local/kernel/service.ts';
import { autoScalingService } from '../../../local/services/auto-scaling.ts';
import { eventsService } from '../../../local/services/events.ts';
import { iamService } from '../../../local/services/iam.ts';
import { kmsService } from '../../../local/services/kms.ts';
import { serviceQuotasService } from '../../../local/services/service-quotas.ts';
import { snsService } from '../../../local/services/sns.ts';
import { sqsService } from '../../../local/services/sqs.ts';
import { ssmService } from '../../../local/services/ssm.ts';
import { stsService } from '../../../local/services/sts.ts';
import { asOperation } from '../../../local/wire/schema.ts';
import { bare, credentials, fake, open } from './helpers.ts';
import { sample } from './sample.ts';

interface AnyClient {
  send(command: unknown): Promise<object>;
  middlewareStack: { use(plugin: unknown): void };
}

/** The Recycle Bin has no client of the SDK's making. */
const sdk: Record<Exclude<Service['name'], 'rbin'>, { exports: object; client: string }> = {
  ec2: { exports: ec2, client: 'EC2Client' },
  ssm: { exports: ssm, client: 'SSMClient' },
  sts: { exports: sts, client: 'STSClient' },
  events: { exports: events, client: 'EventBridgeClient' },
  sqs: { exports: sqs, client: 'SQSClient' },
  kms: { exports: kms, client: 'KMSClient' },
  sns: { exports: sns, client: 'SNSClient' },
  autoscaling: { exports: autoscaling, client: 'AutoScalingClient' },
  iam: { exports: iam, client: 'IAMClient' },
  servicequotas: { exports: servicequotas, client: 'ServiceQuotasClient' },
};

const services = [
  ec2Service,
  ssmService,
  stsService,
  eventsService,
  sqsService,
  kmsService,
  snsService,
  autoScalingService,
  iamService,
  serviceQuotasService,
];
const cases = services.flatMap((service) => Object.keys(service.operations).map((name) => ({ service, name })));

async function exchange(service: Service, name: string, way: 'wire' | 'direct') {
  if (service.name === 'rbin') throw new Error('no client speaks to the Recycle Bin');
  const { exports, client } = sdk[service.name];
  const all = exports as Record<string, unknown>;
  const operation = asOperation(all[`${name}$`]);
  if (!operation) throw new Error(`AWS has no ${name}`);
  const input = operation.input.isStructSchema() ? sample(operation.input, name) : {};
  const output = operation.output.isStructSchema() ? sample(operation.output, name) : {};
  let arrived: unknown;
  const echo = (given: never): unknown => {
    arrived = given;
    return output;
  };
  const aws = open({ services: [fake(service.name, { [name]: echo })] });
  const Client = all[client] as new (config: object) => AnyClient;
  const Command = all[`${name}Command`] as new (input: unknown) => unknown;
  const wire = way === 'wire' ? { requestHandler: aws.requestHandler() } : {};
  const caller = new Client({ region: 'us-east-1', credentials, md5: false, maxAttempts: 1, ...wire });
  if (way === 'direct') caller.middlewareStack.use(aws.directPlugin({ region: 'us-east-1' }));
  const received = bare(await caller.send(new Command(input)));
  return { input, output, arrived, received };
}

describe('every operation that is built, with every member that AWS models', () => {
  it.each(cases)(
    '$service.name $name: inputs arrive and outputs come back as they were sent, by wire',
    async (test) => {
      const { input, output, arrived, received } = await exchange(test.service, test.name, 'wire');
      expect(arrived).toEqual(input);
      expect(received).toEqual(output);
    },
  );

  it.each(cases)('$service.name $name: the direct way agrees with the wire', async ({ service, name }) => {
    const wire = await exchange(service, name, 'wire');
    const direct = await exchange(service, name, 'direct');
    expect(direct.arrived).toEqual(wire.arrived);
    expect(direct.received).toEqual(wire.received);
  });
});
