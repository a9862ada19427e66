import { readFileSync, writeFileSync } from 'node:fs';
import { describe, expect, inject, it } from 'vitest';
import type { Statement } from '../../local/iam/policy.ts';
import { compilePolicy } from '../../scripts/build.mjs';
import type { CompiledPolicy } from '../../shared/model/policy.ts';
import { operatorFor, operatorRole, placeIn, roleFrom, roleOf, rolesFor } from '../roles/roles.ts';
import type { Resources } from '../roles/template.ts';
import { lint } from './lint.ts';
import { given, root, template } from './packaged.ts';

const account = '111122223333';
const world = { account, homeRegion: 'us-east-1' };
const packaged = template() as unknown as Resources;
const withParameters = template(inject('given')) as unknown as Resources;
const functionRoles = Object.values(roleOf);
const packagedRole = (id: string) => roleFrom(id === operatorRole ? withParameters : packaged, id, placeIn(world));
const statementsIn = (all: Resources, id: string): Statement[] =>
  roleFrom(all, id, placeIn(world)).policies.flatMap(({ Statement }) => [...Statement]);
/** What a role may do when every parameter is given, apart from what it takes to use the key. */
const usesKey = ({ Resource }: Statement): boolean => Resource === given.kmsKey;
const statements = (id: string): Statement[] => statementsIn(withParameters, id).filter((one) => !usesKey(one));

it('the packaged roles are those that the scenarios run with', async () => {
  const { policy } = (await compilePolicy(root, 'policy.yml')) as { policy: CompiledPolicy };
  const played = rolesFor(policy, world);
  for (const [name, id] of Object.entries(roleOf)) expect(packagedRole(id)).toEqual(played[name]);
  const { policies, ...operator } = packagedRole(operatorRole);
  const bare = policies.map(({ Statement, ...rest }) => ({
    ...rest,
    Statement: Statement.filter((one) => !usesKey(one)),
  }));
  expect({ ...operator, policies: bare }).toEqual(operatorFor(policy, world));
});

it('parameters change nothing of what a function may do but how it uses the key', () => {
  for (const id of functionRoles) expect(statements(id)).toEqual(statementsIn(packaged, id));
});

describe("held against AWS's own data on actions and condition keys", () => {
  it.each([...functionRoles, operatorRole])(
    '%s has nothing that could fail silently, and no change that is not bound',
    async (id) => {
      expect((await Promise.all(statements(id).map(lint))).flat()).toEqual([]);
    },
  );

  it('the boundary denies by keys that AWS supplies', async () => {
    const denials = packagedRole('SweepRole').boundary?.Statement.filter(({ Effect }) => Effect === 'Deny') ?? [];
    expect(denials.length).toBeGreaterThan(0);
    expect((await Promise.all(denials.map(lint))).flat()).toEqual([]);
  });

  const images = 'arn:aws:ec2:*::image/*';
  const owned = { StringEquals: { 'ec2:Owner': account } };
  it.each<[string, Partial<Statement>, RegExp]>([
    ['an action that does not exist', { Action: 'ec2:DisableImages' }, /no action ec2:DisableImages/],
    [
      'a change without a condition',
      { Action: 'ec2:DisableImage', Resource: images },
      /bound to no owner, tag or creation/,
    ],
    ['a change of everything', { Action: 'ec2:DisableImage', Condition: owned }, /may change anything/],
    [
      'a key that the action does not have',
      { Action: 'ec2:DeleteTags', Resource: images, Condition: owned },
      /no ec2:Owner/,
    ],
    [
      'tags that the action does not look at',
      { Action: 'ec2:CopyImage', Resource: images, Condition: { StringEquals: { 'aws:ResourceTag/a': 'b' } } },
      /no aws:ResourceTag/,
    ],
    [
      'a key that only one of two resources has',
      { Action: 'ec2:CopyImage', Resource: [images, 'arn:aws:ec2:*::snapshot/*'], Condition: owned },
      /no ec2:Owner for ec2:CopyImage/,
    ],
    [
      'a list that is read as one value',
      {
        Action: 'ec2:CreateTags',
        Resource: images,
        Condition: { StringEquals: { ...owned.StringEquals, 'aws:TagKeys': 'a' } },
      },
      /several values/,
    ],
    [
      'all keys of an account',
      { Action: 'kms:CreateGrant', Resource: 'arn:aws:kms:*:1:key/*' },
      /every resource of its kind/,
    ],
    [
      'all parameters',
      { Action: 'ssm:PutParameter', Resource: 'arn:aws:ssm:*:1:parameter/*' },
      /every resource of its kind/,
    ],
  ])('%s is found out', async (_what, statement, finding) => {
    const found = await lint({ Effect: 'Allow', Action: '*', Resource: '*', ...statement });
    expect(found.join('\n')).toMatch(finding);
  });
});

/** One line for each permission: what may be done to what, and on which condition. */
const linesOf = (all: readonly Statement[]): string[] =>
  all
    .flatMap(({ Effect, Action, Resource, Condition }) =>
      [Action].flat().map((action) => {
        const when = Condition === undefined ? '' : ` when ${JSON.stringify(Condition)}`;
        return `${Effect} ${action} on ${[Resource].flat().join(', ')}${when}`;
      }),
    )
    .sort();

it('the permissions of each role are those that were reviewed', () => {
  const file = new URL('./permissions.txt', import.meta.url);
  const roles = [...functionRoles, operatorRole];
  const underKey = roles.map((id) => [
    `# ${id}, with kmsKey`,
    ...linesOf(statementsIn(withParameters, id).filter(usesKey)),
  ]);
  const text = `${[...roles.map((id) => [`# ${id}`, ...linesOf(statements(id))]), ...underKey]
    .map((lines) => lines.join('\n'))
    .join('\n\n')}\n`;
  if (process.env.UPDATE_GOLDEN) writeFileSync(file, text);
  expect(text, 'review test/deploy/permissions.txt, then write it with UPDATE_GOLDEN=1').toBe(
    readFileSync(file, 'utf8'),
  );
});
