import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { afterAll, afterEach, describe, expect, it, vi } from 'vitest';
import { compilePolicy } from '../../scripts/build.mjs';
import { defaultProvider } from '../../scripts/lambda-credentials.mjs';
import { allowTopics, topicsOf } from '../../scripts/policy-roles.mjs';
import { literalKeys } from '../../scripts/slim.mjs';
import { root } from './packaged.ts';

const folder = mkdtempSync(join(tmpdir(), 'policy-'));
afterAll(() => rmSync(folder, { recursive: true }));

const compiling = (text: string): Promise<unknown> => {
  mkdirSync(folder, { recursive: true });
  const file = join(folder, 'policy.yml');
  writeFileSync(file, text);
  return compilePolicy(root, relative(root, file));
};

describe('the policy in the build', () => {
  it('is compiled as it stands in the project', async () => {
    expect(await compilePolicy(root, 'policy.yml')).toMatchObject({
      policy: { version: 1, policies: expect.any(Array) },
    });
  });

  it('stops the build with file, line and column of every problem', async () => {
    const broken =
      'version: 1\npolicies:\n  - name: golden\n    select: { name: "golden-*" }\n    mood: happy\n    mode: aply\n';
    await expect(compiling(broken)).rejects.toThrow(
      /policy\.yml:5:\d+ {2}error.*mood[\s\S]*policy\.yml:6:\d+ {2}error/,
    );
  });
});

describe('the credentials of a packaged function', () => {
  const given = { AWS_ACCESS_KEY_ID: 'id', AWS_SECRET_ACCESS_KEY: 'secret', AWS_SESSION_TOKEN: 'token' };
  afterEach(() => vi.unstubAllEnvs());

  it('are those that Lambda puts into its environment', async () => {
    for (const [name, value] of Object.entries(given)) vi.stubEnv(name, value);
    expect(await defaultProvider()()).toEqual({ accessKeyId: 'id', secretAccessKey: 'secret', sessionToken: 'token' });
  });

  it('are missing, and not guessed, where it holds none', async () => {
    for (const name of Object.keys(given)) vi.stubEnv(name, '');
    await expect(defaultProvider()()).rejects.toMatchObject({ name: 'CredentialsProviderError' });
  });
});

describe('the topics that a policy names', () => {
  const role = () => ({ Properties: { Policies: [{ PolicyDocument: { Statement: [] as object[] } }] } });
  const roles = () => ({ OnImageEventRole: role(), SweepRole: role(), RetireRole: role(), ReapRole: role() });
  const added = (policy: Parameters<typeof allowTopics>[1]) => {
    const stack = roles();
    allowTopics(stack, policy);
    return Object.entries(stack).map(([name, { Properties }]) => [
      name,
      Properties.Policies[0]?.PolicyDocument.Statement.length,
    ]);
  };

  it('are all that the functions may publish to, and the sweep may not', () => {
    const policy = { policies: [{ notify: [{ sns: 'b', chat: 'a' }, { sns: 'b' }] }, {}] };
    expect(topicsOf(policy)).toEqual(['a', 'b']);
    expect(Object.fromEntries(added(policy))).toEqual({
      OnImageEventRole: 1,
      SweepRole: 0,
      RetireRole: 1,
      ReapRole: 1,
    });
    const stack = roles();
    allowTopics(stack, policy);
    expect(stack.RetireRole.Properties.Policies[0]?.PolicyDocument.Statement).toEqual([
      { Effect: 'Allow', Action: 'sns:Publish', Resource: ['a', 'b'] },
    ]);
  });

  it('are none: nothing may be published', () => {
    expect(added({ policies: [{}] }).every(([, count]) => count === 0)).toBe(true);
  });
});

describe('schema modules of the SDK', () => {
  const module =
    'const _a = "Alpha";\nconst _b = "be-ta";\nexport var A$ = [3, { [_a]: 1, [_b]: [{ [_a]: 2 }], [_c]: 3 }];';

  it('get literal keys for computed ones, wherever the constant is known', () => {
    const { text, replaced } = literalKeys(module);
    expect(replaced).toBe(3);
    expect(text).toContain('{ "Alpha": 1, "be-ta": [{ "Alpha": 2 }], [_c]: 3 }');
  });

  it('count nothing when there is nothing to replace, which stops the build', () => {
    expect(literalKeys('export const x = { a: 1 };').replaced).toBe(0);
  });
});
