/** Plain JavaScript, as all that osls loads. */

/**
 * CloudFormation takes a template within a template and the body of a dashboard as text. In serverless.yml both are data,
 * in files of their own that can be read; here they become text. Names in a dashboard are filled in by CloudFormation.
 *
 * @param {Record<string, { Type: string, Properties?: Record<string, any> }>} resources changed in place
 */
export function writeTexts(resources) {
  for (const { Type, Properties } of Object.values(resources)) {
    if (Type === 'AWS::CloudFormation::StackSet') Properties.TemplateBody = JSON.stringify(Properties.TemplateBody);
    if (Type === 'AWS::CloudWatch::Dashboard')
      Properties.DashboardBody = { 'Fn::Sub': JSON.stringify(Properties.DashboardBody) };
  }
}
