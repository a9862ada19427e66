import { isAccountId } from '../../shared/model/ids.ts';
import { minute } from '../../shared/model/time.ts';
import { roleId, sessionArn, startSession } from '../iam/sessions.ts';
import { AwsError, type Call, type Service } from '../kernel/service.ts';

/** The role of whoever has none of their own. */
export const administrator = 'administrator';

/** Whoever calls is an administrator of the account that the access key names, or whom a role was given to. */
function getCallerIdentity(_input: object, { account, session, principal }: Call): unknown {
  if (session) {
    const { role, name } = session;
    return { UserId: `${roleId({ account, role })}:${name}`, Account: account, Arn: sessionArn(session) };
  }
  const Arn = principal?.arn ?? `arn:aws:sts::${account}:assumed-role/${administrator}/embedded-aws`;
  return { UserId: 'AROAEMBEDDEDAWS00001:embedded-aws', Account: account, Arn };
}

interface AssumeRoleInput {
  readonly RoleArn?: string;
  readonly RoleSessionName?: string;
  readonly DurationSeconds?: number;
  readonly ExternalId?: string;
}

const understood = new Set(['RoleArn', 'RoleSessionName', 'DurationSeconds', 'ExternalId']);
const rolePattern = /^arn:aws[a-z-]*:iam::(\d{12}):role\/(?:[\w+=,.@-]+\/)*([\w+=,.@-]{1,64})$/;
const shortest = 900;
const longest = 43_200;
const usual = 3_600;

const invalid = (message: string): AwsError => new AwsError('ValidationError', message);

function checked(input: AssumeRoleInput): { account: string; role: string; name: string; seconds: number } {
  const { RoleArn = '', RoleSessionName: name = '', DurationSeconds: seconds = usual } = input;
  const [, account = '', role = ''] = rolePattern.exec(RoleArn) ?? [];
  if (!isAccountId(account)) throw invalid(`${RoleArn} is invalid`);
  if (!/^[\w+=,.@-]{2,64}$/.test(name)) throw invalid(`Value '${name}' at 'roleSessionName' is invalid`);
  if (seconds < shortest || seconds > longest)
    throw invalid(`Value '${seconds}' at 'durationSeconds' must be between ${shortest} and ${longest}`);
  const strange = Object.keys(input).find((parameter) => !understood.has(parameter));
  if (strange) throw invalid(`${strange} is not built: a session here has everything that its role has`);
  return { account, role, name, seconds };
}

/** Roles are there by being named, as keys are, and trust everybody in this world. */
function assumeRole(input: AssumeRoleInput, { world }: Call): unknown {
  const { seconds, ...who } = checked(input);
  const until = world.timeline.now() + (seconds / 60) * minute;
  const session = startSession(world, { ...who, until });
  return {
    Credentials: {
      AccessKeyId: session.accessKey,
      SecretAccessKey: world.random.uuid(),
      SessionToken: world.random.uuid(),
      Expiration: new Date(until),
    },
    AssumedRoleUser: { AssumedRoleId: `${roleId(session)}:${session.name}`, Arn: sessionArn(session) },
  };
}

export const stsService: Service = {
  name: 'sts',
  operations: { GetCallerIdentity: getCallerIdentity, AssumeRole: assumeRole },
  sections: { GetCallerIdentity: '1.1', AssumeRole: '1.6' },
};
