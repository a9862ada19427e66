import { isPortError } from '../../../shared/model/errors.ts';
import type { Region } from '../../../shared/model/ids.ts';
import { accountOf, type CompiledPolicy, type Principal } from '../../../shared/model/policy.ts';
import type { KeyAccess } from '../../../shared/model/storage.ts';
import { mayUse } from '../../../shared/rules/key-policy.ts';
import { missingStatements } from '../../../shared/rules/key-statement.ts';
import { type Finding, ok, unchecked } from '../finding.ts';
import { check, type Patient } from '../patient.ts';
import { inRegions, type Regional } from '../regional.ts';
import { look, type Seen } from '../seen.ts';

/** A key of the policy, with those who launch what lies under it. */
export interface NamedKey {
  readonly region: Region;
  readonly key: string;
  readonly sharees: readonly Principal[];
  /** Of these, who gets a grant of ours where the key policy says nothing. */
  readonly granted: readonly Principal[];
}

export interface SeenKey extends NamedKey {
  /** `undefined`: KMS knows no such key there. */
  readonly access: Seen<KeyAccess | undefined>;
}

export const keys = check('keys', readKeys, (seen, { policy }) => (policy ? judgeKeys(seen) : [noPolicy]));

const noPolicy = unchecked('no-policy', 'which keys matter is in the policy');

async function readKeys({ policy, ports }: Patient): Promise<SeenKey[]> {
  return Promise.all(
    (policy ? namedKeys(policy) : []).map(async (one) => ({
      ...one,
      access: await look(() => accessTo(ports.keys, one)),
    })),
  );
}

/** @returns `undefined` when KMS knows no such key */
export async function accessTo(
  port: Patient['ports']['keys'],
  { region, key }: Pick<NamedKey, 'region' | 'key'>,
): Promise<KeyAccess | undefined> {
  try {
    return await port.access(region, key);
  } catch (error) {
    if (isPortError(error, 'not-found')) return undefined;
    throw error;
  }
}

/** Every key once, with the sharees of all policies that copy under it. */
export function namedKeys({ policies }: CompiledPolicy): NamedKey[] {
  const named = policies.flatMap(({ copy, share }) =>
    (copy?.to ?? []).flatMap(({ region, kmsKey: key }) => {
      const sharees = share && share.kms !== 'off' ? share.with.map(({ principal }) => principal) : [];
      const granted = share?.kms === 'grant' ? sharees.filter((one) => accountOf(one) !== undefined) : [];
      return key === undefined ? [] : [{ region, key, sharees, granted }];
    }),
  );
  return [...Map.groupBy(named, ({ region, key }) => `${region} ${key}`).values()].flatMap((same) =>
    same.slice(0, 1).map(({ region, key }) => ({
      region,
      key,
      sharees: distinct(same.flatMap((one) => one.sharees)),
      granted: distinct(same.flatMap((one) => one.granted)),
    })),
  );
}

const distinct = (all: readonly string[]): string[] => [...new Set(all)].sort();

export function judgeKeys(seen: readonly SeenKey[]): Finding[] {
  if (seen.length === 0) return [ok('no policy names a key')];
  return [...Map.groupBy(seen, ({ key }) => key)].flatMap(([key, places]) => {
    const looks = places.map((place) => ({ region: place.region, what: withName(place) }));
    return inRegions(looks, `who may use ${key}`, ({ place, found }) => judgeKey(place, found));
  });
}

const withName = (place: SeenKey): Seen<{ place: SeenKey; found: KeyAccess | undefined }> =>
  place.access.seen ? { seen: true, value: { place, found: place.access.value } } : place.access;

function judgeKey({ key, sharees, granted }: SeenKey, found: KeyAccess | undefined): Regional {
  const bad = (what: string, ...next: string[]): Regional => ({ status: 'failed', says: `${key} ${what}`, next });
  if (!found) return bad('does not exist, so that copies would fail', 'make it, or name another in copy.to');
  if (!found.enabled)
    return bad(
      'is not enabled, so that nothing under it launches',
      `aws kms enable-key --key-id ${found.arn} --region $region`,
    );
  if (sharees.length === 0) return { status: 'ok', says: `${key} is there` };
  if (found.manager === 'aws')
    return bad('belongs to AWS, and what lies under it cannot be shared', 'name a key of your own in copy.to');
  const answers = Map.groupBy(sharees, (principal) => mayUse(principal, found));
  const shut = (answers.get('no') ?? []).filter((principal) => !granted.includes(principal));
  const unsure = answers.get('unknown') ?? [];
  if (shut.length > 0)
    return bad(
      `cannot be used by ${shut.join(', ')}`,
      ...missingStatements(shut, found.arn).map((one) => `add to its policy: ${JSON.stringify(one)}`),
    );
  return unsure.length > 0
    ? { status: 'warning', says: `${key}: nobody can tell from here whether ${unsure.join(', ')} may use it` }
    : { status: 'ok', says: `${key} is open to every sharee` };
}
