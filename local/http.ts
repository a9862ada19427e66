import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { CrashError, LostAnswerError } from './faults.ts';
import type { WireRequest, WireResponse } from './wire/types.ts';

/** More than any AWS request that is built here may have. */
const largestBody = 2 * 1024 * 1024;

export interface HttpServer {
  readonly port: number;
  readonly url: string;
  close(): Promise<void>;
}

interface Answering {
  handle(request: WireRequest): Promise<WireResponse>;
}

/** @returns the body, or `undefined` when it is too large */
async function bodyOf(request: IncomingMessage): Promise<string | undefined> {
  const parts: Buffer[] = [];
  let size = 0;
  for await (const part of request as AsyncIterable<Buffer>) {
    size += part.length;
    if (size > largestBody) return undefined;
    parts.push(part);
  }
  return Buffer.concat(parts).toString('utf8');
}

const headersOf = (request: IncomingMessage): Record<string, string> =>
  Object.fromEntries(Object.entries(request.headers).map(([name, value]) => [name, String(value)]));

function reply(response: ServerResponse, { status, headers, body }: WireResponse): void {
  response.writeHead(status, { ...headers, 'content-length': String(Buffer.byteLength(body)) });
  response.end(body);
}

const plain = (status: number, body: string): WireResponse => ({
  status,
  headers: { 'content-type': 'text/plain' },
  body,
});

async function respond(aws: Answering, request: IncomingMessage, response: ServerResponse): Promise<void> {
  try {
    const body = await bodyOf(request);
    if (body === undefined)
      return reply(response, { ...plain(413, 'Request entity too large'), headers: { connection: 'close' } });
    const { method = 'GET', url = '/' } = request;
    reply(response, await aws.handle({ method, path: url, headers: headersOf(request), body }));
  } catch (error) {
    // An injected crash or a lost answer looks the same from outside: the connection breaks.
    if (error instanceof CrashError || error instanceof LostAnswerError) response.destroy();
    else reply(response, plain(500, `InternalFailure: ${String(error)}`));
  }
}

/** Puts the embedded AWS behind HTTP on this machine only; port 0 takes a free one. */
export function serve(
  aws: Answering,
  { port, host = '127.0.0.1' }: { port: number; host?: string },
): Promise<HttpServer> {
  const server = createServer((request, response) => void respond(aws, request, response));
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => {
      const bound = (server.address() as AddressInfo).port;
      const close = (): Promise<void> =>
        new Promise((done, failed) => {
          server.close((error) => (error ? failed(error) : done()));
          server.closeAllConnections();
        });
      resolve({ port: bound, url: `http://${host}:${bound}`, close });
    });
  });
}
