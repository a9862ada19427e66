import { InputError } from '../../shared/model/errors.ts';
import type { AccountId } from '../../shared/model/ids.ts';
import type { Document } from './document.ts';
import { wrongShape } from './listings.ts';
import { failOn } from './problem.ts';
import { identityShape } from './shapes.ts';

/** What GetCallerIdentity answered. */
export const isIdentity = ({ data }: Document): boolean => data.Account !== undefined && data.Arn !== undefined;

/**
 * Says whose images are the own ones: what was given, else what GetCallerIdentity answered, anywhere in the inventory.
 *
 * @throws InputError when nothing says so, or not everything says the same
 */
export function accountOf(documents: readonly Document[], given: AccountId | undefined, dir: string): AccountId {
  const read = documents
    .filter(isIdentity)
    .map((document) => ({ document, parsed: identityShape.safeParse(document.data) }));
  const faults = read.flatMap(({ document, parsed }) =>
    parsed.success ? [] : parsed.error.issues.map((issue) => wrongShape(document, [], issue)),
  );
  failOn(faults, dir);
  const said = read.flatMap(({ document, parsed }) => (parsed.success ? [{ document, ...parsed.data }] : []));
  const account = given ?? said[0]?.Account;
  if (account === undefined)
    throw new InputError(
      'nothing says which account this is',
      dir,
      'run aws sts get-caller-identity > get-caller-identity.json in it, or give --account',
    );
  const against = given === undefined ? said[0]?.document.path : '--account';
  const conflicts = said.filter((one) => one.Account !== account);
  failOn(
    conflicts.map(({ document, Account }) => ({
      where: document.place(['Account']),
      what: `it says account ${Account}, and ${against} says ${account}`,
      next: 'keep one account in an inventory',
    })),
    dir,
  );
  return account;
}
