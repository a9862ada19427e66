import { type AccountId, isAccountId, type Region } from '../../shared/model/ids.ts';
import type { Principal } from '../iam/principal.ts';
import type { Principals } from '../iam/principals.ts';
import { isSessionKey, type Session } from '../iam/sessions.ts';
import { AwsError, type Call } from '../kernel/service.ts';
import { jsonProtocol } from './json.ts';
import { awsQuery, ec2Query } from './query-protocols.ts';
import * as rbin from './rbin-schemas.ts';
import { restJson } from './rest-json.ts';
import { operationSchema, queryErrorCode } from './schema.ts';
import { protocolGuessed } from './strangers.ts';
import type { Protocol, ServiceName, WireRequest, WireResponse } from './types.ts';

/** What the wire needs of the world behind it. */
export interface WireTarget {
  readonly regions: readonly Region[];
  readonly account: AccountId;
  readonly principals: Principals;
  /** What AssumeRole gave somebody this access key for, unless it is over. */
  session(accessKey: string): Session | undefined;
  /** Of the next request. */
  requestId(): () => string;
  call(service: ServiceName, operation: string, input: unknown, caller: Caller): unknown;
}

export type Caller = Omit<Call, 'world'>;

const protocols: Record<ServiceName, Protocol> = {
  ec2: ec2Query,
  sts: awsQuery('https://sts.amazonaws.com/doc/2011-06-15/'),
  ssm: jsonProtocol('1.1'),
  events: jsonProtocol('1.1'),
  sqs: jsonProtocol('1.0'),
  kms: jsonProtocol('1.1'),
  sns: awsQuery('http://sns.amazonaws.com/doc/2010-03-31/'),
  autoscaling: awsQuery('http://autoscaling.amazonaws.com/doc/2011-01-01/'),
  rbin: restJson(rbin),
  iam: awsQuery('https://iam.amazonaws.com/doc/2010-05-08/'),
  servicequotas: jsonProtocol('1.1'),
};

export const protocolOf = (service: ServiceName): Protocol => protocols[service];

const isBuilt = (name: string): name is ServiceName => Object.hasOwn(protocols, name);

interface Identity {
  readonly service: ServiceName;
  readonly region: Region;
  readonly account: AccountId;
  readonly principal?: Principal;
  readonly session?: Session;
}

/** How each family of services says that temporary credentials are over or were never given out. */
function notValid(service: ServiceName): AwsError {
  if (service === 'ec2') return new AwsError('RequestExpired', 'Request has expired.');
  const message = 'The security token included in the request is expired';
  return protocols[service].carriesEmptyLists
    ? new AwsError('ExpiredTokenException', message)
    : new AwsError('ExpiredToken', message, 403);
}

interface Scope {
  readonly accessKey: string;
  readonly region: string;
  readonly service: string;
}

/** Reads `Credential=AKID/date/region/service/aws4_request` of the Authorization header; the signature is not verified. */
function scopeOf(request: WireRequest): Scope | undefined {
  const header = request.headers.authorization ?? '';
  const found = /Credential=([^/,\s]+)\/\d{8}\/([^/,\s]+)\/([^/,\s]+)\/aws4_request/.exec(header);
  const [, accessKey, region, service] = found ?? [];
  return accessKey && region && service ? { accessKey, region, service } : undefined;
}

/**
 * @throws AwsError when there is none, or its Region or service is not there
 */
function identify(request: WireRequest, target: WireTarget): Identity {
  const scope = scopeOf(request);
  if (!scope) throw new AwsError('MissingAuthenticationToken', 'Request is missing Authentication Token', 403);
  const { accessKey, region, service } = scope;
  if (!isBuilt(service)) {
    const { code } = protocolGuessed(request, service).unknown(service);
    throw new AwsError(code, `The service ${service} is not built into the embedded AWS.`);
  }
  if (service !== 'iam' && !target.regions.includes(region)) {
    throw new AwsError('AuthFailure', 'AWS was not able to validate the provided access credentials', 401);
  }
  const principal = target.principals.find(accessKey);
  if (principal) return { service, region, account: principal.account, principal };
  if (isSessionKey(accessKey)) {
    const session = target.session(accessKey);
    if (!session) throw notValid(service);
    return { service, region, account: session.account, session };
  }
  return { service, region, account: isAccountId(accessKey) ? accessKey : target.account };
}

async function run(request: WireRequest, target: WireTarget, who: Identity, requestId: string): Promise<WireResponse> {
  const protocol = protocols[who.service];
  const action = protocol.action(request);
  if (action === undefined) throw new AwsError('MissingAction', 'The request names no operation.');
  const operation = await operationSchema(who.service, action);
  if (!operation) throw protocol.unknown(action);
  const input = protocol.read(operation.input, request);
  const { service, ...caller } = who;
  const output = target.call(service, action, input, { ...caller, requestId: () => requestId });
  return protocol.write(operation, output, requestId);
}

/**
 * One request, one answer. Service and Region come from the signature's scope, the account from a 12-digit access key or
 * from whoever the key was given to.
 * @throws whatever is no AwsError: an injected crash, a lost answer or a mistake of ours
 */
export async function answer(request: WireRequest, target: WireTarget): Promise<WireResponse> {
  const requestId = target.requestId()();
  let who: Identity | undefined;
  try {
    who = identify(request, target);
    return await run(request, target, who, requestId);
  } catch (error) {
    if (!(error instanceof AwsError)) throw error;
    const queryMode = who && request.headers['x-amzn-query-mode'];
    const queryError = who && queryMode ? await queryErrorCode(who.service, error.code) : undefined;
    return (who ? protocols[who.service] : protocolGuessed(request, scopeOf(request)?.service)).fail(
      error,
      requestId,
      queryError,
    );
  }
}
