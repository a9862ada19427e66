import type { AccountId } from '../../shared/model/ids.ts';
import type { World } from '../kernel/service.ts';
import { wildcard } from './wildcard.ts';

type Some = string | readonly string[];

interface KeyStatement {
  readonly Effect?: string;
  readonly Principal?: '*' | { readonly AWS?: Some };
  readonly Action?: Some;
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, Some>>>>;
}

/** Who asks a key for something: EC2 in the name of an account. */
export interface Asking {
  readonly world: Pick<World, 'state'>;
  readonly account: AccountId;
  readonly region: string;
}

const listOf = (some: Some | undefined): readonly string[] => (some === undefined ? [] : [some].flat());

function isAbout({ Principal: principal }: KeyStatement, account: AccountId): boolean {
  const named = principal === '*' ? ['*'] : listOf(principal?.AWS);
  return named.some((one) => one === '*' || one === account || one === `arn:aws:iam::${account}:root`);
}

/** Organizations and units that the account is in, by the ids in the ARNs of both. */
function placesOf({ world, account }: Asking): readonly string[] {
  const rows = world.state.table<{ readonly accounts: readonly AccountId[] }>('organization-members').entries();
  return [...rows].filter(([, { accounts }]) => accounts.includes(account)).map(([arn]) => arn.split(':').at(-1) ?? '');
}

/** `organization/o-1` and `ou/o-1/ou-2` are both in `o-1`. */
const organizationsOf = (asking: Asking): string[] => placesOf(asking).flatMap((place) => place.split('/')[1] ?? []);

/** A path says where in its tree a unit is; here it is known only by its own id. */
const pathsOf = (asking: Asking): string[] =>
  placesOf(asking).map((place) =>
    place
      .replace(/^(?:organization|ou)\//, '')
      .replace('/', '/*/')
      .concat('/'),
  );

const samePath = (wanted: string, have: string): boolean => {
  const [organization, ...units] = wanted.split('/').filter((part) => part !== '' && part !== '*');
  return have.startsWith(`${organization}/`) && units.slice(1).every((unit) => have.includes(`/${unit}/`));
};

type Test = (wanted: string, asking: Asking) => boolean;

const anyLike =
  (valuesOf: (asking: Asking) => readonly string[]): Test =>
  (wanted, asking) =>
    valuesOf(asking).some((value) => wildcard(wanted)(value));

/** Keys of conditions that this world can answer; any other is taken not to hold. */
const tests: Readonly<Record<string, Test>> = {
  'aws:PrincipalOrgID': anyLike(organizationsOf),
  'aws:PrincipalOrgPaths': (wanted, asking) => pathsOf(asking).some((path) => samePath(wanted, path)),
  'aws:PrincipalAccount': anyLike(({ account }) => [account]),
  'kms:CallerAccount': anyLike(({ account }) => [account]),
  'kms:ViaService': anyLike(({ region }) => [`ec2.${region}.amazonaws.com`]),
  'kms:GrantIsForAWSResource': anyLike(() => ['true']),
};

const operators = /^(?:ForAnyValue:)?(?:StringEquals|StringLike|Bool)$/;

const holds = ({ Condition = {} }: KeyStatement, asking: Asking): boolean =>
  Object.entries(Condition).every(
    ([operator, keys]) =>
      operators.test(operator) &&
      Object.entries(keys).every(([key, wanted]) =>
        listOf(wanted).some((value) => (Object.hasOwn(tests, key) ? tests[key]?.(value, asking) : false)),
      ),
  );

const names = ({ Action }: KeyStatement, action: string): boolean =>
  listOf(Action).some((pattern) => wildcard(pattern.toLowerCase())(action.toLowerCase()));

function statementsOf(policy: string): readonly KeyStatement[] {
  const { Statement = [] } = JSON.parse(policy) as { Statement?: KeyStatement | readonly KeyStatement[] };
  return [Statement].flat() as readonly KeyStatement[];
}

/** Whether a key's policy lets an account do this. A denial counts even where its condition cannot be judged. */
export function policyAdmits(policy: string, action: string, asking: Asking): boolean {
  const about = statementsOf(policy).filter(
    (statement) => isAbout(statement, asking.account) && names(statement, action),
  );
  const denied = about.some((statement) => statement.Effect === 'Deny');
  return !denied && about.some((statement) => statement.Effect === 'Allow' && holds(statement, asking));
}
