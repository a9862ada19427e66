import { mostEntities } from '../../../shared/model/policy.ts';
import { day, type Instant, parseDate } from '../../../shared/model/time.ts';
import { type Finding, finding } from '../finding.ts';
import { has, listAt, type PolicyView, part, textAt } from '../view.ts';

export function publicRules({ raw, path, name }: PolicyView): Finding[] {
  const acknowledged = textAt(raw, 'share', 'acknowledgePublic');
  const rule = 'share/public-not-acknowledged';
  if (part(raw, 'share', 'public') === true) {
    if (acknowledged !== undefined && acknowledged === name) return [];
    const message = `public: everyone could launch these images; add "acknowledgePublic: ${name ?? 'policy name'}" or remove it`;
    return [finding([...path, 'share', 'public'], rule, message, { at: 'key' })];
  }
  if (!has(raw, 'share', 'acknowledgePublic')) return [];
  const message = 'acknowledgePublic: these images are not public; remove it, or say "public: true"';
  return [finding([...path, 'share', 'acknowledgePublic'], rule, message, { at: 'key' })];
}

/** EC2 knows accounts only as those who may use a snapshot; the others could launch and yet not copy. */
export function snapshotRules({ raw, path }: PolicyView): Finding[] {
  const others = ['organizations', 'organizationalUnits'].filter((kind) => listAt(raw, 'share', kind).length > 0);
  if (part(raw, 'share', 'snapshots') !== true || others.length === 0) return [];
  const message = `snapshots: EC2 shares snapshots with accounts only, not with ${others.join(' or ')}; put the accounts into a policy of their own`;
  return [finding([...path, 'share', 'snapshots'], 'share/snapshots-for-organization', message, { at: 'key' })];
}

export function manyRules({ raw, path }: PolicyView): Finding[] {
  const kinds = ['accounts', 'organizations', 'organizationalUnits'];
  const count = kinds.reduce((sum, kind) => sum + listAt(raw, 'share', kind).length, 0);
  if (count <= mostEntities) return [];
  const message = `share: ${count} accounts, organizations and units are more than the ${mostEntities} that EC2 allows; share with an organization or unit that has them, or override this where AWS has raised the quota`;
  return [finding([...path, 'share'], 'share/too-many', message, { at: 'key' })];
}

/** `until` is the last day; without a time nothing can be said. */
export function untilRules({ raw, path }: PolicyView, now: Instant | undefined): Finding[] {
  if (now === undefined) return [];
  return ['accounts', 'organizations', 'organizationalUnits'].flatMap((kind) =>
    listAt(raw, 'share', kind).flatMap((entry, i) => {
      const last = parseDate(part(entry, 'until'));
      if (last === undefined || last + day > now) return [];
      const message = `until: ${textAt(entry, 'until')} is over; remove the entry`;
      return [finding([...path, 'share', kind, i, 'until'], 'share/until-past', message)];
    }),
  );
}
