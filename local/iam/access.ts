import type { Region } from '../../shared/model/ids.ts';
import { isSupplied } from './supplied-keys.ts';

type Tags = Readonly<Record<string, string>>;

/** What is known of a call and of what it is about: the values that conditions may look at. */
export interface Facts {
  /** Tags that the resource has. */
  readonly tags?: Tags;
  /** Tags that the request carries. */
  readonly requestTags?: Tags;
  /** The service that makes this call for the caller. */
  readonly calledVia?: string;
  readonly values?: Readonly<Record<string, string | readonly string[] | undefined>>;
}

/** One question to IAM: may this be done to that? One call asks one for each resource that it touches. */
export interface Access extends Facts {
  /** For example `ec2:CopyImage`. */
  readonly action: string;
  /** As AWS's authorization data name it, for example `image`; `*` where an action knows no resource. */
  readonly type: string;
  /** ARN, or `*`. */
  readonly resource: string;
  readonly region: Region;
}

/** The part of a key that the data list: `aws:ResourceTag/` of `aws:ResourceTag/Team`. */
export const keyFamily = (key: string): string => key.slice(0, key.indexOf('/') + 1) || key;

/** Values of a key, or nothing when the action does not supply it, or the request or the resource has none. */
export function valuesOf(access: Access, key: string): readonly string[] | undefined {
  if (key === 'aws:RequestedRegion') return [access.region];
  if (key === 'aws:CalledVia') return access.calledVia === undefined ? undefined : [access.calledVia];
  const family = keyFamily(key);
  const supplied = isSupplied(access, family) || isSupplied(access, key);
  const found = supplied ? valueAt(access, family, key) : undefined;
  const values = typeof found === 'string' ? [found] : found;
  return values === undefined || values.length === 0 ? undefined : values;
}

function valueAt(
  { tags, requestTags, values }: Access,
  family: string,
  key: string,
): string | readonly string[] | undefined {
  const name = key.slice(family.length);
  if (family === 'aws:ResourceTag/' || family === 'ec2:ResourceTag/') return tags?.[name];
  if (family === 'aws:RequestTag/') return requestTags?.[name];
  return key === 'aws:TagKeys' ? Object.keys(requestTags ?? {}) : values?.[key];
}
