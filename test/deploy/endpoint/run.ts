import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { SNSClient } from '@aws-sdk/client-sns';
import { SQSClient } from '@aws-sdk/client-sqs';
import { serverless } from '../serverless.ts';
import { type Clients, deleteTable, stackSeen, thingsNamed } from './account.ts';
import { reducedBy, type Whole } from './lacking.ts';

/**
 * Deploys to an AWS-compatible endpoint, deploys again without a change, removes, and looks at what is left.
 * `AWS_ENDPOINT_URL` names it; `STEWARD_ENDPOINT_LACKS` lists types of resources that it does not have.
 */
const endpoint = process.env.AWS_ENDPOINT_URL ?? '';
const types = (process.env.STEWARD_ENDPOINT_LACKS ?? '').split(',').filter(Boolean);
const stage = `t${process.pid}`;
const name = `ami-steward-${stage}`;

const problems: string[] = [];
function expect(holds: boolean, what: string): void {
  console.log(`${holds ? 'ok    ' : 'FAILED'}  ${what}`);
  if (!holds) problems.push(what);
}

const but = (list: readonly string[]): string => (list.length > 0 ? `, but not: ${list.join(', ')}` : '');

const env = { AWS_ACCESS_KEY_ID: 'test', AWS_SECRET_ACCESS_KEY: 'test', AWS_REGION: 'us-east-1', ...process.env };

function clientsFor(): Clients {
  const credentials = { accessKeyId: env.AWS_ACCESS_KEY_ID, secretAccessKey: env.AWS_SECRET_ACCESS_KEY };
  const options = { endpoint, credentials, region: 'us-east-1' };
  return {
    stacks: new CloudFormationClient(options),
    tables: new DynamoDBClient(options),
    rules: new EventBridgeClient(options),
    topics: new SNSClient(options),
    queues: new SQSClient(options),
  };
}

/** What osls deploys from. */
interface State {
  readonly service: { readonly provider: { compiledCloudFormationTemplate: Whole } };
}

/** @returns the template that is deployed, which lies with its zips in the folder */
async function packaged(folder: string): Promise<Whole> {
  const bare = { PATH: process.env.PATH, HOME: process.env.HOME };
  await serverless(['package', '--stage', stage, '--package', folder], bare);
  const file = join(folder, 'serverless-state.json');
  const state = JSON.parse(readFileSync(file, 'utf8')) as State;
  const { template, without } = reducedBy(state.service.provider.compiledCloudFormationTemplate, types);
  if (without.length > 0) console.log(`left out   ${without.join(', ')}`);
  state.service.provider.compiledCloudFormationTemplate = template;
  writeFileSync(file, JSON.stringify(state));
  return template;
}

async function deploy(folder: string, clients: Clients, { Resources }: Whole): Promise<string> {
  const args = ['deploy', '--stage', stage, '--package', folder];
  await serverless(args, env);
  const first = await stackSeen(clients.stacks, name);
  expect(/^(?:CREATE|UPDATE)_COMPLETE$/.test(first?.status ?? ''), `the stack is deployed: ${first?.status}`);
  const missing = Object.keys(Resources).filter((id) => first?.resources[id] === undefined);
  expect(missing.length === 0, `every resource of the template is in it${but(missing)}`);
  const output = await serverless(args, env);
  expect(/no changes/i.test(output), 'a second deployment finds no changes');
  const second = await stackSeen(clients.stacks, name);
  expect(second?.changedAt === first?.changedAt, 'and updates nothing');
  return first?.id ?? name;
}

/** Only asked when something is left: moto makes the resources of a deleted stack anew when they are listed. */
async function keptOf({ stacks }: Clients, id: string): Promise<string> {
  const resources = Object.entries((await stackSeen(stacks, id))?.resources ?? {});
  const kept = resources.filter(([, status]) => status !== 'DELETE_COMPLETE');
  return kept.map(([one, status]) => `${one} ${status}`).join(', ') || 'nothing';
}

async function remove(clients: Clients, id: string): Promise<void> {
  await serverless(['remove', '--stage', stage], env);
  expect((await stackSeen(clients.stacks, name)) === undefined, 'the stack is removed');
  const left = await thingsNamed(clients, name);
  const [table, ...more] = left;
  expect(table?.startsWith('table ') ?? false, `the table stays: ${table}`);
  expect(more.length === 0, `nothing else is left${more.map((one) => `, but ${one}`).join('')}`);
  if (more.length > 0) console.log(`told       of the deleted stack: ${await keptOf(clients, id)}`);
  if (table?.startsWith('table ')) await deleteTable(clients.tables, table.slice('table '.length));
  const after = await thingsNamed(clients, name);
  expect(!after.some((one) => one === table), 'and goes when its owner deletes it');
}

async function run(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'deployed-'));
  const clients = clientsFor();
  try {
    const template = await packaged(folder);
    await remove(clients, await deploy(folder, clients, template));
  } finally {
    rmSync(folder, { recursive: true });
  }
  console.log(problems.length === 0 ? `deployed to ${endpoint} and removed` : `${problems.length} failed`);
}

if (endpoint === '')
  console.log('skipped: AWS_ENDPOINT_URL names no AWS-compatible endpoint to deploy to and remove from');
else if (/\.amazonaws\.com/.test(endpoint)) throw new Error(`${endpoint} is AWS itself; this creates and removes`);
else await run();
process.exitCode = problems.length === 0 ? 0 : 1;
