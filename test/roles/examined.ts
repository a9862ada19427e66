import { versionTag } from '../../cli/doctor/checks/versions.ts';
import { modes } from '../../cli/doctor/checks.ts';
import { type Examination, examine } from '../../cli/doctor/examine.ts';
import { portsOver } from '../../cli/doctor/open.ts';
import type { Ward } from '../../cli/doctor/patient.ts';
import { version } from '../../cli/version.ts';
import { type LocalStack, localNames, storeIn } from '../../cli/worlds/local.ts';
import { EmbeddedStore } from '../../local/store/embedded-store.ts';
import { operatorRole } from './roles.ts';

/** `doctor --table`, by whoever the operator role was given to. The stack, which nothing here deploys, is told of. */
export function examinedByOperator({ aws, engine: { policy } }: LocalStack): Promise<Examination> {
  const { account, homeRegion } = aws;
  const ports = portsOver({
    home: homeRegion,
    retry: { clock: aws.timeline, random: () => aws.random.next() },
    plugin: (region) => aws.directPlugin({ region }),
    credentials: { accessKeyId: account, secretAccessKey: 'local' },
  });
  const url = (name: string): string => `https://sqs.${homeRegion}.amazonaws.com/${account}/${name}`;
  const outputs = {
    TableName: localNames.table,
    WorkQueueUrl: url(localNames.queue),
    DeadLetterQueueUrl: url(localNames.deadLetters),
  };
  const store = storeIn(aws, new EmbeddedStore(aws.state, homeRegion));
  const ward: Ward = {
    kind: 'aws',
    home: { region: homeRegion, by: '--region' },
    policy: { found: 'loaded', loaded: { policy, policyFile: 'policy.yml', lines: {} } },
    stackName: 'ami-steward-prod',
    ports: {
      ...ports,
      stacks: {
        find: async (name) => ({ name, status: 'CREATE_COMPLETE', outputs, tags: { [versionTag]: version() } }),
      },
      store: () => store,
    },
    close: async () => undefined,
  };
  return aws.runtime.roles.run(operatorRole, () => examine(ward, modes.doctor));
}
