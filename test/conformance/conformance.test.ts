import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { putImage } from '../../local/ec2/fixtures.ts';
import { type HttpServer, serve } from '../../local/http.ts';
import { builtServices, EmbeddedAws } from '../../local/world.ts';
import type { AwsClient, Case } from './case.ts';
import { home } from './case.ts';
import { table } from './cases/index.ts';
import { Boto3Asker } from './clients/boto3.ts';
import { Python } from './clients/python.ts';
import { SdkAsker } from './clients/sdk.ts';
import { play } from './play.ts';

const servers: HttpServer[] = [];
afterAll(() => Promise.all(servers.map((server) => server.close())));

/** Rules are made by the product that is deployed, and here none is. */
const onlyRefused = ['events.DescribeRule', 'events.ListTargetsByRule'];

const amazon = '137112412989';

/** A world with one image of Amazon's in it, behind HTTP. */
async function open(): Promise<{ aws: EmbeddedAws; url: string }> {
  const aws = EmbeddedAws.open({ start: Date.parse('2026-01-05T09:00:00Z') });
  putImage(aws, { account: amazon, region: home, name: 'al2023', ownerAlias: 'amazon', permissions: ['group:all'] });
  const server = await serve(aws, { port: 0 });
  servers.push(server);
  return { aws, url: server.url };
}

async function playAt(aws: EmbeddedAws, client: AwsClient, cases: readonly Case[]) {
  let beats = 0;
  const pass = async (): Promise<boolean> => {
    await aws.timeline.advanceTo(aws.timeline.now() + 300_000);
    beats += 1;
    return beats < 300;
  };
  const played = await play(cases, { client, now: () => new Date(aws.timeline.now()), pass });
  await client.close();
  return played;
}

const leftOut = (played: Awaited<ReturnType<typeof play>>): string[] =>
  played.flatMap(({ test, left }) => (left === undefined ? [] : [`${test.call} (${test.id}): ${left}`]));

/** What each case was answered, but for what the transport adds. */
const answersIn = (played: Awaited<ReturnType<typeof play>>): Record<string, unknown> =>
  Object.fromEntries(
    played.flatMap(({ test, answer }) => {
      if (!answer) return [];
      return [[test.id, 'failure' in answer ? { ...answer.failure, requestId: 'any' } : answer.output]];
    }),
  );

const problemsIn = (played: Awaited<ReturnType<typeof play>>): string[] =>
  played.flatMap(({ test, problems }) => problems.map((problem) => `${test.call} (${test.id}): ${problem}`));

describe('every operation that is built', () => {
  let bySdk: Awaited<ReturnType<typeof play>>;
  beforeAll(async () => {
    const { aws, url } = await open();
    bySdk = await playAt(aws, new SdkAsker(url), table);
  });

  it('is in the table', () => {
    const built = builtServices.flatMap(({ name, operations }) =>
      Object.keys(operations).map((one) => `${name}.${one}`),
    );
    const answered = new Set(table.filter(({ fails }) => !fails).map(({ call }) => call as string));
    expect(built.filter((call) => !answered.has(call))).toEqual(onlyRefused);
  });

  it('answers the SDK as AWS does', () => {
    expect([...leftOut(bySdk), ...problemsIn(bySdk)]).toEqual([]);
  });

  it('answers boto3 the same', async (context) => {
    const python = await Python.start('boto3');
    if (typeof python === 'string') return context.skip(python);
    const { aws, url } = await open();
    const played = await playAt(aws, new Boto3Asker(python, url), table);
    for (const one of leftOut(played)) await context.annotate(`${python.version} ${one}`);
    expect(problemsIn(played)).toEqual([]);
    if (leftOut(played).length === 0) expect(answersIn(played)).toEqual(answersIn(bySdk));
  });
});
