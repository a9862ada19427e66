import type { AccountId, Region } from '../../shared/model/ids.ts';
import { matchesPattern } from '../../shared/rules/select.ts';

interface Place {
  readonly home: Region;
  readonly account: AccountId;
  readonly partition?: string;
}

interface Statement {
  readonly Effect?: unknown;
  readonly Principal?: unknown;
  readonly Action?: unknown;
  readonly Condition?: unknown;
}

const use = ['kms:Decrypt', 'kms:GenerateDataKey'];
const context = 'kms:EncryptionContext:aws:logs:arn';

/**
 * What the policy of a key for the stack has to say: who uses it in a name of their own, where no role of ours can help.
 * The first lets roles and whoever deploys be given rights by IAM; keys are made with it.
 */
export const neededStatements = ({ home, account, partition = 'aws' }: Place) =>
  [
    { Sid: 'RolesOfThisAccount', Principal: { AWS: `arn:${partition}:iam::${account}:root` }, Action: ['kms:*'] },
    { Sid: 'EventsIntoTheQueue', Principal: { Service: 'events.amazonaws.com' }, Action: use },
    { Sid: 'AlarmsToTheTopic', Principal: { Service: 'cloudwatch.amazonaws.com' }, Action: use },
    {
      Sid: 'LogsOfTheFunctions',
      Principal: { Service: `logs.${home}.amazonaws.com` },
      Action: ['kms:Decrypt', 'kms:DescribeKey', 'kms:Encrypt', 'kms:GenerateDataKey', 'kms:ReEncrypt*'],
      Condition: {
        ArnLike: { [context]: `arn:${partition}:logs:${home}:${account}:log-group:/aws/lambda/ami-steward-*` },
      },
    },
  ].map(({ Sid, Principal, Action, ...condition }) => ({
    Sid,
    Effect: 'Allow',
    Principal,
    Action,
    Resource: '*',
    ...condition,
  }));

export type Needed = ReturnType<typeof neededStatements>[number];

/** `undefined`: nobody can tell from here. */
type Answer = boolean | undefined;

/** Whether a key policy, as JSON text, allows what a statement would. What is not understood is unknown, never a yes. */
export function allows(policy: string, needed: Needed): 'yes' | 'no' | 'unknown' {
  try {
    const answer = answerOf(statementsOf(policy), needed);
    return answer === undefined ? 'unknown' : answer ? 'yes' : 'no';
  } catch {
    return 'unknown';
  }
}

function answerOf(statements: readonly Statement[], needed: Needed): Answer {
  const relevant = (effect: string) =>
    statements.flatMap((one) =>
      one.Effect === effect ? needed.Action.map((action) => covers(one, needed, action)) : [],
    );
  if (relevant('Deny').some((answer) => answer !== false)) return undefined;
  const each = needed.Action.map((action) =>
    statements.filter(({ Effect }) => Effect === 'Allow').map((one) => covers(one, needed, action)),
  );
  if (each.some((answers) => answers.every((answer) => answer === false))) return false;
  return each.every((answers) => answers.includes(true)) ? true : undefined;
}

/** @throws when the text is no policy */
const statementsOf = (policy: string): readonly Statement[] =>
  [(JSON.parse(policy) as { Statement?: unknown }).Statement].flat().map((one) => Object(one) as Statement);

function covers({ Principal, Action, Condition }: Statement, needed: Needed, action: string): Answer {
  if (Principal === undefined || Action === undefined) return undefined;
  const named = [Action].flat().some((one) => matchesPattern(String(one).toLowerCase(), action.toLowerCase()));
  if (!named || !names(Principal, needed.Principal)) return false;
  return Condition === undefined ? true : meets(Condition, needed);
}

function names(given: unknown, needed: Needed['Principal']): boolean {
  const [[kind, name] = []] = Object.entries(needed);
  const listed = given === '*' ? ['*'] : [(given as Record<string, unknown>)[kind ?? '']].flat();
  return listed.some((one) => one === '*' || one === name || (kind === 'AWS' && one === name?.split(':')[4]));
}

/** A condition on which log groups it is for can be judged, and no other. */
function meets(given: unknown, { Condition }: Needed): Answer {
  const [[operator, tests] = [], ...more] = Object.entries(Object(given) as Record<string, unknown>);
  const [[key, patterns] = [], ...others] = Object.entries(Object(tests) as Record<string, unknown>);
  const wanted = Condition?.ArnLike[context];
  const isKnown = more.length + others.length === 0 && key?.toLowerCase() === context.toLowerCase();
  if (!isKnown || wanted === undefined || !/^(?:Arn|String)(?:Like|Equals)$/.test(operator ?? '')) return undefined;
  return [patterns].flat().some((pattern) => matchesPattern(String(pattern), wanted.replace('*', 'prod-sweep')));
}
