import type { Action, ActionKind, Held } from '../../shared/model/plan.ts';
import type { PolicyLines } from '../policy/read.ts';
import type { World } from '../worlds/world.ts';

const stages: Partial<Readonly<Record<ActionKind, string>>> = {
  'deprecate-image': 'retain/stages/deprecate',
  'give-notice': 'retain/notice',
  'request-usage-report': 'retain/guards/sharedAccounts',
  'disable-image': 'retain/stages/disable',
  'approve-removal': 'retain/stages/deregister',
  'deregister-image': 'retain/stages/deregister',
  'clean-up-copy': 'copy',
  'mark-image': 'lineage',
  'share-snapshots': 'share/snapshots',
  'grant-key': 'share/kms',
};

/** The line of the policy file that asks for a step: `policy.yml:19`. */
export function citation(item: Action | Held, { lines, policyFile, policy }: World): string {
  const names = policy.policies.map(({ name }) => name);
  const found = placesOf(item, names).flatMap((place) => lines[place] ?? []);
  const cited = found.length > 0 ? found : [lines[item.policy] ?? lines[`${item.policy}/name`] ?? []].flat();
  return cited.length === 0 ? '' : `${policyFile}:${[...new Set(cited)].sort((a, b) => a - b).join(',')}`;
}

function placesOf(item: Action | Held, names: readonly string[]): string[] {
  if ('kind' in item && item.kind === 'copy-image') return [`${item.policy}/copy/to/${item.request.region}`];
  if ('kind' in item && item.kind === 'share-image') {
    const added = item.add.flatMap((principal) => names.map((name) => `${name}/share/${principal}`));
    return item.remove.length > 0 ? [`${item.policy}/share/exact`, `${item.policy}/share`] : added;
  }
  if ('kind' in item && item.kind === 'publish-image')
    return [`${item.policy}/publish/${item.pointer.kind === 'parameter' ? 'ssm' : 'launchTemplates'}`];
  const step = 'kind' in item ? item.kind : item.step;
  const place = stages[step];
  return place === undefined ? [] : [`${item.policy}/${place}`];
}

/** `policy.yml:5`, or nothing where the place is not known. */
export const cite = (place: string, lines: PolicyLines, file: string): string => {
  const line = lines[place];
  return line === undefined ? '' : `${file}:${line}`;
};
