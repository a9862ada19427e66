/** The roles of those whose events people may be told of. The sweep tells of nothing, and operators are not always there. */
const telling = ['OnImageEventRole', 'RetireRole', 'ReapRole', 'OperatorRole'];

/** @param {{ policies: { notify?: { sns?: string, chat?: string }[] }[] }} policy @returns {string[]} every topic that it names */
export function topicsOf({ policies }) {
  const named = policies.flatMap(({ notify = [] }) => notify.flatMap(({ sns, chat }) => [sns, chat]));
  return [...new Set(named.filter((topic) => topic !== undefined))].sort();
}

/**
 * Lets the functions publish to the topics that the policy names, and to no other.
 *
 * @param {Record<string, { Properties: { Policies: { PolicyDocument: { Statement: object[] } }[] } }>} resources
 * @param {Parameters<typeof topicsOf>[0]} policy
 */
export function allowTopics(resources, policy) {
  const topics = topicsOf(policy);
  if (topics.length === 0) return;
  for (const role of telling.filter((one) => one in resources))
    resources[role].Properties.Policies[0].PolicyDocument.Statement.push({
      Effect: 'Allow',
      Action: 'sns:Publish',
      Resource: topics,
    });
}
