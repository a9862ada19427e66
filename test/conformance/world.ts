import { putImage } from '../../local/ec2/fixtures.ts';
import { type HttpServer, serve } from '../../local/http.ts';
import { EmbeddedAws } from '../../local/world.ts';
import { type AwsClient, type Case, home } from './case.ts';
import { type Played, play } from './play.ts';

const amazon = '137112412989';
const minutes = (count: number): number => count * 60_000;

export interface Opened {
  readonly aws: EmbeddedAws;
  readonly url: string;
  close(): Promise<void>;
}

/** A world with one image of Amazon's in it, behind HTTP; with `perRequest`, time passes as requests come. */
export async function open({ perRequest = 0 } = {}): Promise<Opened> {
  const aws = EmbeddedAws.open({ start: Date.parse('2026-01-05T09:00:00Z') });
  putImage(aws, { account: amazon, region: home, name: 'al2023', ownerAlias: 'amazon', permissions: ['group:all'] });
  const answering = {
    handle: async (request: Parameters<EmbeddedAws['handle']>[0]) => {
      await aws.timeline.advanceTo(aws.timeline.now() + perRequest);
      return aws.handle(request);
    },
  };
  const server: HttpServer = await serve(answering, { port: 0 });
  return { aws, url: server.url, close: () => server.close() };
}

/** The table against a world whose time passes while a case waits. */
export function playIn({ aws }: Opened, client: AwsClient, cases: readonly Case[]): Promise<Played[]> {
  let beats = 0;
  const pass = async (): Promise<boolean> => {
    await aws.timeline.advanceTo(aws.timeline.now() + minutes(5));
    beats += 1;
    return beats < 300;
  };
  return play(cases, { client, now: () => new Date(aws.timeline.now()), pass });
}

export const leftOut = (played: readonly Played[]): string[] =>
  played.flatMap(({ test, left }) => (left === undefined ? [] : [`${test.call} (${test.id}): ${left}`]));

export const problemsIn = (played: readonly Played[]): string[] =>
  played.flatMap(({ test, problems }) => problems.map((problem) => `${test.call} (${test.id}): ${problem}`));

/** What each case was answered, but for what the transport adds. */
export const answersIn = (played: readonly Played[]): Record<string, unknown> =>
  Object.fromEntries(
    played.flatMap(({ test, answer }) => {
      if (!answer) return [];
      return [[test.id, 'failure' in answer ? { ...answer.failure, requestId: 'any' } : answer.output]];
    }),
  );
