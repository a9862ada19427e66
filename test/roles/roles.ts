import { localNames, type Roles } from '../../cli/worlds/local.ts';
import type { PolicyDocument } from '../../local/iam/policy.ts';
import type { RoleDefinition } from '../../local/iam/principal.ts';
import { queueArn } from '../../local/services/queues.ts';
import { tableArn } from '../../local/store/authorized-store.ts';
import { allowTopics } from '../../scripts/policy-roles.mjs';
import { confineParameters } from '../../scripts/published.mjs';
import { placeRegions, regionsOf } from '../../scripts/regions.mjs';
import type { CompiledPolicy } from '../../shared/model/policy.ts';
import { type Place, resolved } from './resolve.ts';
import { publishedMark, type Resources, regionMarks, resources } from './template.ts';

/** Which role each function runs in. */
export const roleOf = {
  'on-image-event': 'OnImageEventRole',
  sweep: 'SweepRole',
  retire: 'RetireRole',
  reap: 'ReapRole',
} as const;

interface World {
  readonly account: string;
  readonly homeRegion: string;
}

export function placeIn({ account, homeRegion: region }: World): Place {
  const at = { account, region };
  return {
    ...at,
    arns: {
      WorkQueue: queueArn({ ...at, name: localNames.queue }),
      DeadLetterQueue: queueArn({ ...at, name: localNames.deadLetters }),
      Table: tableArn({ ...at, table: localNames.table }),
    },
  };
}

function documentsOf(all: Resources, role: string): PolicyDocument[] {
  const policies = all[role]?.Properties.Policies as { PolicyDocument: PolicyDocument }[] | undefined;
  if (!policies) throw new Error(`there is no role ${role}`);
  return policies.map(({ PolicyDocument }) => PolicyDocument);
}

/** A role of the template, everything in it resolved. */
export function roleFrom(all: Resources, id: string, place: Place): RoleDefinition {
  const policies = resolved(documentsOf(all, id), all, place);
  const boundary = resolved(all.Boundary?.Properties.PolicyDocument as PolicyDocument, all, place);
  return { name: id, account: place.account, policies, boundary };
}

/** As whom people speak to a deployed stack. */
export const operatorRole = 'OperatorRole';

/** The resources of serverless.yml as the plugin would finish them for this policy. */
function finished(policy: CompiledPolicy, world: World): Resources {
  const template = { Resources: resources() };
  confineParameters(template, policy, publishedMark);
  placeRegions(template, regionsOf(policy, world.homeRegion), world.homeRegion, regionMarks);
  allowTopics(template.Resources as never, policy);
  return template.Resources;
}

/** By all that they depend on, in which few worlds differ. */
const known = new Map<string, Roles>();

/** The role of each function. */
export function rolesFor(policy: CompiledPolicy, world: World): Roles {
  const { account, homeRegion } = world;
  const told = policy.policies.map(({ publish, notify }) => ({ publish, notify }));
  const key = JSON.stringify([account, homeRegion, regionsOf(policy, homeRegion), told]);
  const roles = known.get(key) ?? functionRoles(policy, world);
  known.set(key, roles);
  return roles;
}

function functionRoles(policy: CompiledPolicy, world: World): Roles {
  const all = finished(policy, world);
  const place = placeIn(world);
  return Object.fromEntries(Object.entries(roleOf).map(([name, id]) => [name, roleFrom(all, id, place)]));
}

export const operatorFor = (policy: CompiledPolicy, world: World): RoleDefinition =>
  roleFrom(finished(policy, world), operatorRole, placeIn(world));
