import { expect, test } from 'vitest';
import { checkPlanFile, planDocument, readPlanFile } from '../../cli/plan-file.ts';
import type { Survey } from '../../cli/survey.ts';
import { actionId } from '../../shared/model/action-id.ts';
import { known } from '../../shared/model/evidence.ts';
import { keyOf } from '../../shared/model/image.ts';
import type { Inventory } from '../../shared/model/inventory.ts';
import type { SharePolicy } from '../../shared/model/policy.ts';
import type { StorageGrant } from '../../shared/model/storage.ts';
import { decide } from '../../shared/rules/decide.ts';
import { compiled, home, image, inventory, marked, now, policy, readings, records, shareWith } from '../rules/make.ts';

const [wanted, dropped] = ['222233334444', '333344445555'];
const keys = ['k1', 'k2'].map((id) => `arn:aws:kms:us-east-1:111122223333:key/${id}`);
const shares: Partial<SharePolicy> = { snapshots: true, kms: 'grant' };

/** Snapshots and keys that `dropped` still has, and `wanted` lacks. */
function world(more: Partial<Inventory> = {}, encrypted = true, given: readonly StorageGrant[] = surplus()) {
  const root = marked(image(1, { encrypted, kmsKeyIds: encrypted ? keys : [], snapshots: ['snap-1'] }));
  const access = (arn: string) => ({
    arn,
    manager: 'customer' as const,
    enabled: true,
    policy: '{"Statement":[]}',
    grants: [],
  });
  const snapshots = known(given.filter(({ on }) => on.startsWith('snap-')));
  const reading = {
    keys: (encrypted ? keys : []).map((key) => ({ key, access: known(access(key)) })),
    given,
    snapshots,
  };
  return inventory([root], {
    grants: { [keyOf(root)]: known([]) },
    storage: { [keyOf(root)]: reading },
    records: records({}),
    ...more,
  });
}

const surplus = (): StorageGrant[] => ['snap-1', ...keys].map((on) => ({ on, account: dropped }));
const golden = (...principals: string[]) => policy({ share: { ...shareWith(...principals), ...shares } });
const rules = compiled(golden(`account:${wanted}`));

const survey = (seen: Inventory, plan = decide(seen, rules, now)): Survey => ({
  now,
  inventory: seen,
  plan,
  header: {
    world: 'local',
    account: '111122223333',
    regions: [home],
    policyHash: rules.hash,
    policyFile: 'p',
    time: now,
    degraded: {},
  },
});
const saved = (seen: Inventory) => readPlanFile(JSON.stringify(planDocument(survey(seen))), 'p.json');

test('each action of a plan has an id of its own, whatever is shared and taken back on one image', () => {
  const showing = { ...golden('account:444455556666', 'everyone'), name: 'showing', mode: 'plan' as const };
  const both = compiled(golden('account:222233334444', 'everyone'), showing);
  for (const [rulesOf, seen] of [
    [rules, world()],
    [both, world({}, false, surplus().slice(0, 1))],
  ] as const) {
    const ids = decide(seen, rulesOf, now).actions.map(actionId);
    expect(ids.length).toBeGreaterThan(3);
    expect(new Set(ids).size).toBe(ids.length);
  }
});

test('a plan to give does not cover that something is taken back later', () => {
  const file = saved(world({}, true, []));
  const later = decide(world(), rules, now).actions.filter((action) => 'remove' in action && action.remove.length > 0);
  expect(later.map(({ kind }) => kind)).toEqual(['grant-key', 'grant-key', 'share-snapshots']);
  const listed = new Set(file.actions.map(({ id }) => id));
  expect(later.filter((action) => listed.has(actionId(action)))).toEqual([]);
});

test('that an image is used meanwhile moves no plan that only gives, and one that takes', () => {
  const used = { ...readings([home])[0], uses: known([{ image: keyOf(image(1)), by: 'i-1 (running)' }]) };
  const inUse = world({ usage: [used as Inventory['usage'][number]] });
  const moved = checkPlanFile(saved(world()), survey(inUse), { halted: false });
  expect(moved.map(({ what }) => what.split(' ').at(-1))).toEqual(['back', 'back', 'back']);
});
