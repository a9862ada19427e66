/** Plain JavaScript, as all that osls loads. */

/**
 * Decides what parameters have decided already: a condition that holds anyway goes, and with one that never holds goes
 * all that stands under it. What only CloudFormation knows, such as the partition, stays a condition.
 *
 * @param {{ Conditions?: Record<string, unknown>, Resources: Record<string, { Condition?: string }> }} template changed in place
 */
export function settleConditions(template) {
  const settled = Object.entries(template.Conditions ?? {}).map(([name, one]) => [name, settle(one)]);
  const answers = new Map(settled);
  template.Conditions = Object.fromEntries(settled.filter(([, answer]) => typeof answer !== 'boolean'));
  for (const [id, resource] of Object.entries(template.Resources)) {
    const answer = answers.get(resource.Condition);
    if (answer === false) delete template.Resources[id];
    if (answer === true) delete resource.Condition;
  }
}

/** @returns {unknown} `true`, `false`, or what is left to ask */
function settle(condition) {
  const [[name, operands] = []] = Object.entries(condition);
  if (name === 'Fn::Equals') return operands.every(isText) ? operands[0] === operands[1] : condition;
  const parts = operands.map(settle);
  if (name === 'Fn::Not') return typeof parts[0] === 'boolean' ? !parts[0] : { [name]: parts };
  if (name !== 'Fn::And') throw new Error(`conditions with ${name} are not settled`);
  const open = parts.filter((part) => part !== true);
  if (open.includes(false)) return false;
  return open.length === 0 || (open.length === 1 ? open[0] : { [name]: open });
}

const isText = (value) => typeof value === 'string';
