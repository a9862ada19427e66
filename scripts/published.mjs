/** Plain JavaScript, as all that osls loads. */

/**
 * Confines the statements that stand for published parameters to those that the policy names, and takes them out where
 * it names none.
 *
 * @param {{ Resources: Record<string, { Type: string, Properties?: Record<string, any> }> }} template changed in place
 * @param {import('../shared/model/policy.ts').CompiledPolicy} policy
 * @param {string} mark what stands in their place
 */
export function confineParameters(template, policy, mark) {
  const arns = publishedParameters(policy).map((path) => ({
    'Fn::Sub': `arn:\${AWS::Partition}:ssm:*:\${AWS::AccountId}:parameter${path}`,
  }));
  for (const { Type, Properties } of Object.values(template.Resources)) {
    if (Type !== 'AWS::IAM::Role') continue;
    for (const { PolicyDocument } of Properties?.Policies ?? [])
      PolicyDocument.Statement = PolicyDocument.Statement.flatMap((statement) => {
        if (statement.Resource !== mark) return [statement];
        return arns.length === 0 ? [] : [{ ...statement, Resource: arns }];
      });
  }
}

/** Paths of the parameters, with `*` for what differs from image to image. */
const publishedParameters = ({ policies }) =>
  [
    ...new Set(
      policies.flatMap(({ publish }) =>
        (publish?.ssm ?? []).map(({ parameter }) => parameter.replace(/\{[^{}]*\}/g, '*')),
      ),
    ),
  ].sort();
