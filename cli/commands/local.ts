import { setTimeout } from 'node:timers/promises';
import { type HttpServer, serve } from '../../local/http.ts';
import type { EmbeddedAws } from '../../local/world.ts';
import { InputError } from '../../shared/model/errors.ts';
import { type Call, type Command, exit } from '../command.ts';
import type { Line } from '../output.ts';
import { worldRequest } from '../worlds/open.ts';
import type { World } from '../worlds/world.ts';

const usualPort = 4599;
const usualSpeed = 60;
/** How often virtual time is carried on, in real milliseconds. */
const beat = 100;

export const local: Command = {
  usage: ['local serve [--port N] [--speed N]'],
  about: [
    'Puts the embedded AWS behind HTTP on this machine, with the product deployed in it: any AWS client may talk to it',
    'with --endpoint-url. The Region comes from the signature, the account from a 12-digit access key. Ends with Ctrl-C.',
  ],
  options: {
    port: { type: 'string', value: 'N', help: `where to listen (default ${usualPort}; 0 takes a free one)` },
    speed: {
      type: 'string',
      value: 'N',
      help: `virtual seconds in a second (default ${usualSpeed}; 0 stops the clock)`,
    },
  },
  takes: { from: 1, to: 1 },
  run: async (call) => {
    const [what] = call.args.positionals;
    if (what !== 'serve') throw new InputError(`"${what}" is not serve`, 'local', 'ami-steward local serve');
    const port = numberOf(call, 'port', usualPort, 65_535);
    const speed = numberOf(call, 'speed', usualSpeed, 1_000_000);
    const world = await call.open({ ...worldRequest(call.args, call.io, true), local: true });
    try {
      await serveWorld(call, world, { port, speed });
      return exit.done;
    } finally {
      await world.close();
    }
  },
};

function numberOf({ args }: Call, name: string, usual: number, most: number): number {
  const text = args.text(name);
  if (text === undefined) return usual;
  if (!/^\d+$/.test(text) || Number(text) > most)
    throw new InputError(`"${text}" is no number up to ${most}`, `--${name}`);
  return Number(text);
}

async function serveWorld(call: Call, { stack }: World, how: { port: number; speed: number }): Promise<void> {
  if (!stack) throw new InputError('only the embedded AWS can be served', 'local serve');
  const { aws } = stack;
  const server = await listen(aws, how.port);
  const { account, regions } = aws;
  if (call.args.flag('json')) call.json({ schemaVersion: 1, url: server.url, account, regions, speed: how.speed });
  else call.print(greeting(server.url, aws, how.speed));
  await keepTime(aws, how.speed, call.io.untilStopped());
  await server.close();
}

const greeting = (url: string, { account, regions }: EmbeddedAws, speed: number): Line[] => [
  { text: `Embedded AWS on ${url}   account ${account}   ${regions.length} Regions   clock x${speed}`, style: 'head' },
  `  export AWS_ACCESS_KEY_ID=${account} AWS_SECRET_ACCESS_KEY=local`,
  `  aws ec2 describe-images --owners self --region eu-west-1 --endpoint-url ${url}`,
  'State: .local/   Ctrl-C ends it.',
];

async function listen(aws: EmbeddedAws, port: number): Promise<HttpServer> {
  try {
    return await serve(aws, { port });
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : String(error);
    throw new InputError(
      code === 'EADDRINUSE' ? 'is in use' : `cannot be used (${code})`,
      `port ${port}`,
      'choose another --port',
    );
  }
}

/** Virtual time follows real time, and everything that was done is saved, so that other commands can ask about it. */
async function keepTime(aws: EmbeddedAws, speed: number, stopped: Promise<void>): Promise<void> {
  const [from, began] = [aws.timeline.now(), performance.now()];
  let running = true;
  const end = stopped.then(() => {
    running = false;
  });
  while (running) {
    const passed = Math.round((performance.now() - began) * speed);
    await aws.timeline.advanceTo(Math.max(aws.timeline.now(), from + passed));
    aws.save();
    await Promise.race([setTimeout(beat), end]);
  }
}
