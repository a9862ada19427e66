/**
 * The Recycle Bin's operations, in the form in which the SDK exports those of other services: its client for this one
 * is no longer released. Written from the service's own reference.
 */
const namespace = 'com.amazonaws.rbin';

const text = 0;
const number = 1;
/** A text that is part of the path. */
const label = [0, 1];

type Schema = readonly unknown[];

const structure = (name: string, members: Readonly<Record<string, unknown>>): Schema => [
  3,
  namespace,
  name,
  0,
  Object.keys(members),
  Object.values(members),
];

const list = (name: string, member: Schema): Schema => [1, namespace, name, 0, member];

const operation = (name: string, method: string, path: string, input: Schema, output: Schema): Schema => [
  9,
  namespace,
  name,
  { http: [method, path, 200] },
  input,
  output,
];

const resourceTag = structure('ResourceTag', { ResourceTagKey: text, ResourceTagValue: text });
const resourceTags = list('ResourceTags', resourceTag);
const excludeTags = list('ExcludeResourceTags', resourceTag);
const tags = list('TagList', structure('Tag', { Key: text, Value: text }));
const period = structure('RetentionPeriod', { RetentionPeriodValue: number, RetentionPeriodUnit: text });

const kept = { Description: text, ResourceType: text, RetentionPeriod: period, ResourceTags: resourceTags };
const shown = { ...kept, Identifier: text, Status: text, RuleArn: text, ExcludeResourceTags: excludeTags };

export const CreateRule$ = operation(
  'CreateRule',
  'POST',
  '/rules',
  structure('CreateRuleRequest', { ...kept, Tags: tags, ExcludeResourceTags: excludeTags }),
  structure('CreateRuleResponse', { ...shown, Tags: tags }),
);

export const GetRule$ = operation(
  'GetRule',
  'GET',
  '/rules/{Identifier}',
  structure('GetRuleRequest', { Identifier: label }),
  structure('GetRuleResponse', shown),
);

export const UpdateRule$ = operation(
  'UpdateRule',
  'PATCH',
  '/rules/{Identifier}',
  structure('UpdateRuleRequest', { ...kept, Identifier: label, ExcludeResourceTags: excludeTags }),
  structure('UpdateRuleResponse', shown),
);

export const DeleteRule$ = operation(
  'DeleteRule',
  'DELETE',
  '/rules/{Identifier}',
  structure('DeleteRuleRequest', { Identifier: label }),
  structure('DeleteRuleResponse', {}),
);

const summary = structure('RuleSummary', {
  Identifier: text,
  Description: text,
  RetentionPeriod: period,
  RuleArn: text,
});

export const ListRules$ = operation(
  'ListRules',
  'POST',
  '/list-rules',
  structure('ListRulesRequest', {
    MaxResults: number,
    NextToken: text,
    ResourceType: text,
    ResourceTags: resourceTags,
    ExcludeResourceTags: excludeTags,
  }),
  structure('ListRulesResponse', { Rules: list('RuleSummaryList', summary), NextToken: text }),
);
