/** Plain JavaScript, as all that osls loads. */

/**
 * Confines every rule to events about the account of the stack: whoever may put events on the bus, in this account or
 * from another, cannot make one look like ours.
 *
 * @param {{ Resources: Record<string, { Type: string, Properties?: Record<string, any> }> }} template changed in place
 */
export function pinAccount(template) {
  for (const { Type, Properties } of Object.values(template.Resources)) {
    if (Type === 'AWS::Events::Rule' && Properties?.EventPattern)
      Properties.EventPattern = { ...Properties.EventPattern, account: [{ Ref: 'AWS::AccountId' }] };
    // What it puts into other Regions is a template as well, of this very account.
    if (Type === 'AWS::CloudFormation::StackSet' && Properties) pinAccount(Properties.TemplateBody);
  }
}
