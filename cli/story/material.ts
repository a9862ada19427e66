import { eventLog } from '../../local/services/events.ts';
import { type ImageKey, parseImageKey } from '../../shared/model/ids.ts';
import type { ImageRecord } from '../../shared/model/records.ts';
import type { LocalStack } from '../worlds/local.ts';
import type { Material } from './tell.ts';

/** Everything that was emitted, and every record of an image that an event names. */
export async function materialOf({ aws, engine }: Pick<LocalStack, 'aws' | 'engine'>): Promise<Material> {
  const events = eventLog(aws).map(({ event }) => event);
  const named = new Set(events.flatMap(({ resources }) => resources.flatMap((arn) => keyOfArn(arn) ?? [])));
  const records = await engine.ledger.images([...named]);
  return { events, records: new Map(records.map((record): [string, ImageRecord] => [record.image, record])) };
}

const keyOfArn = (arn: string): ImageKey | undefined => {
  const [, , , region = '', , resource = ''] = arn.split(':');
  return parseImageKey(`${region}/${resource.replace(/^image\//, '')}`);
};
