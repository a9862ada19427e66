import { expect, it } from 'vitest';
import { ofType, type Resource, template } from './packaged.ts';

const stack = template();

it('F66: no image is a resource of the stack, nor a snapshot, and nothing in it could make or delete one on removal', () => {
  const types = Object.values(stack).map(({ Type }) => Type);
  expect(types.length).toBeGreaterThan(10);
  expect(types.filter((type) => /^AWS::(EC2|ImageBuilder|DLM|Backup)::|^Custom::|CustomResource/.test(type))).toEqual(
    [],
  );
});

it('F66: the table alone holds anything, and a stack that is removed or replaced leaves it', () => {
  const kept = Object.entries(stack).filter(
    ([, one]) => (one as { DeletionPolicy?: string }).DeletionPolicy === 'Retain',
  );
  expect(kept.map(([, { Type }]) => Type)).toEqual(['AWS::DynamoDB::Table']);
  expect(ofType(stack, 'AWS::DynamoDB::Table')).toHaveLength(1);
});

it('F75: the queues take messages of EventBridge from the rule of this stack alone', () => {
  const [[, queuePolicy]] = ofType(stack, 'AWS::SQS::QueuePolicy') as [[string, Resource]];
  expect(queuePolicy.Properties.PolicyDocument).toMatchObject({
    Statement: [
      expect.objectContaining({
        Principal: { Service: 'events.amazonaws.com' },
        Action: 'sqs:SendMessage',
        Condition: { ArnEquals: { 'aws:SourceArn': { 'Fn::GetAtt': ['AmiStateChangeRule', 'Arn'] } } },
      }),
    ],
  });
  expect(ofType(stack, 'AWS::Events::EventBusPolicy')).toEqual([]);
});
