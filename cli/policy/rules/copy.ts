import { markPrefix } from '../../../shared/model/marks.ts';
import { parseCompletion } from '../../../shared/model/policy-values.ts';
import { type Finding, finding, type Path } from '../finding.ts';
import { has, listAt, mapAt, type PolicyView, part, textAt, textsAt } from '../view.ts';

interface Target {
  readonly path: Path;
  readonly region: string | undefined;
  readonly kmsKey: string | undefined;
  readonly raw: unknown;
}

export const targetsOf = ({ raw, path }: PolicyView): Target[] =>
  listAt(raw, 'copy', 'to').map((target, i) => ({
    path: [...path, 'copy', 'to', i],
    region: textAt(target, 'region'),
    kmsKey: textAt(target, 'kmsKey'),
    raw: target,
  }));

export function copyRules(policy: PolicyView): Finding[] {
  const targets = targetsOf(policy);
  const born = textsAt(policy.raw, 'select', 'regions');
  return targets.flatMap((target, i) => [
    ...repeatedRegion(target, targets.slice(0, i)),
    ...sourceRegion(target, born),
    ...completion(target),
    ...sharedWithoutKey(target, policy),
  ]);
}

function repeatedRegion({ region, path }: Target, before: readonly Target[]): Finding[] {
  if (region === undefined || !before.some((other) => other.region === region)) return [];
  return [finding([...path, 'region'], 'conflict/key', `region: ${region} is here twice; one copy per Region`)];
}

/** With a key the copy may be wanted: EC2 makes it where the root has another key. */
function sourceRegion({ region, kmsKey, path }: Target, born: readonly string[]): Finding[] {
  if (region === undefined || kmsKey !== undefined || !born.includes(region)) return [];
  const message = `region: images born in ${region} are there already; the copy is dropped`;
  return [finding([...path, 'region'], 'copy/source-region-in-targets', message)];
}

function completion({ raw, path }: Target): Finding[] {
  const minutes = parseCompletion(part(raw, 'completeWithin'));
  if (minutes === undefined || (minutes >= 15 && minutes <= 48 * 60 && minutes % 15 === 0)) return [];
  const near = Math.min(48 * 60, Math.max(15, Math.ceil(minutes / 15) * 15));
  const suggestion = near % 60 === 0 ? `${near / 60}h` : `${near}m`;
  const message = `completeWithin: 15m to 48h in steps of 15m; did you mean ${suggestion}?`;
  return [finding([...path, 'completeWithin'], 'copy/duration-step', message, { suggestion })];
}

/** Unencrypted images need no key, and public ones can have none. */
function sharedWithoutKey({ kmsKey, region, path }: Target, { raw }: PolicyView): Finding[] {
  const keyless = kmsKey === undefined || /(?:^|:)alias\/aws\//.test(kmsKey);
  const unencrypted = part(raw, 'select', 'encrypted') === false || part(raw, 'share', 'public') === true;
  if (!keyless || unencrypted || !isShared(raw)) return [];
  const message = `to: the copy in ${region ?? 'this Region'} is shared, so it needs a customer kmsKey (or select.encrypted: false)`;
  return [finding(path, 'share/aws-managed-key', message)];
}

export const isShared = (raw: unknown): boolean =>
  has(raw, 'share') &&
  (part(raw, 'share', 'public') === true ||
    ['accounts', 'organizations', 'organizationalUnits'].some((kind) => listAt(raw, 'share', kind).length > 0));

/** Marks decide what may be done to an image, so no policy may hand them out; AWS keeps its own prefix to itself. */
export const reservedTagRules = ({ raw, path }: PolicyView): Finding[] =>
  mapAt(raw, 'copy', 'addTags').flatMap(([key]) => {
    const prefix = [markPrefix, 'aws:'].find((reserved) => key.startsWith(reserved));
    if (prefix === undefined) return [];
    const message = `addTags: the prefix ${prefix} is reserved; no policy may set "${key}"`;
    return [finding([...path, 'copy', 'addTags', key], 'schema/value', message, { at: 'key' })];
  });
