import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { neededStatements } from '../cli/doctor/key-services.ts';
import { lifecycleTypes } from '../shared/model/lifecycle-event.ts';
import { assumed, costTable } from './deployment-cost.ts';
import { table } from './markdown-table.ts';

const root = new URL('../', import.meta.url);
const place = 'docs/deploy.md';
const common = ['accountId', 'region', 'imageId', 'family', 'root', 'name'];

interface Policy {
  readonly Statement: readonly {
    readonly Sid: string;
    readonly Action: readonly string[];
    readonly Resource: unknown;
  }[];
}

const read = <T>(path: string): T => JSON.parse(readFileSync(new URL(path, root), 'utf8')) as T;

/** `lambda: CreateFunction, DeleteFunction`. */
const actionsShown = (actions: readonly string[]): string =>
  [...Map.groupBy(actions, (action) => action.split(':')[0])]
    .map(([service, those]) => `${service}: ${those.map((one) => one.split(':')[1]).join(', ')}`)
    .join('; ');

const permissionTable = (file: string): string =>
  table(
    ['purpose', 'actions', 'on'],
    read<Policy>(file).Statement.map(({ Sid, Action, Resource }) => [
      Sid.replaceAll(/(?<=[a-z])(?=[A-Z])/g, ' '),
      actionsShown(Action),
      [Resource]
        .flat()
        .map((one) => `\`${one}\``)
        .join(' '),
    ]),
  );

interface Sample {
  readonly 'detail-type': string;
  readonly detail: { readonly data: object };
}

function eventTable(): string {
  const samples = readdirSync(new URL('events/lifecycle/samples/', root)).map((file) =>
    read<Sample>(`events/lifecycle/samples/${file}`),
  );
  const fieldsOf = (type: string): string[] => [
    ...new Set(samples.filter((one) => one['detail-type'] === type).flatMap(({ detail }) => Object.keys(detail.data))),
  ];
  return table(
    ['detail-type', 'more in `data`'],
    lifecycleTypes.map((type) => [
      `\`${type}\``,
      fieldsOf(type)
        .filter((one) => !common.includes(one))
        .join(', '),
    ]),
  );
}

const beginning = (): string => `# Deploying

<!-- Made by scripts/generate-deploy-docs.ts from iam/, events/, cli/doctor and scripts/deployment-cost.ts. Change it there. -->

\`\`\`
npm ci
npx ami-steward doctor --deploy        # account, Region, permissions, quotas, stack; it only reads
npx serverless deploy --stage prod
npx ami-steward doctor --stage prod    # what is missing
\`\`\`

One stack in the home Region: \`us-east-1\`, or what \`npx serverless deploy --stage prod --region eu-west-1\` names. \`ami-steward\` looks
where \`--region\`, or else \`AWS_REGION\`, points: give both the same. Nothing of this has met a live account yet: [limits.md](limits.md).

## The first week

1. \`policy.yml\` ships in mode \`plan\`: the functions read, and record what descends from what. Nothing is changed.
2. Read \`npx ami-steward plan\`, and \`npx ami-steward why AMI\` for some images that you know.
3. Set \`mode: apply\` in one policy without \`retain\`, so that it only gives. The plan says before how many copies that
   makes and what they take: \`copy.since\` leaves old images out, \`copy.maxPerDay\` spreads the rest. Deploy.
4. A week later let one policy retire. Its first large plan stops at the breaker and waits for \`apply --halted\`.

\`npx ami-steward freeze --scope all --reason TEXT --table NAME\` stops everything, at any time.

## Permissions to deploy

\`iam/deploy-policy.json\` is a policy for whoever runs \`serverless deploy\` and \`serverless remove\`. It is confined to
names that begin with \`ami-steward-\`, makes roles only with the stack's permissions boundary, and cannot delete the table.
Whoever may change the boundary may widen it, so give it to deployments alone. \`iam/deploy-policy-key.json\` is what a key of
your own takes besides: [below](#a-key-of-your-own). \`doctor --deploy\` asks IAM's simulator about all of them, on the stack, Region and
account that are meant, and names what is denied. For that the caller needs \`iam:SimulatePrincipalPolicy\` and \`iam:GetRole\`
on their own role; without them, and for root, it says so. The simulator knows organizations' policies and boundaries, but neither
session policies nor policies of resources, of which a deployment needs none.

${permissionTable('iam/deploy-policy.json')}
`;

