import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { tableDefinition } from '../../shared/aws/dynamodb-rows.ts';
import { ofType, root, template, zipped } from './packaged.ts';

const names = { OnImageEvent: 'on-image-event', Sweep: 'sweep', Retire: 'retire', Reap: 'reap' } as const;
const functions = Object.entries(names);
const bundleOf = (name: string): string => join(root, 'dist', 'functions', name, 'handler.mjs');

const stack = template();

describe('serverless package, offline and without credentials', () => {
  it('makes the four functions on Node 24 and arm64, and no other', () => {
    const made = ofType(stack, 'AWS::Lambda::Function');
    expect(made.map(([id]) => id).sort()).toEqual(functions.map(([id]) => `${id}LambdaFunction`).sort());
    for (const [, { Properties }] of made)
      expect(Properties).toMatchObject({ Runtime: 'nodejs24.x', Architectures: ['arm64'] });
  });

  it.each(functions)('puts nothing but the bundle and its map into the zip of %s', (id, name) => {
    const file = `dist/functions/${name}/handler.mjs`;
    expect(zipped(`${id.charAt(0).toLowerCase()}${id.slice(1)}.zip`)).toEqual([file, `${file}.map`]);
    expect(stack[`${id}LambdaFunction`]?.Properties.Handler).toBe(`dist/functions/${name}/handler.handler`);
  });

  it.each(functions)('makes a bundle of %s that starts alone and gives a handler', (_id, name) => {
    const script = `const { handler } = await import(${JSON.stringify(bundleOf(name))}); console.log(typeof handler)`;
    const run = spawnSync(process.execPath, ['--input-type=module', '-e', script], {
      cwd: '/',
      env: { AWS_REGION: 'us-east-1', STEWARD_TABLE: 'table', STEWARD_QUEUE_URL: 'http://127.0.0.1/queue' },
      encoding: 'utf8',
    });
    expect(run.stderr.slice(-500)).toBe('');
    expect(run.stdout).toBe('function\n');
  });

  it.each(functions)('keeps the bundle of %s slim: no YAML parser, no schema library, under 832 KB', (_id, name) => {
    const map = JSON.parse(readFileSync(`${bundleOf(name)}.map`, 'utf8')) as { sources: string[] };
    const packages = new Set(map.sources.map((path) => /node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(path)?.[1]));
    expect([...packages].filter((found) => found === 'yaml' || found === 'zod')).toEqual([]);
    expect(statSync(bundleOf(name)).size).toBeLessThan(832 * 1024);
  });

  it('carries the compiled policy in every bundle', () => {
    const policy = readFileSync(join(root, 'policy.yml'), 'utf8');
    const named = /^ {2}- name: (\S+)/m.exec(policy)?.[1] ?? 'no policy';
    for (const [, name] of functions) expect(readFileSync(bundleOf(name), 'utf8')).toContain(named);
  });

  it('leaves nothing of the machine in the template', () => {
    expect(JSON.stringify(stack)).not.toContain(root.replace(/\/$/, ''));
  });
});

describe('the stack', () => {
  it('keeps the record, whatever happens to the stack', () => {
    expect(stack.Table).toMatchObject({ DeletionPolicy: 'Retain', UpdateReplacePolicy: 'Retain' });
    expect(stack.Table?.Properties).toMatchObject({
      DeletionProtectionEnabled: true,
      PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
    });
  });

  it('has the very table that the store works with', () => {
    const { TableName: _, ...wanted } = tableDefinition('any');
    expect(stack.Table?.Properties).toMatchObject(wanted);
    const attributes = (wanted.AttributeDefinitions ?? []).length;
    expect(stack.Table?.Properties.AttributeDefinitions).toHaveLength(attributes);
  });

  it('sends to the work queue what the pattern of the events folder matches, of its own account alone', () => {
    const pattern = JSON.parse(readFileSync(join(root, 'events/ami-state-change/pattern.json'), 'utf8'));
    const ours = { account: [{ Ref: 'AWS::AccountId' }] };
    expect(stack.AmiStateChangeRule?.Properties.EventPattern).toEqual({ ...pattern, ...ours });
    expect(stack.AmiStateChangeRule?.Properties).toMatchObject({
      Targets: [{ Arn: { 'Fn::GetAtt': ['WorkQueue', 'Arn'] } }],
    });
    expect(JSON.stringify(stack.QueuePolicy?.Properties)).toContain('"Service":"events.amazonaws.com"');
  });

  it('takes messages one by one out of a batch, and not with too many at once', () => {
    const [[, mapping] = []] = ofType(stack, 'AWS::Lambda::EventSourceMapping');
    expect(mapping?.Properties).toMatchObject({
      FunctionResponseTypes: ['ReportBatchItemFailures'],
      ScalingConfig: { MaximumConcurrency: 5 },
    });
  });

  it('hides a message for at least six times as long as its function may run', () => {
    const timeout = Number(stack.OnImageEventLambdaFunction?.Properties.Timeout);
    expect(Number(stack.WorkQueue?.Properties.VisibilityTimeout)).toBeGreaterThanOrEqual(6 * timeout);
  });

  it.each([
    ['Sweep', 'rate(15 minutes)'],
    ['Retire', 'rate(1 hour)'],
    ['Reap', 'rate(1 hour)'],
  ])('runs %s at %s, with a dead-letter queue at both ends', (id, rate) => {
    const queue = { 'Fn::GetAtt': ['DeadLetterQueue', 'Arn'] };
    expect(stack[`${id}Schedule`]?.Properties).toMatchObject({
      ScheduleExpression: rate,
      Target: { Arn: { 'Fn::GetAtt': [`${id}LambdaFunction`, 'Arn'] }, DeadLetterConfig: { Arn: queue } },
    });
    expect(stack[`${id}LambdaEvConf`]?.Properties).toMatchObject({
      MaximumRetryAttempts: 0,
      DestinationConfig: { OnFailure: { Destination: queue } },
    });
  });

  it('keeps logs for a limited time', () => {
    const groups = ofType(stack, 'AWS::Logs::LogGroup');
    expect(groups).toHaveLength(functions.length);
    for (const [, { Properties }] of groups) expect(Properties.RetentionInDays).toBe(30);
  });

  it('includes files that exist', () => {
    for (const [, name] of functions) expect(existsSync(join(root, 'functions', name, 'handler.ts'))).toBe(true);
  });
});
