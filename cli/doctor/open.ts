import { resolve } from 'node:path';
import { systemClock } from '../../functions/system-clock.ts';
import { EmbeddedStore } from '../../local/store/embedded-store.ts';
import { AwsAccount } from '../../shared/aws/account.ts';
import { AwsAccountSettings } from '../../shared/aws/account-settings.ts';
import { AwsCaller } from '../../shared/aws/caller.ts';
import {
  autoScalingClients,
  type ClientOptions,
  cloudFormationClients,
  documentClients,
  ec2Clients,
  eventBridgeClients,
  iamClients,
  kmsClients,
  recycleBinClients,
  serviceQuotasClients,
  sqsClients,
  ssmClients,
  stsClients,
} from '../../shared/aws/clients.ts';
import { DynamoDbStore } from '../../shared/aws/dynamodb-store.ts';
import { AwsEventRules } from '../../shared/aws/event-rules.ts';
import { Ec2Images } from '../../shared/aws/images.ts';
import { KmsKeys } from '../../shared/aws/keys.ts';
import { AwsPermissions } from '../../shared/aws/permissions.ts';
import { SqsQueueCounts } from '../../shared/aws/queue-counts.ts';
import { AwsRecycleBin } from '../../shared/aws/recycle-bin.ts';
import { AwsRights } from '../../shared/aws/rights.ts';
import { AwsQuotas } from '../../shared/aws/service-quotas.ts';
import { AwsStacks } from '../../shared/aws/stacks.ts';
import { InputError } from '../../shared/model/errors.ts';
import { type LoadedPolicy, loadPolicy, PolicyError } from '../policy-file.ts';
import { projectFile } from '../project.ts';
import { namedHome } from '../worlds/home.ts';
import { openLocalWorld } from '../worlds/local-world.ts';
import { demoPolicy, type WorldRequest } from '../worlds/open.ts';
import type { PolicyFound, Ports, Ward } from './patient.ts';

/** @throws InputError when a policy file was named that cannot be read */
export async function openWard(request: WorldRequest, stack: Pick<Ward, 'stackName' | 'stackKey'>): Promise<Ward> {
  const policy = await findPolicy(request);
  const opened = request.local ? await openLocal(request, policy) : openAws(request);
  const { account, table } = request;
  return {
    ...opened,
    policy,
    ...stack,
    ...(account !== undefined && { account }),
    ...(table !== undefined && { table }),
  };
}

type Opened = Pick<Ward, 'kind' | 'home' | 'ports' | 'close'>;

/** A patient who does not answer is not asked for half a minute. */
const patience = { attempts: 3, within: 5_000, first: 200, longest: 1_000 };

function openAws(request: WorldRequest): Opened {
  const home = namedHome(request);
  const close = async () => undefined;
  if (!home) return { kind: 'aws', close };
  const retry = { clock: systemClock, random: Math.random, budget: patience };
  const options = { home: home.region, retry };
  const records = (name: string) => new DynamoDbStore(documentClients(options)(), { name, home: home.region }, retry);
  const store = (table: string | undefined) => (table === undefined ? undefined : records(table));
  return { kind: 'aws', home, ports: { ...portsOver(options), store }, close };
}

async function openLocal(request: WorldRequest, policy: PolicyFound): Promise<Opened> {
  const loaded = policy.found === 'loaded' ? policy.loaded : await loadPolicy(projectFile(demoPolicy), demoPolicy);
  const { stack, close } = await openLocalWorld(loaded, request);
  const { aws } = stack;
  const records = new EmbeddedStore(aws.state, aws.homeRegion);
  const options: ClientOptions = {
    home: aws.homeRegion,
    retry: { clock: aws.timeline, random: () => aws.random.next() },
    plugin: (region) => aws.directPlugin({ region }),
    credentials: { accessKeyId: aws.account, secretAccessKey: 'local' },
  };
  const home = { region: aws.homeRegion, by: 'the embedded AWS' };
  return { kind: 'local', home, ports: { ...portsOver(options), store: () => records }, close };
}

export function portsOver(options: ClientOptions): Omit<Ports, 'store'> {
  const sts = stsClients(options)();
  const ec2 = ec2Clients(options);
  const rbin = recycleBinClients(options);
  return {
    caller: new AwsCaller(sts, options.home),
    regions: new AwsAccount({ sts, ec2: ec2() }, options.home),
    images: new Ec2Images(ec2, options.retry.clock),
    keys: new KmsKeys(kmsClients(options)),
    recycleBin: new AwsRecycleBin(rbin),
    settings: new AwsAccountSettings(ec2),
    permissions: new AwsPermissions({ ec2, rbin, ssm: ssmClients(options), autoScaling: autoScalingClients(options) }),
    rights: new AwsRights(iamClients(options)(), options.home),
    quotas: new AwsQuotas(serviceQuotasClients(options)),
    eventRules: new AwsEventRules(eventBridgeClients(options)),
    stacks: new AwsStacks(cloudFormationClients(options)()),
    clock: options.retry.clock,
    queues: new SqsQueueCounts(sqsClients(options)(), options.home),
  };
}

const usualPolicy = 'policy.yml';

async function findPolicy({ policy, local, cwd }: WorldRequest): Promise<PolicyFound> {
  const [path, file] =
    policy === undefined && local
      ? [projectFile(demoPolicy), demoPolicy]
      : [resolve(cwd, policy ?? usualPolicy), policy ?? usualPolicy];
  try {
    const loaded: LoadedPolicy = await loadPolicy(path, file);
    return { found: 'loaded', loaded };
  } catch (error) {
    if (error instanceof PolicyError) return { found: 'broken', file, problems: error.problems.length };
    if (error instanceof InputError && policy === undefined) return { found: 'absent', file };
    throw error;
  }
}