const keyPolicy = (): string =>
  JSON.stringify(neededStatements({ home: 'us-east-1', account: '111122223333' }), undefined, 2);

const parameters = (): string => `## Operators

\`npx serverless deploy --param operators=ARN,ARN\` makes a role for people who speak to the stack, for those users and roles (or
accounts, by the ARN of their root) to become; \`operators=o-a1b2c3d4e5\` lets in whoever in that organization may assume roles.
Without the parameter there is no such role. The output \`OperatorRoleArn\` goes into a profile:

\`\`\`
[profile steward]
role_arn = arn:aws:iam::111122223333:role/ami-steward-prod-operator-us-east-1
source_profile = default
region = us-east-1
\`\`\`

\`\`\`
AWS_PROFILE=steward npx ami-steward revoke AMI --reason TEXT --table NAME
AWS_PROFILE=steward npx ami-steward restore AMI --reason TEXT --table NAME
AWS_PROFILE=steward npx ami-steward restore AMI --reason TEXT --table NAME --direct
AWS_PROFILE=steward npx ami-steward freeze --scope retire --reason TEXT --table NAME
AWS_PROFILE=steward npx ami-steward apply plan.json --halted --reason TEXT --table NAME
AWS_PROFILE=steward npx ami-steward doctor --stage prod
\`\`\`

It reads all that plans are made from and writes the word of a person into the table; the functions act on it. With \`--direct\`
restoring happens at once, and only so does an image come back from the Recycle Bin. It cannot disable, approve, deregister or
copy an image, nor delete a snapshot, so \`apply --direct\` and \`revoke --direct\` want rights of your own, and \`doctor\`
lists those steps as denied. \`doctor --deploy\` is for whoever deploys. \`affected\` tells nothing of Amazon Inspector's findings.

## A key of your own

\`npx serverless deploy --param kmsKey=ARN\` puts the table, both queues, the topic and the logs of the functions under a key in the
home Region. Each role may use it for what it calls, through that service only. The policy of the key is yours; four
statements have to be in it, of which a new key has the first:

\`\`\`json
${keyPolicy()}
\`\`\`

\`doctor --deploy --kms-key ARN\` says which are missing. Whoever deploys needs this on the key, through DynamoDB:

${permissionTable('iam/deploy-policy-key.json')}

What stays under keys of AWS: schedules, of which a key would protect a payload that ours do not have; the event bus, which is not
part of the stack; environments of functions, which hold names alone; the bucket of the deployment. Topics of other stacks that
a policy file names need their own keys opened to the roles. A table whose key is switched off cannot be read, and then nothing
is taken.
`;

const inUse = (): string => `## Cost

Estimates from list prices in us-east-1 (November 2026; transfer, alarms, dashboard and logs from general knowledge), for
${assumed.families} families, ${assumed.buildsAMonth} builds of each a month, ${assumed.regions} Regions and ${assumed.gibPerImage} GiB an image. Snapshots are incremental: their figures are upper bounds.

${costTable()}

## Regions

Home is where the stack lives; the policy names the others. The account must have them switched on: \`doctor\` says which are
not. Events from other Regions only make things faster. Without a forwarding rule the sweep finds images within 15 minutes.
What each Region gets is in [regions.md](regions.md).

## Upgrade

\`git pull && npm ci && npx serverless deploy --stage prod\`. The table stays, and its items carry a version: \`doctor\`
says when they are newer than the program, which then only reads them. CHANGELOG.md names what to look at.

## Uninstall

\`npx ami-steward doctor --uninstall --table NAME\` lists what stays: images, our tags, shares, pointers, grants, the table. It
prints the commands that remove the tags, and changes nothing itself. First stop everything, since functions that run mark
again; then remove the tags; then \`npx serverless remove --stage prod\`. No image, snapshot or share of yours is deleted
by that. What is disabled stays disabled: \`npx ami-steward restore AMI\` before.

## Events

Source \`ami-steward\`, on the default bus of the home Region. Within version 1 fields are only added. \`detail.metadata\`
has id, time, policy and what belongs together; \`detail.data\` always has the account and the Region, and of an image its id,
family, root and name.

${eventTable()}
`;

export const deployDocs = (): string => `${beginning()}\n${parameters()}\n${inUse()}`;

if (import.meta.main) writeFileSync(new URL(place, root), deployDocs());
