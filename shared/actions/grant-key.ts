import { type ImageKey, imageRef } from '../model/ids.ts';
import { accountOf } from '../model/policy.ts';
import { grantName, isKey } from '../model/storage.ts';
import type { ActionDefinition, Workbench } from './action.ts';
import { give, onStorage } from './giving.ts';

const nameOf = (image: ImageKey, account: string): string => grantName(imageRef(image).id, account);

/** Grants on the keys under an image for the accounts that it is shared with. */
export const grantKey: ActionDefinition<'grant-key'> = {
  kind: 'grant-key',
  permissions: ['kms:CreateGrant', 'kms:RevokeGrant', 'kms:ListGrants'],
  destructive: false,
  role: () => 'on-image-event',
  apply: (action, bench) =>
    give(action, { add: onStorage(action.add), remove: onStorage(action.remove) }, bench, async () => {
      for (const { on, account } of action.remove) await bench.keys.endGrant(on, nameOf(action.image, account));
      for (const { on, account } of action.add) await bench.keys.grant(on, account, nameOf(action.image, account));
    }),
};

/** The end of an image is the end of its grants; they would serve nobody and count against the key's quota. */
export async function endGrants(
  image: ImageKey,
  policy: string,
  { ledger, keys, clock }: Pick<Workbench, 'ledger' | 'keys' | 'clock'>,
): Promise<void> {
  for (const { principal, on, given } of await ledger.grants(image)) {
    const account = accountOf(principal);
    if (!given || on === undefined || account === undefined || !isKey(on)) continue;
    await keys.endGrant(on, nameOf(image, account));
    await ledger.saveGrant(image, { principal, on, given: false, at: clock.now(), policy });
  }
}
