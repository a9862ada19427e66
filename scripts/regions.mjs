/** Plain JavaScript, as all that osls loads. */

/** Regions that every account has. Those opened since 20 March 2019 have to be switched on first. */
const alwaysOn = new Set([
  'ap-northeast-1',
  'ap-northeast-2',
  'ap-northeast-3',
  'ap-south-1',
  'ap-southeast-1',
  'ap-southeast-2',
  'ca-central-1',
  'eu-central-1',
  'eu-north-1',
  'eu-west-1',
  'eu-west-2',
  'eu-west-3',
  'sa-east-1',
  'us-east-1',
  'us-east-2',
  'us-west-1',
  'us-west-2',
]);

/** By how the names of their Regions begin, the longest first; a test holds them against `shared/model/ids.ts`. */
const partitions = [
  ['us-isob-', 'aws-iso-b'],
  ['us-isof-', 'aws-iso-f'],
  ['eu-isoe-', 'aws-iso-e'],
  ['us-iso-', 'aws-iso'],
  ['us-gov-', 'aws-us-gov'],
  ['cn-', 'aws-cn'],
  ['eusc-', 'aws-eusc'],
];

/**
 * @param {string} region
 * @returns {string | undefined} the partition, where it is another than `aws` for sure
 */
export const partitionOf = (region) => partitions.find(([beginning]) => region.startsWith(beginning))?.[1];

/**
 * The Regions that a policy file has to do with: home, where images are born, where copies and pointers go.
 *
 * @param {{ policies: { select: { regions: string[] }, copy?: { to: { region: string }[] }, publish?: { ssm: { regions: 'all' | string[] }[] } }[] }} policy
 * @param {string} home
 * @returns {string[]}
 */
export function regionsOf({ policies }, home) {
  const named = policies.flatMap(({ select, copy, publish }) => [
    ...select.regions,
    ...(copy?.to ?? []).map(({ region }) => region),
    ...(publish?.ssm ?? []).flatMap(({ regions }) => (regions === 'all' ? [] : regions)),
  ]);
  return [...new Set([home, ...named])].sort();
}

/**
 * Puts Regions where serverless.yml has marks for them. Where there is none to forward from, nothing is left that forwards.
 *
 * @param {{ Resources: Record<string, any> }} template changed in place
 * @param {string[]} regions of the policy, home included
 * @param {string} home
 * @param {{ policy: string, forwarding: string, stackSets: string }} marks
 */
export function placeRegions(template, regions, home, marks) {
  const others = regions.filter((region) => region !== home);
  const optIn = others.filter((region) => !alwaysOn.has(region));
  const lists = {
    [marks.policy]: regions,
    [marks.forwarding]: others,
    // CloudFormation comes by its own name in each Region that has to be switched on.
    [marks.stackSets]: ['', ...optIn.map((region) => `${region}.`)].map(
      (part) => `cloudformation.${part}amazonaws.com`,
    ),
  };
  template.Resources = filledIn(template.Resources, lists);
  if (others.length > 0) return;
  for (const [id, { Condition }] of Object.entries(template.Resources))
    if (Condition === 'Forwards') delete template.Resources[id];
}

function filledIn(value, lists) {
  if (typeof value === 'string') return Object.hasOwn(lists, value) ? lists[value] : value;
  if (Array.isArray(value)) return value.map((one) => filledIn(one, lists));
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, filledIn(one, lists)]));
}
