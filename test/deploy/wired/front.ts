import { type HttpServer, serve } from '../../../local/http.ts';
import { protocolOf } from '../../../local/wire/index.ts';
import type { ServiceName, WireRequest, WireResponse } from '../../../local/wire/types.ts';
import type { EmbeddedAws } from '../../../local/world.ts';

/** One request as it came in, by whose credentials it was signed. */
export interface SeenCall {
  readonly key: string;
  /** As IAM names it. */
  readonly action: string;
}

export interface Answering {
  handle(request: WireRequest): Promise<WireResponse>;
}

/** Actions whose name in IAM is not that of the call. */
const actionNames: Readonly<Record<string, string>> = { 'sqs:SendMessageBatch': 'sqs:SendMessage' };

/** One endpoint for all of AWS: the embedded one, a DynamoDB API beside it, and a list of who called what. */
export class Front implements Answering {
  readonly calls: SeenCall[] = [];
  /** Buses that are there beside the default one, whose events are logged with those of the default one. */
  readonly buses = new Set<string>();
  /** An answer in place of AWS's, where there is one. */
  disturb: (request: WireRequest) => WireResponse | undefined = () => undefined;
  readonly #aws: EmbeddedAws;
  readonly #tables: Answering;

  constructor(aws: EmbeddedAws, tables: Answering) {
    this.#aws = aws;
    this.#tables = tables;
  }

  /** AWS says what time it is with every answer, and here that is the time of the world. */
  async handle(request: WireRequest): Promise<WireResponse> {
    const { key, service, action } = identify(request);
    this.calls.push({ key, action });
    const target = service === 'dynamodb' ? this.#tables : this.#aws;
    const { headers, ...answer } = this.disturb(request) ?? (await target.handle(this.#onBuses(action, request)));
    return { ...answer, headers: { ...headers, date: new Date(this.#aws.timeline.now()).toUTCString() } };
  }

  /** The embedded AWS has default buses only. */
  #onBuses(action: string, request: WireRequest): WireRequest {
    if (action !== 'events:PutEvents') return request;
    const named = /"EventBusName":"([^"]+)"/g;
    const body = request.body.replaceAll(named, (whole, bus) =>
      this.buses.has(bus) ? '"EventBusName":"default"' : whole,
    );
    return { ...request, body };
  }
}

function identify(request: WireRequest): { key: string; service: string; action: string } {
  const scope = /Credential=([^/]+)\/\d{8}\/[^/]+\/([^/]+)\/aws4_request/.exec(request.headers.authorization ?? '');
  const [, key = 'nobody', service = 'nothing'] = scope ?? [];
  const operation =
    service === 'dynamodb'
      ? request.headers['x-amz-target']?.split('.').at(-1)
      : protocolOf(service as ServiceName).action(request);
  const action = `${service}:${operation}`;
  return { key, service, action: actionNames[action] ?? action };
}

/** An endpoint that stays while what answers behind it changes. */
export class Endpoint {
  behind: Answering | undefined;
  #server: HttpServer | undefined;

  async open(): Promise<string> {
    const answering = { handle: (request: WireRequest) => this.#behind().handle(request) };
    this.#server = await serve(answering, { port: 0 });
    return this.#server.url;
  }

  async close(): Promise<void> {
    await this.#server?.close();
  }

  #behind(): Answering {
    if (!this.behind) throw new Error('nothing answers yet');
    return this.behind;
  }
}

/** A DynamoDB API elsewhere on this machine. */
export const forwarding = (endpoint: string): Answering => ({
  handle: async ({ method, path, headers, body }) => {
    const { host: _host, connection: _connection, 'content-length': _length, ...passed } = headers;
    const answer = await fetch(endpoint + path, { method, headers: passed as Record<string, string>, body });
    const type = answer.headers.get('content-type') ?? 'application/x-amz-json-1.0';
    return { status: answer.status, headers: { 'content-type': type }, body: await answer.text() };
  },
});
