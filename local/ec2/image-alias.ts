import { type ImageId, isImageId } from '../../shared/model/ids.ts';
import type { Call } from '../kernel/service.ts';

const prefix = 'resolve:ssm:';

/** An image named by a Systems Manager parameter, for example `resolve:ssm:/golden/al2023`. */
export const isImageAlias = (text: unknown): text is string => typeof text === 'string' && text.startsWith(prefix);

/** @returns the image id that the parameter holds now; `undefined` when there is no such parameter or no such value */
export function resolveAlias(call: Call, alias: string): ImageId | undefined {
  const [name, label] = alias.slice(prefix.length).split(':');
  const row = call.world.state
    .table<{ readonly value: string; readonly version?: number }>('ssm-parameters')
    .get(`${call.account}/${call.region}/${name}`);
  if (!row || (label !== undefined && label !== String(row.version))) return undefined;
  return isImageId(row.value) ? row.value : undefined;
}
