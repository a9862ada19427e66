import { type Finding, finding } from '../finding.ts';
import { didYouMean, nearest } from '../nearest.ts';
import { isRule, overridableRules } from '../rule-table.ts';
import { listAt, type PolicyView, textAt } from '../view.ts';

/**
 * Takes away what the policy's overrides excuse, and says which of them are unknown or excuse nothing.
 * Where the shape of the policy is wrong a rule may have had nothing to look at, so unused ones are not reported.
 */
export function applyOverrides(
  { raw, path }: PolicyView,
  findings: readonly Finding[],
  shapeIsRight: boolean,
): Finding[] {
  const named = listAt(raw, 'overrides').map((entry) => textAt(entry, 'rule'));
  const excused = (found: Finding) => overridableRules.includes(found.rule) && named.includes(found.rule);
  const own = named.flatMap((rule, i) => {
    if (rule === undefined) return [];
    const at = [...path, 'overrides', i, 'rule'];
    if (!isRule(rule) || !overridableRules.includes(rule)) return [unknownOverride(at, rule)];
    const idle = named.indexOf(rule) < i || !findings.some((found) => found.rule === rule);
    return idle && shapeIsRight ? [finding(at, 'override/unused', `rule: "${rule}" has nothing to excuse here`)] : [];
  });
  return [...findings.filter((found) => !excused(found)), ...own];
}

function unknownOverride(at: Finding['path'], rule: string): Finding {
  if (isRule(rule)) return finding(at, 'override/unknown', `rule: "${rule}" allows no override`);
  const near = nearest(rule, overridableRules);
  const message = `rule: there is no rule "${rule}" to override${didYouMean(near)}`;
  return finding(at, 'override/unknown', message, near === undefined ? {} : { suggestion: near });
}
