/** Plain JavaScript, as all that osls loads. */
import { partitionOf } from './regions.mjs';

/**
 * Decides what parameters have decided already: a condition that holds anyway goes, and with one that never holds goes
 * all that stands under it. What only CloudFormation knows stays a condition. That the partition is none of those known by
 * the names of their Regions is left to CloudFormation as well, since there may be one that is newer than that list; in
 * the others it would refuse a template for types that it does not have, whatever condition they are under.
 *
 * @param {{ Conditions?: Record<string, unknown>, Resources: Record<string, { Condition?: string }> }} template changed in place
 * @param {string} home
 */
export function settleConditions(template, home) {
  const settled = Object.entries(template.Conditions ?? {}).map(([name, one]) => [name, settle(one, home)]);
  const answers = new Map(settled);
  template.Conditions = Object.fromEntries(settled.filter(([, answer]) => typeof answer !== 'boolean'));
  for (const [id, resource] of Object.entries(template.Resources)) {
    const answer = answers.get(resource.Condition);
    if (answer === false) delete template.Resources[id];
    if (answer === true) delete resource.Condition;
  }
}

/** @returns {unknown} `true`, `false`, or what is left to ask */
function settle(condition, home) {
  const [[name, operands] = []] = Object.entries(condition);
  if (name === 'Fn::Equals') {
    const known = operands.map((one) => (one?.Ref === 'AWS::Partition' ? (partitionOf(home) ?? one) : one));
    return known.every(isText) ? known[0] === known[1] : condition;
  }
  const parts = operands.map((one) => settle(one, home));
  if (name === 'Fn::Not') return typeof parts[0] === 'boolean' ? !parts[0] : { [name]: parts };
  if (name !== 'Fn::And') throw new Error(`conditions with ${name} are not settled`);
  const open = parts.filter((part) => part !== true);
  if (open.includes(false)) return false;
  return open.length === 0 || (open.length === 1 ? open[0] : { [name]: open });
}

const isText = (value) => typeof value === 'string';
