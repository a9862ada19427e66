import { expect, test } from 'vitest';
import { movedAfterApproval, planDocument, readPlanFile } from '../../cli/plan-file.ts';
import type { Survey } from '../../cli/survey.ts';
import { known } from '../../shared/model/evidence.ts';
import { keyOf } from '../../shared/model/image.ts';
import { minute } from '../../shared/model/time.ts';
import { decide } from '../../shared/rules/decide.ts';
import { account, compiled, home, image, inventory, marked, now, policy, records, shareWith } from '../rules/make.ts';

const [kept, one, other] = ['account:1', 'account:2', 'account:3'] as const;
const root = marked(image(1));
const rules = compiled(policy({ share: shareWith(kept) }));

/** An image that we shared with these, of whom only the first is still wanted. */
function survey(given: readonly string[], at = now): Survey {
  const key = keyOf(root);
  const seen = inventory([root], { grants: { [key]: known(given) }, records: records({ granted: { [key]: given } }) });
  const header = { world: 'local', account, regions: [home], policyFile: 'p.yml', degraded: {} } as const;
  const plan = decide(seen, rules, at);
  return { now: at, inventory: seen, plan, header: { ...header, policyHash: rules.hash, time: at } };
}

test('what a person approved beside halted steps is compared again at the second look', () => {
  const file = readPlanFile(JSON.stringify(planDocument(survey([kept, one]))), 'p.json');
  expect(file.actions.map(({ id }) => id)).toEqual([`share-image ${keyOf(root)} back`]);
  expect(movedAfterApproval(file, survey([kept, one], now + minute))).toEqual([]);
  expect(
    movedAfterApproval(file, survey([kept, one, other], now + minute)).map(({ what, how }) => [what, how]),
  ).toEqual([[`share-image ${keyOf(root)} back`, 'changed: action, launch permissions, reasons']]);
});
