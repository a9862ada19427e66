import { EmbeddedAws } from '../../local/world.ts';
import type { ClientOptions } from '../../shared/aws/clients.ts';
import { testOptions, testRetry } from './support.ts';

export const transports = ['wire', 'direct'] as const;
export type Transport = (typeof transports)[number];

export const account = '000011112222';

/** A fresh embedded AWS, and clients over it: through full serialisation, or answered before it. */
export function openWorld(transport: Transport): { aws: EmbeddedAws; options: ClientOptions } {
  const aws = EmbeddedAws.open({ start: Date.UTC(2026, 0, 1), homeRegion: 'us-east-1', account });
  const under: Partial<ClientOptions> =
    transport === 'wire'
      ? { requestHandler: aws.requestHandler() }
      : { plugin: (region) => aws.directPlugin({ region }) };
  return { aws, options: testOptions({ home: aws.homeRegion, retry: testRetry(aws.timeline), ...under }) };
}
