import { HttpResponse } from '@smithy/core/protocols';
import type { WireRequest, WireResponse } from './wire/types.ts';

/** An in-process request handler for SDK clients: full serialisation and signing, no port. */
export interface InProcessHandler {
  readonly metadata: { readonly handlerProtocol: string };
  handle(request: SdkRequest): Promise<{ response: HttpResponse }>;
  destroy(): void;
  updateHttpClientConfig(): void;
  httpHandlerConfigs(): Record<string, never>;
}

interface SdkRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: unknown;
}

const textOf = (body: unknown): string =>
  body instanceof Uint8Array ? new TextDecoder().decode(body) : String(body ?? '');

export const inProcessHandler = (answer: (request: WireRequest) => Promise<WireResponse>): InProcessHandler => ({
  metadata: { handlerProtocol: 'http/1.1' },
  handle: async ({ method, path, headers, body }) => {
    const named = Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value] as const);
    const answered = await answer({ method, path, headers: Object.fromEntries(named), body: textOf(body) });
    const bytes = new TextEncoder().encode(answered.body);
    const response = new HttpResponse({ statusCode: answered.status, headers: { ...answered.headers }, body: bytes });
    return { response };
  },
  destroy: () => undefined,
  updateHttpClientConfig: () => undefined,
  httpHandlerConfigs: () => ({}),
});
