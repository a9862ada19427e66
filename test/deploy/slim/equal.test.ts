import { spawn } from 'node:child_process';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { plain, slim } from '../../../scripts/build.mjs';
import { root } from '../packaged.ts';
import { Workshop } from './bundles.ts';
import type { Exchange } from './requests.ts';
import { heldModule, type SdkUse, sdkUses, united } from './sdk-use.ts';

/** The client that the SDK no longer has, see there. */
const ownClient: SdkUse = new Map([
  ['./shared/aws/recycle-bin-client.ts', ['GetRuleCommand', 'paginateListRules', 'recycleBinClient']],
]);

const env = { AWS_ACCESS_KEY_ID: 'AKIAEXAMPLE', AWS_SECRET_ACCESS_KEY: 'secret', AWS_SESSION_TOKEN: 'token' };

/** What a bundle sends and reads, in a process of its own, since it holds time and chance still. */
async function exchangesOf(bundle: string): Promise<Exchange[]> {
  const script = fileURLToPath(new URL('requests.ts', import.meta.url));
  const run = spawn(process.execPath, [script, bundle], { env, stdio: ['ignore', 'pipe', 'pipe'] });
  const [out, err] = await Promise.all([text(run.stdout), text(run.stderr)]);
  if (out === '') throw new Error(`${bundle} made no calls: ${err}`);
  return (JSON.parse(out) as Exchange[]).map(withoutOrigin);
}

/** The SDK's chain adds to `user-agent`, which is not signed, that the credentials came out of the environment. */
function withoutOrigin({ request, ...exchange }: Exchange): Exchange {
  const agent = request.headers['user-agent']?.replace(/,g$/, '');
  return { ...exchange, request: { ...request, headers: { ...request.headers, 'user-agent': agent } } };
}

const workshop = new Workshop();
let use: SdkUse;
let full: Exchange[];
let slimmed: Exchange[];

beforeAll(async () => {
  use = united([ownClient, ...(await sdkUses()).values()]);
  const module = heldModule(use);
  const bundles = [await workshop.build('plain', module, plain), await workshop.build('slim', module, slim(root))];
  [full = [], slimmed = []] = await Promise.all(bundles.map(exchangesOf));
});
afterAll(() => workshop.clear());

describe('a slim bundle beside a plain one', () => {
  it('makes every call that a function makes, answered and refused', () => {
    const calls = [...use].flatMap(([from, names]) =>
      names.filter((name) => /^paginate|Command$/.test(name)).map((name) => `${from} ${name}`),
    );
    expect(calls.length).toBeGreaterThan(45);
    expect(slimmed.map(({ operation }) => operation)).toEqual(calls.flatMap((call) => [call, `${call}, refused`]));
  });

  it('sends the same bytes, headers and signature included', () => {
    for (const [place, { operation, request }] of full.entries())
      expect(slimmed[place]?.request, operation).toEqual(request);
  });

  it('reads the same answers and errors', () => {
    for (const [place, { operation, read }] of full.entries()) expect(slimmed[place]?.read, operation).toEqual(read);
  });
});
