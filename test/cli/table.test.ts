import { spawn } from 'node:child_process';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { CreateTableCommand } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { LocalStack } from '../../cli/worlds/local.ts';
import { compose } from '../../functions/compose.ts';
import { type HttpServer, serve } from '../../local/http.ts';
import { documentClients, dynamoDbClients } from '../../shared/aws/clients.ts';
import { tableDefinition } from '../../shared/aws/dynamodb-rows.ts';
import { DynamoDbStore } from '../../shared/aws/dynamodb-store.ts';
import type { Engine } from '../../shared/engine/engine.ts';
import { sweep } from '../../shared/engine/sweep.ts';
import { retire } from '../../shared/engine/take.ts';
import { type DynamoDbServer, dynoxideMissing, startDynoxide } from '../contract/dynoxide.ts';
import { testOptions } from '../contract/support.ts';
import { compiled, demo } from '../scenario/demo.ts';
import { emptyFolder } from './shell.ts';

if (dynoxideMissing !== undefined) console.warn(`--table is not tested: ${dynoxideMissing}`);

/** Four copies leave one by one, and one at a time is allowed. */
const narrow = readFileSync('local/demo/policy.yml', 'utf8').replace(
  /keepLast: 3[\s\S]*disable:/,
  'keepLast: 2\n      unit: image\n      limits: { perPlan: 1 }\n      stages:\n        deprecate: { afterSuperseded: 7d }\n        disable:',
);
const table = 'ami-steward-prod-Table';
const cwd = emptyFolder();
const bin = resolve('cli/bin.mjs');

describe.runIf(dynoxideMissing === undefined)('--table', () => {
  let stack: LocalStack;
  let server: HttpServer;
  let dynamo: DynamoDbServer;
  let functions: Engine;
  beforeAll(async () => {
    stack = await demo();
    server = await serve(stack.aws, { port: 0 });
    dynamo = await startDynoxide();
    const options = testOptions({ endpoint: dynamo.endpoint, home: 'us-east-1' });
    await dynamoDbClients(options)().send(new CreateTableCommand(tableDefinition(table)));
    const store = new DynamoDbStore(documentClients(options)(), { name: table, home: 'us-east-1' }, options.retry);
    writeFileSync(join(cwd, 'p.yml'), narrow);
    functions = await compose({
      policy: compiled(narrow),
      homeRegion: 'us-east-1',
      clients: { endpoint: server.url, credentials: { accessKeyId: '111122223333', secretAccessKey: 'local' } },
      store,
      queue: { send: async () => undefined },
      bus: { emit: async () => undefined },
    })();
    await sweep(functions);
  });
  afterAll(async () => {
    await server.close();
    await dynamo.stop();
    rmSync(cwd, { recursive: true });
  });

  const steward = (...args: string[]): Promise<{ code: number | null; out: string; err: string }> => {
    const env = {
      PATH: process.env.PATH ?? '',
      HOME: cwd,
      AWS_EC2_METADATA_DISABLED: 'true',
      AWS_ACCESS_KEY_ID: '111122223333',
      AWS_SECRET_ACCESS_KEY: 'local',
      AWS_REGION: 'us-east-1',
      AWS_ENDPOINT_URL: server.url,
      AWS_ENDPOINT_URL_DYNAMODB: dynamo.endpoint,
    };
    const child = spawn(process.execPath, [bin, ...args, '--policy', 'p.yml'], { cwd, env });
    const [out, err]: [string[], string[]] = [[], []];
    child.stdout.on('data', (text) => out.push(String(text)));
    child.stderr.on('data', (text) => err.push(String(text)));
    return new Promise((done) => child.on('close', (code) => done({ code, out: out.join(''), err: err.join('') })));
  };

  it('sets the stop switch of a deployed stack, and shows it', async () => {
    expect((await steward('freeze', '--table', table)).out).toMatch(/^off: everything goes on/);
    const frozen = await steward('freeze', '--table', table, '--scope', 'retire', '--reason', 'an incident');
    expect(frozen).toMatchObject({
      code: 0,
      out: expect.stringMatching(/^retire: nothing is taken.*\n.*because an incident/),
    });
    expect(await functions.ledger.freeze()).toMatchObject({ scope: 'retire', why: 'an incident' });
    expect((await steward('freeze', '--table', table, '--off', '--reason', 'it is over')).code).toBe(0);
    expect(await functions.ledger.freeze()).toMatchObject({ scope: 'off', why: 'it is over' });
  });

  it.each([
    ['without saying whose', ['--off', '--reason', 'x'], 'says whose switch'],
    ['without a reason', ['--off', '--table', table], 'needs a reason'],
    ['both ways', ['--off', '--scope', 'all', '--table', table], 'choose one'],
    ['with a word that nobody knows', ['--scope', 'some', '--table', table], '"some" is neither retire nor all'],
  ])('refuses a stop switch %s', async (_how, args, message) => {
    expect(await steward('freeze', ...args)).toMatchObject({ code: 3, err: expect.stringContaining(message) });
  });

  it('approves what is halted, and the functions of the stack carry it out in their next run', async () => {
    expect((await retire(functions)).outcomes).toEqual([]);
    const planned = await steward('plan', '--table', table, '--out', 'p.json');
    expect(planned).toMatchObject({
      code: 4,
      out: expect.stringContaining('The functions of the stack do this by themselves.'),
    });
    expect(planned.out).toContain(`apply p.json --table ${table} --policy p.yml --halted --reason TEXT`);
    expect((await steward('apply', 'p.json', '--table', table)).err).toContain('needs no word');
    expect((await steward('apply', 'p.json')).err).toContain('says nothing of who acts');
    const approved = await steward(
      'apply',
      'p.json',
      '--table',
      table,
      '--halted',
      '--reason',
      'read and found right',
      '--yes',
    );
    expect(approved).toMatchObject({
      code: 0,
      out: 'Approved 4 halted steps for a day. The functions of the stack carry them out in their next run.\n',
    });
    expect((await retire(functions)).outcomes.map(({ action, status }) => `${action.kind} ${status}`)).toEqual(
      Array(4).fill('deprecate-image done'),
    );
  });

  it('revokes for the functions of the stack, whose pointers then leave the image', async () => {
    const args = ['revoke', 'ami-0c41', '--pointers-only', '--reason', 'CVE-2026-1234', '--table', table];
    expect((await steward(...args, '--local')).err).toContain('say where, once');
    expect(await steward(...args, '--yes')).toMatchObject({
      code: 0,
      out: expect.stringContaining('Written down. In their next runs the functions of the stack move 0 pointers back.'),
    });
    const record = await functions.ledger.image('us-east-1/ami-0c4100000000a1b2c');
    expect(record?.revoked).toMatchObject({ reason: 'CVE-2026-1234' });
  });
});
