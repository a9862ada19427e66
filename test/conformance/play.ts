import type { ServiceName } from '../../local/wire/types.ts';
import type { Answer, Asked, AwsClient, Case, Fields, Seen } from './case.ts';
import { away, CannotAsk, home, owner, stranger } from './case.ts';
import { partOf, problemsOf } from './match.ts';
import { schemaOf, schemaProblems, unreadIn } from './schemas.ts';

/** Whom the table is played against. */
export interface Endpoint {
  readonly client: AwsClient;
  /** Of whoever owns the images; whom they are shared with has the account's own id for a key. */
  readonly accessKey?: string;
  /** Told apart from other runs at the same endpoint. */
  readonly run?: string;
  now(): Date;
  /** A case begins. */
  begin?(): void;
  /** Lets time pass; a case that waits gives up when it is `false`. */
  pass(): Promise<boolean>;
}

export interface Played {
  readonly test: Case;
  readonly asked?: Asked;
  readonly answer?: Answer;
  readonly problems: readonly string[];
  /** Why it was not even asked. */
  readonly left?: string;
}

class Missing extends Error {}

const seenIn = (played: ReadonlyMap<string, Played>, endpoint: Endpoint): Seen => ({
  of: <T>(id: string, path: string): T => {
    const answer = played.get(id)?.answer;
    const part = answer && 'output' in answer ? partOf(answer.output, path) : undefined;
    if (part === undefined) throw new Missing(`${id} has no ${path}`);
    return part as T;
  },
  named: (name) => (endpoint.run === undefined ? name : `${name}-${endpoint.run}`),
  inMinutes: (minutes) => new Date(Math.floor(endpoint.now().getTime() / 60_000 + minutes) * 60_000),
});

const given = (fields: Case['input'], seen: Seen): Fields =>
  typeof fields === 'function' ? fields(seen) : (fields ?? {});

const partsOf = ({ call }: Case): [ServiceName, string] => call.split('.') as [ServiceName, string];

async function problemsWith(test: Case, answer: Answer, seen: Seen): Promise<string[]> {
  const schema = await schemaOf(...partsOf(test));
  if ('failure' in answer) {
    const { code, status, message, requestId } = answer.failure;
    const { fails } = test;
    if (!fails) return [`fails: ${code}: ${message}`];
    const wanted = {
      code: fails.code,
      status: fails.status ?? 400,
      message: fails.message ?? /./,
      requestId: /^[\w-]{8,}$/,
    };
    return problemsOf(wanted, { code, status, message, requestId }, 'failure');
  }
  if (test.fails) return [`does not fail with ${test.fails.code}`];
  const unread = answer.raw
    ? unreadIn(schema, answer.raw).map((place) => `${place} came, and is not in the model`)
    : [];
  const shape = schema.output.isStructSchema() ? schemaProblems(schema.output, answer.output, 'answer') : [];
  const id = answer.requestId ? [] : ['answer has no request id'];
  return [...problemsOf(given(test.has, seen), answer.output), ...shape, ...unread, ...id];
}

async function playOne(test: Case, endpoint: Endpoint, seen: Seen): Promise<Played> {
  const [service, operation] = partsOf(test);
  const input = given(test.input, seen);
  const { input: schema } = await schemaOf(service, operation);
  const wrong = schema.isStructSchema() ? schemaProblems(schema, input, 'input') : [];
  const accessKey = test.by ? stranger : (endpoint.accessKey ?? owner);
  const asked = { service, operation, input, region: test.at ? away : home, accessKey };
  endpoint.begin?.();
  for (;;) {
    const answer = await endpoint.client.ask(asked);
    const problems = [...wrong, ...(await problemsWith(test, answer, seen))];
    if (problems.length === 0 || !test.eventually || !(await endpoint.pass())) return { test, asked, answer, problems };
  }
}

/** Every case once, in order, since later ones build on earlier ones. */
export async function play(table: readonly Case[], endpoint: Endpoint): Promise<Played[]> {
  const played = new Map<string, Played>();
  const seen = seenIn(played, endpoint);
  for (const test of table) {
    try {
      played.set(test.id, await playOne(test, endpoint, seen));
    } catch (error) {
      if (!(error instanceof Missing) && !(error instanceof CannotAsk)) throw error;
      played.set(test.id, { test, problems: [], left: error.message });
    }
  }
  return [...played.values()];
}
