import { writeFileSync } from 'node:fs';
import type { Service, Switches } from '../local/kernel/service.ts';
import { defaultSwitches } from '../local/kernel/switches.ts';
import { builtServices } from '../local/services/index.ts';
import { defaultRegions } from '../local/settings.ts';
import { formatDuration } from '../shared/model/time.ts';
import { behaviours } from './embedded-behaviours.ts';
import { questions } from './embedded-questions.ts';
import { sections } from './embedded-sections.ts';
import { table } from './markdown-table.ts';

const place = 'docs/embedded-aws.md';

const titles: Readonly<Record<Service['name'], string>> = {
  ec2: 'EC2',
  ssm: 'SSM Parameter Store',
  sts: 'STS',
  events: 'EventBridge',
  sqs: 'SQS',
  kms: 'KMS',
  sns: 'SNS',
  autoscaling: 'Auto Scaling',
  rbin: 'Recycle Bin',
  iam: 'IAM',
  servicequotas: 'Service Quotas',
};

/** One row per operation: what is called, which section of the facts it follows, what it does. */
export const operationRows = (services: readonly Service[]): string[][] =>
  services.flatMap(({ name, operations, sections: cited }) =>
    Object.keys(operations).map((operation) => [
      titles[name],
      `\`${operation}\``,
      cited[operation] ?? '',
      behaviours[name][operation] ?? '',
    ]),
  );

const sectionRows = (): string[][] =>
  Object.entries(sections).sort(([a], [b]) => a.localeCompare(b, 'en', { numeric: true }));

/** A number among the switches is a time. */
const valueText = (value: Switches[keyof Switches]): string =>
  typeof value === 'number' ? formatDuration(value) : `\`${value}\``;

const switchRows = (): string[][] =>
  (Object.keys(questions) as (keyof Switches)[]).map((name) => [
    `\`${name}\``,
    valueText(defaultSwitches[name]),
    questions[name],
  ]);

const settingRows = [
  ['`throttling`', "EC2's token buckets count, with the documented rates (facts 3.2), by account and Region."],
  ['`lag`', 'EC2 shows what was true that long ago, and refuses changes of what was made since (facts 3.5).'],
  [
    '`quotas`',
    'Fewer or more images, public images, snapshots or snapshot copies under way than documented (facts 3.1).',
  ],
];

const notBuilt = `## Not built

Whatever is not in the table answers as AWS answers an operation that it does not know: \`InvalidAction\` or
\`UnknownOperationException\`, never with a silent success. So do services that are not in it, DynamoDB among them: records lie
in the same file as the rest, behind the contract that the DynamoDB adapter is held to.

- EC2: allowed images, archives of snapshots, store and restore
  through S3, volumes and networks of their own. Inspector's findings and watermarks are shown where a test puts them.
- Groups, fleets and Spot requests start nothing: they are kept, and name what they would launch. No scaling policies, instance
  refreshes or warm pools.
- Permissions: every caller is an administrator of its account. Policies and grants of keys
  decide for other accounts; in a key's own account everybody may use it.
- Rules can be read by calls; rules, schedules and functions cannot be made by them; the product that is deployed in it brings its own.
- Throttling beyond the documented rates, outages, lost answers and lost events come from \`EmbeddedAws.faults\`, in tests and in the simulator only.
- Without \`regions\`, a world has ${defaultRegions.join(', ')}; the world of \`--local\` has all that need no opting in.
`;

export const embeddedDocs = (): string => `# The embedded AWS

<!-- Made by scripts/generate-embedded-docs.ts from local/. Change the words there, then run the script. -->

\`npm start\`, \`--local\`, \`local serve\`, the tests and the simulator all run on the same embedded AWS: state machines behind
the real SDK clients, with a clock of their own and state in one file. The product does not know the difference.

\`\`\`
npx ami-steward local serve --port 4599
\`\`\`

Any AWS client may talk to it with \`--endpoint-url http://127.0.0.1:4599\`. Region and service come from the scope of the
signature, which is not verified; the account is the access key, where that is a 12-digit id, or that of the role for which
AssumeRole gave it, otherwise 111122223333. It
listens on this machine only. While it runs, other commands may read its state (\`plan --local\`, \`why --local\`); those that
change it wait, and give up.

## Operations

The third column is the section of our facts about AWS that an operation follows; its tests are written from there.

${table(['service', 'operation', 'facts', 'here'], operationRows(builtServices))}

${table(['facts', 'about'], sectionRows())}

With \`DryRun\` an operation of EC2 answers \`DryRunOperation\` and does nothing: everyone may do everything here. A parameter
that an operation does not know is refused, never ignored.

## Switches

Where no source says how AWS behaves, a switch of \`EmbeddedAws.open\` decides. Its default is the answer that is worse for
us; tests run all of them.

${table(['switch', 'default', 'what nobody says'], switchRows())}

## Settings

\`EmbeddedAws.open\` takes these, too. Without them calls cost nothing, and every change is seen at once.

${table(['setting', 'what it does'], settingRows)}

${notBuilt}`;

if (import.meta.main) writeFileSync(new URL(`../${place}`, import.meta.url), embeddedDocs());
