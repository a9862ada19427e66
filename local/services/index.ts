import { ec2Service } from '../ec2/index.ts';
import type { Service } from '../kernel/service.ts';
import { autoScalingService } from './auto-scaling.ts';
import { eventsService } from './events.ts';
import { iamService } from './iam.ts';
import { kmsService } from './kms.ts';
import { rbinService } from './rbin.ts';
import { serviceQuotasService } from './service-quotas.ts';
import { snsService } from './sns.ts';
import { sqsService } from './sqs.ts';
import { ssmService } from './ssm.ts';
import { stsService } from './sts.ts';

/** Everything that is built of AWS. */
export const builtServices: readonly Service[] = [
  ec2Service,
  ssmService,
  stsService,
  eventsService,
  sqsService,
  kmsService,
  snsService,
  autoScalingService,
  rbinService,
  iamService,
  serviceQuotasService,
];
