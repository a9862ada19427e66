import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createServer } from 'node:net';
import { fileURLToPath } from 'node:url';

const binary = fileURLToPath(new URL('../../node_modules/@dynoxide/linux-x64/dynoxide', import.meta.url));

/** Why the DynamoDB half cannot run here, or `undefined` when it can. */
export const dynoxideMissing = existsSync(binary)
  ? undefined
  : `no DynamoDB server for ${process.platform}-${process.arch} (@dynoxide/linux-x64 is not installed)`;

export interface DynamoDbServer {
  readonly endpoint: string;
  readonly stop: () => Promise<void>;
}

/** A real DynamoDB API on a free loopback port, in memory. */
export async function startDynoxide(): Promise<DynamoDbServer> {
  const port = await freePort();
  const server = spawn(binary, ['serve', '-p', String(port)], { stdio: 'ignore' });
  const endpoint = `http://127.0.0.1:${port}`;
  await untilItAnswers(server, endpoint);
  return { endpoint, stop: () => stop(server) };
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer().on('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address();
      probe.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0));
    });
  });
}

async function untilItAnswers(server: ChildProcess, endpoint: string, tries = 200): Promise<void> {
  if (server.exitCode !== null) throw new Error(`dynoxide ended with ${server.exitCode}`);
  const answered = await fetch(endpoint).then(
    () => true,
    () => false,
  );
  if (answered) return;
  if (tries === 0) throw new Error(`dynoxide does not answer at ${endpoint}`);
  await new Promise((resolve) => setTimeout(resolve, 25));
  await untilItAnswers(server, endpoint, tries - 1);
}

function stop(server: ChildProcess): Promise<void> {
  if (server.exitCode !== null) return Promise.resolve();
  return new Promise((resolve) => {
    server.once('exit', () => resolve());
    server.kill();
  });
}
