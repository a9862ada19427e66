/** Plain JavaScript, as all that osls loads. */

/**
 * Lets those whom the parameter names become operators of the stack, and takes the role out where it names nobody.
 *
 * @param {{ Resources: Record<string, any>, Outputs: Record<string, unknown> }} template changed in place
 * @param {string} operators ARNs of users, roles or whole accounts, with commas between; or the id of an organization
 */
export function admitOperators(template, operators) {
  const named = operators.split(',').map((one) => one.trim());
  if (operators === '') {
    delete template.Resources.OperatorRole;
    return;
  }
  const strange = named.find((one) => !isPrincipal(one) && !(isOrganization(one) && named.length === 1));
  if (strange !== undefined)
    throw new Error(`operators: "${strange}" is no ARN of a user, a role or an account, nor an organization alone`);
  template.Resources.OperatorRole.Properties.AssumeRolePolicyDocument.Statement = [trust(named)];
  template.Outputs.OperatorRoleArn = { Value: { 'Fn::GetAtt': ['OperatorRole', 'Arn'] } };
}

/** A wildcard would let in whoever is called like that one day. */
const isPrincipal = (text) => /^arn:[\w-]+:iam::\d{12}:(?:root|(?:user|role)\/[\w+=,.@/-]+)$/.test(text);
const isOrganization = (text) => /^o-[a-z0-9]{10,32}$/.test(text);

const trust = (named) => ({
  Effect: 'Allow',
  Action: 'sts:AssumeRole',
  ...(isOrganization(named[0])
    ? { Principal: { AWS: '*' }, Condition: { StringEquals: { 'aws:PrincipalOrgID': named[0] } } }
    : { Principal: { AWS: named } }),
});
