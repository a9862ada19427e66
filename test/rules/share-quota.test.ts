import { expect, test } from 'vitest';
import { known } from '../../shared/model/evidence.ts';
import { keyOf } from '../../shared/model/image.ts';
import type { Plan } from '../../shared/model/plan.ts';
import type { Policy, Principal } from '../../shared/model/policy.ts';
import { decide } from '../../shared/rules/decide.ts';
import { compiled, image, inventory, marked, now, policy } from './make.ts';

const root = marked(image(1));

const accounts = (count: number, from = 0): Principal[] =>
  Array.from({ length: count }, (_none, index) => `account:${100_000_000_000 + from + index}`);

function planFor(wanted: readonly Principal[], present: readonly Principal[], more: Partial<Policy> = {}): Plan {
  const share = {
    with: wanted.map((principal) => ({ principal })),
    exact: false,
    snapshots: false,
    kms: 'off',
  } as const;
  const seen = inventory([root], { grants: { [keyOf(root)]: known(present) } });
  return decide(seen, compiled(policy({ share, ...more })), now);
}

const added = ({ actions }: Plan) => actions.flatMap((action) => (action.kind === 'share-image' ? action.add : []));
const beyond = ({ verdicts }: Plan) =>
  verdicts.flatMap(({ reasons }) => reasons).find(({ code }) => code === 'share-beyond-quota')?.data;

const raised = { overrides: [{ rule: 'share/too-many', reason: 'AWS allows 5,000 here' }] };
const other = { overrides: [{ rule: 'retain/min-age', reason: 'rebuilt every night' }] };

test.each<[string, Principal[], Principal[], Partial<Policy>, boolean]>([
  ['as many as EC2 allows', accounts(600), accounts(400, 600), {}, true],
  ['one more', accounts(600), accounts(401, 600), {}, false],
  ['one more, of whom some have it already', accounts(1_000), accounts(601, 400), {}, false],
  ['some of whom have it already', accounts(1_000), accounts(600, 400), {}, true],
  ['one more, where its policy knows of a higher quota', accounts(600), accounts(401, 600), raised, true],
  ['one more, where its policy overrides another rule', accounts(600), accounts(401, 600), other, false],
])('F32 %s: nobody gets it unless everybody can', (_name, wanted, present, more, given) => {
  const plan = planFor(wanted, present, more);
  expect(added(plan)).toHaveLength(given ? wanted.filter((one) => !present.includes(one)).length : 0);
  expect(beyond(plan)).toEqual(given ? undefined : { count: 1_001, limit: 1_000 });
});

test('F32 what is there already is no more, however much it is', () => {
  expect(beyond(planFor([], accounts(1_001)))).toBeUndefined();
});

test('F32 everyone is no entity and waits for nobody', () => {
  const plan = planFor([...accounts(1_001), 'everyone'], []);
  expect([added(plan), beyond(plan)]).toEqual([['everyone'], { count: 1_001, limit: 1_000 }]);
});
