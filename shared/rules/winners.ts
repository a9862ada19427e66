import type { Policy } from '../model/policy.ts';
import type { Effective, WantedShares } from './merge.ts';

type Parts = Pick<Effective, 'copies' | 'pointers'> & {
  readonly shares: WantedShares | undefined;
  readonly stamper: Policy | undefined;
  /** By field of `retain`. */
  readonly retain: Readonly<Record<string, string>> | undefined;
};

/** Which policy decided each field; `policies` come sorted by name. */
export function winnersOf(policies: readonly Policy[], { copies, shares, pointers, stamper, retain }: Parts) {
  const addTags = policies.flatMap(({ name, copy }) => Object.keys(copy?.addTags ?? {}).map((tag) => ({ tag, name })));
  const holder = policies.find(({ mode }) => mode === 'plan') ?? policies[0];
  return Object.fromEntries([
    ...copies.map((copy) => [`copy.to.${copy.region}`, copy.policy]),
    ...addTags.reverse().map(({ tag, name }) => [`copy.addTags.${tag}`, name]),
    ...(shares ? [['share.exact', shares.policy]] : []),
    ...(shares?.with ?? []).map((sharee) => [`share.${sharee.principal}`, sharee.policy]),
    ...pointers.map(({ template, policy }) => [`publish.${template}`, policy]),
    ...Object.entries(retain ?? {}).map(([field, policy]) => [`retain.${field}`, policy]),
    ...(retain && holder ? [['mode', holder.name]] : []),
    ...(stamper ? [['lineage.stampTags', stamper.name]] : []),
  ]) as Record<string, string>;
}
