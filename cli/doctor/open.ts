import { resolve } from 'node:path';
import { systemClock } from '../../functions/system-clock.ts';
import { AwsAccount } from '../../shared/aws/account.ts';
import { AwsCaller } from '../../shared/aws/caller.ts';
import { type ClientOptions, ec2Clients, stsClients } from '../../shared/aws/clients.ts';
import { InputError } from '../../shared/model/errors.ts';
import { type LoadedPolicy, loadPolicy, PolicyError } from '../policy-file.ts';
import { projectFile } from '../project.ts';
import { namedHome } from '../worlds/home.ts';
import { openLocalWorld } from '../worlds/local-world.ts';
import { demoPolicy, type WorldRequest } from '../worlds/open.ts';
import type { PolicyFound, Ports, Ward } from './patient.ts';

/** @throws InputError when a policy file was named that cannot be read */
export const openWard = (request: WorldRequest): Promise<Ward> =>
  request.local ? openLocalWard(request) : openAwsWard(request);

/** A patient who does not answer is not asked for half a minute. */
const patience = { attempts: 3, within: 5_000, first: 200, longest: 1_000 };

async function openAwsWard(request: WorldRequest): Promise<Ward> {
  const policy = await findPolicy(request);
  const home = namedHome(request);
  const options = home && { home: home.region, retry: { clock: systemClock, random: Math.random, budget: patience } };
  return {
    kind: 'aws',
    policy,
    ...(home && { home }),
    ...(options && { ports: portsOver(options) }),
    ...(request.account !== undefined && { account: request.account }),
    close: async () => undefined,
  };
}

async function openLocalWard(request: WorldRequest): Promise<Ward> {
  const policy = await findPolicy(request);
  const loaded = policy.found === 'loaded' ? policy.loaded : await loadPolicy(projectFile(demoPolicy), demoPolicy);
  const world = await openLocalWorld(loaded, request);
  const { aws } = world.stack;
  const options: ClientOptions = {
    home: aws.homeRegion,
    retry: { clock: aws.timeline, random: () => aws.random.next() },
    plugin: (region) => aws.directPlugin({ region }),
    credentials: { accessKeyId: aws.account, secretAccessKey: 'local' },
  };
  return {
    kind: 'local',
    policy,
    home: { region: aws.homeRegion, by: 'the embedded AWS' },
    ports: portsOver(options),
    ...(request.account !== undefined && { account: request.account }),
    close: world.close,
  };
}

function portsOver(options: ClientOptions): Ports {
  const sts = stsClients(options)();
  const ec2 = ec2Clients(options);
  return {
    caller: new AwsCaller(sts, options.home),
    regions: new AwsAccount({ sts, ec2: ec2() }, options.home),
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
