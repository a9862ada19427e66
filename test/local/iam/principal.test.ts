import { describe, expect, it } from 'vitest';
import type { Access } from '../../../local/iam/access.ts';
import type { PolicyDocument, Statement } from '../../../local/iam/policy.ts';
import { Principal } from '../../../local/iam/principal.ts';

const document = (...statements: (Partial<Statement> & { NotAction?: string })[]): PolicyDocument => ({
  Version: '2012-10-17',
  Statement: statements.map((one) => ({ Effect: 'Allow', Action: '*', Resource: '*', ...one })),
});

const role = (policy: PolicyDocument, boundary?: PolicyDocument): Principal =>
  new Principal({ name: 'role', account: '111122223333', policies: [policy], ...(boundary && { boundary }) });

const asks = (action: string, resource = 'arn:aws:ec2:us-east-1::image/ami-1'): Access => ({
  action,
  type: 'image',
  resource,
  region: 'us-east-1',
});

const disable = asks('ec2:DisableImage');

describe('a statement', () => {
  it.each([
    ['ec2:DisableImage', true],
    ['ec2:disableimage', true],
    ['ec2:Disable*', true],
    ['ec2:*', true],
    ['*', true],
    ['ec2:DisableImag?', true],
    ['ec2:Disable', false],
    ['ec2:DisableImageDeprecation', false],
    ['ec2.DisableImage', false],
  ])('for %s covers DisableImage: %s', (Action, covered) => {
    expect(role(document({ Action })).decide(disable)).toBe(covered ? 'allowed' : 'not allowed');
  });

  it.each([
    ['arn:aws:ec2:*::image/*', true],
    ['arn:aws:ec2:us-east-1::image/ami-1', true],
    ['arn:aws:ec2:us-east-1::image/AMI-1', false],
    ['arn:aws:ec2:eu-*::image/*', false],
    ['arn:aws:ec2:*::snapshot/*', false],
    ['arn:aws:ec2:us-east-1:111122223333:image/*', false],
    ['arn:aws:ec2:*/*', undefined],
  ])('for %s covers an image: %s', (Resource, covered) => {
    const deciding = () => role(document({ Resource })).decide(disable);
    if (covered === undefined) expect(deciding).toThrow('is no ARN');
    else expect(deciding()).toBe(covered ? 'allowed' : 'not allowed');
  });

  it('may name several actions and resources', () => {
    const Resource = ['arn:aws:ec2:*::snapshot/*', 'arn:aws:ec2:*::image/*'];
    const one = role(document({ Action: ['ec2:EnableImage', 'ec2:DisableImage'], Resource }));
    expect(one.decide(disable)).toBe('allowed');
    expect(one.decide(asks('ec2:DeregisterImage'))).toBe('not allowed');
  });

  it.each([
    [{ NotAction: 'ec2:*' }, /elements that are not built: NotAction/],
    [{ Effect: 'allow' as 'Allow' }, /allows or denies/],
    [{ Resource: `arn:aws:ec2:*::image/\${aws:username}` }, /variables are not built/],
  ])('with %o is an error', (statement, message) => {
    expect(() => role(document(statement))).toThrow(message);
  });

  it('of another version of the language is an error', () => {
    expect(() => role({ ...document({}), Version: '2008-10-17' })).toThrow('2008-10-17');
  });
});

describe('a role', () => {
  const everything = document({});
  const nothingDisabled = document({}, { Effect: 'Deny', Action: 'ec2:Disable*' });

  it('may do nothing by itself', () => {
    expect(role(document()).decide(disable)).toBe('not allowed');
  });

  it('is denied what one statement denies, whatever others allow', () => {
    expect(role(nothingDisabled).decide(disable)).toBe('denied');
    expect(role(nothingDisabled).decide(asks('ec2:EnableImage'))).toBe('allowed');
  });

  it('may do what it and its boundary allow', () => {
    expect(role(everything, document({ Action: 'ec2:*' })).decide(disable)).toBe('allowed');
    expect(role(everything, document({ Action: 'ssm:*' })).decide(disable)).toBe('outside the boundary');
    expect(role(document({ Action: 'ssm:*' }), everything).decide(disable)).toBe('not allowed');
    expect(role(everything, nothingDisabled).decide(disable)).toBe('denied');
    expect(role(everything, document()).decide(disable)).toBe('outside the boundary');
  });

  it('tells whoever watches what was decided', () => {
    const seen: unknown[] = [];
    const definition = { name: 'role', account: '111122223333', policies: [nothingDisabled] };
    const watched = new Principal(definition, (who, { action }, decision) => seen.push([who.name, action, decision]));
    expect(watched.may(disable)).toBe(false);
    expect(watched.may(asks('ec2:EnableImage'))).toBe(true);
    expect(seen).toEqual([
      ['role', 'ec2:DisableImage', 'denied'],
      ['role', 'ec2:EnableImage', 'allowed'],
    ]);
  });
});
