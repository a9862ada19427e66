import { InputError } from '../../shared/model/errors.ts';
import { type AccountId, isAccountId } from '../../shared/model/ids.ts';
import type { Document } from './document.ts';
import { wrongShape } from './listings.ts';
import type { Problem } from './problem.ts';
import { identityShape } from './shapes.ts';

const isIdentity = ({ data }: Document): boolean => data.Account !== undefined && data.Arn !== undefined;

/** Says whose images are the own ones: what GetCallerIdentity answered, anywhere in the inventory, or what was given. */
export function accountOf(
  documents: readonly Document[],
  given: string | undefined,
  dir: string,
): AccountId | Problem[] {
  const read = documents
    .filter(isIdentity)
    .map((document) => ({ document, parsed: identityShape.safeParse(document.data) }));
  const problems = read.flatMap(({ document, parsed }) =>
    parsed.success ? [] : parsed.error.issues.map((issue) => wrongShape(document, [], issue)),
  );
  if (given !== undefined && !isAccountId(given))
    throw new InputError(
      `${given} is no account id`,
      '--account',
      'give twelve digits, in quotes where a shell may take them for a number',
    );
  const said = read.flatMap(({ document, parsed }) =>
    parsed.success ? [{ document, account: parsed.data.Account }] : [],
  );
  const account = given ?? said[0]?.account;
  const other = said.find((one) => one.account !== account);
  if (problems.length > 0) return problems;
  if (account === undefined)
    throw new InputError(
      'nothing says which account this is',
      dir,
      'run aws sts get-caller-identity > get-caller-identity.json in it, or give --account',
    );
  if (other === undefined) return account;
  const against = given === undefined ? said[0]?.document.path : '--account';
  return [
    {
      where: other.document.place(['Account']),
      what: `it says account ${other.account}, and ${against} says ${account}`,
      next: 'keep one account in an inventory',
    },
  ];
}
