import { type ImageId, isImageId } from '../../shared/model/ids.ts';
import type { Call } from '../kernel/service.ts';

const prefix = 'resolve:ssm:';

/** What matters here of a row of Parameter Store. */
interface Parameter {
  readonly value: string;
  readonly version?: number;
}

/** An image named by a Systems Manager parameter, for example `resolve:ssm:/golden/al2023`, with `:3` after it for one version. */
export const isImageAlias = (text: unknown): text is string => typeof text === 'string' && text.startsWith(prefix);

/** @returns the image id that the parameter holds now; `undefined` when there is no such parameter or no such value */
export function resolveAlias(call: Call, alias: string): ImageId | undefined {
  const [name, version] = alias.slice(prefix.length).split(':');
  const { state } = call.world;
  const key = `${call.account}/${call.region}/${name}`;
  const versions = state.table<readonly Parameter[]>('ssm-history').get(key) ?? [];
  const row =
    version === undefined
      ? state.table<Parameter>('ssm-parameters').get(key)
      : versions.find((one) => String(one.version) === version);
  return isImageId(row?.value) ? row.value : undefined;
}
