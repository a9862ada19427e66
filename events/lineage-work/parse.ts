import { type ImageKey, parseImageKey } from '../../shared/model/ids.ts';
import { isAbsentOrText, isFields, isText, type Parsed, shown, unmet } from '../fields.ts';

/** "Look at this lineage now", from the sweep. */
export interface LineageWork {
  readonly root: ImageKey;
  readonly correlationId: string;
  /** The sweep that asks; absent in what older versions sent. */
  readonly causationId?: string;
  /** Launch permissions are to be taken back as well. */
  readonly unshare?: true;
}

const what = 'not a work item';

/** Reads what the sweep puts into the queue. Total, as every parser here. */
export function parseLineageWork(value: unknown): Parsed<LineageWork> {
  if (!isFields(value)) return { ok: false, problem: `${what}: it is ${shown(value)}, not an object` };
  const root = isText(value.root) ? parseImageKey(value.root) : undefined;
  const problem = unmet(what, [
    ['root', value.root, root !== undefined, 'a Region and an image id such as eu-west-1/ami-0123456789abcdef0'],
    ['correlationId', value.correlationId, isText(value.correlationId), 'text'],
    ['causationId', value.causationId, isAbsentOrText(value.causationId), 'text'],
    ['unshare', value.unshare, value.unshare === undefined || value.unshare === true, 'true or absent'],
  ]);
  if (problem !== undefined || root === undefined) return { ok: false, problem: problem ?? what };
  const event = {
    root,
    correlationId: value.correlationId as string,
    ...(isText(value.causationId) && { causationId: value.causationId }),
    ...(value.unshare === true && { unshare: true as const }),
  };
  return { ok: true, event };
}
