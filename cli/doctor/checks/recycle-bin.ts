import type { BinRule } from '../../../shared/model/bin.ts';
import type { CompiledPolicy } from '../../../shared/model/policy.ts';
import { type Finding, ok, unchecked } from '../finding.ts';
import { check, type Patient } from '../patient.ts';
import { inRegions, type Regional } from '../regional.ts';
import { lookIn, type SeenIn } from '../seen.ts';

/** Whether what is deregistered can be brought back. */
export const recycleBin = check('Recycle Bin', readRules, (looks, { policy }) => judgeBin(looks, policy));

async function readRules({ policy, regions, ports }: Patient): Promise<SeenIn<BinRule[]>[]> {
  return policy && removes(policy) ? lookIn(regions, (region) => ports.recycleBin.rules(region)) : [];
}

const removes = ({ policies }: CompiledPolicy): boolean => policies.some(({ retain }) => retain?.stages.deregister);

export function judgeBin(looks: readonly SeenIn<readonly BinRule[]>[], policy: CompiledPolicy | undefined): Finding[] {
  if (!policy) return [unchecked('no-policy', 'whether anything is ever deregistered is in the policy')];
  if (!removes(policy)) return [ok('no policy deregisters')];
  const isRequired = policy.policies.some(({ retain }) => retain?.recycleBin === 'required');
  const lack = isRequired ? 'failed' : 'warning';
  return inRegions(looks, 'the rules of the Recycle Bin', (rules) => judged(rules, lack));
}

const longest = (rules: readonly BinRule[]): number => Math.max(0, ...rules.map(({ days }) => days));

function judged(rules: readonly BinRule[], lack: 'failed' | 'warning'): Regional {
  const acting = rules.filter(({ available }) => available);
  const images = acting.filter(({ resource }) => resource === 'image');
  const snapshots = acting.filter(({ resource }) => resource === 'snapshot');
  const days = longest(images);
  if (days === 0)
    return {
      status: lack,
      says: 'nothing keeps an image that is deregistered',
      next: [create('EC2_IMAGE', 14)],
    };
  if (longest(snapshots) < days)
    return {
      status: lack,
      says: `images are kept for ${days} days, their snapshots for ${longest(snapshots)}: they could not be brought back`,
      next: [create('EBS_SNAPSHOT', days)],
    };
  const isWhole = [images, snapshots].every((kind) => kind.some((rule) => rule.days >= days && keepsAll(rule)));
  return isWhole
    ? { status: 'ok', says: `images and snapshots are kept for ${days} days` }
    : { status: 'warning', says: `only what carries certain tags is kept, for ${days} days` };
}

const keepsAll = ({ tags, excluded }: BinRule): boolean => tags.length === 0 && excluded.length === 0;

const create = (type: string, days: number): string =>
  `aws rbin create-rule --resource-type ${type} --retention-period RetentionPeriodValue=${days},RetentionPeriodUnit=DAYS --region $region`;
