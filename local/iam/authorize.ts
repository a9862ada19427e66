import { AwsError, type Call, type Service } from '../kernel/service.ts';
import type { Access } from './access.ts';
import { ec2Accesses } from './ec2-access.ts';
import type { Principal } from './principal.ts';
import { serviceAccesses } from './service-access.ts';
import { isKnownAction, suppliedKeys } from './supplied-keys.ts';

type ServiceName = Service['name'] | 'dynamodb';

/** What each service calls a refusal. */
const refusals: Readonly<Record<ServiceName, readonly [code: string, status: number]>> = {
  autoscaling: ['AccessDenied', 403],
  dynamodb: ['AccessDeniedException', 400],
  ec2: ['UnauthorizedOperation', 403],
  events: ['AccessDeniedException', 400],
  kms: ['AccessDeniedException', 400],
  iam: ['AccessDenied', 403],
  rbin: ['AccessDeniedException', 403],
  servicequotas: ['AccessDeniedException', 400],
  sns: ['AuthorizationError', 403],
  sqs: ['AccessDeniedException', 400],
  ssm: ['AccessDeniedException', 400],
  sts: ['AccessDenied', 403],
};

function refusal(service: ServiceName, { arn }: Principal, what: string): AwsError {
  const [code, status] = refusals[service];
  return new AwsError(code, `${arn} may not ${what}`, status);
}

const isListing = (action: string): boolean => suppliedKeys[action]?.['*']?.length === 0;

function accessesOf(service: ServiceName, action: string, input: object, call: Call): readonly Access[] {
  if (isListing(action) && action !== 'ec2:DescribeImageReferences')
    return [{ action, type: '*', resource: '*', region: call.region }];
  if (service === 'ec2') return ec2Accesses(action, input, call);
  return serviceAccesses[service]?.(action, input, call) ?? [];
}

/** Nobody needs permission to ask who they are. */
const isFree = (action: string): boolean => action === 'sts:GetCallerIdentity';

/**
 * Lets a call of somebody with policies pass only when they allow all that it touches. Whoever has none is an
 * administrator. What the embedded AWS has no table of is refused, since nobody could tell what it touches.
 */
export function authorize(service: ServiceName, operation: string, input: object, call: Call): void {
  const { principal } = call;
  const action = `${service}:${operation}`;
  if (!principal || isFree(action)) return;
  if (!isKnownAction(action.replace(/Batch$/, '')))
    throw refusal(service, principal, `${action}: the embedded AWS does not know what it is authorised on`);
  demand(service, principal, accessesOf(service, action, input, call));
}

/** @throws AwsError as the service does, for the first thing that is not allowed */
export function demand(service: ServiceName, principal: Principal | undefined, accesses: readonly Access[]): void {
  const refused = principal && accesses.find((access) => !principal.may(access));
  if (refused) throw refusal(service, principal, `${refused.action} on ${refused.resource}`);
}

/** For what an operation does on the way, which fails by itself without failing the whole. */
export const permits = ({ principal }: Pick<Call, 'principal'>, accesses: readonly Access[]): boolean =>
  !principal || accesses.every((access) => principal.may(access));
