import {
  type EvaluationResult,
  GetRoleCommand,
  type IAMClient,
  paginateSimulatePrincipalPolicy,
} from '@aws-sdk/client-iam';
import { PortError } from '../model/errors.ts';
import type { Region } from '../model/ids.ts';
import type { Question, Rights, Verdict } from '../ports/rights.ts';

export class AwsRights implements Rights {
  readonly #client: IAMClient;
  readonly #home: Region;

  constructor(client: IAMClient, home: Region) {
    this.#client = client;
    this.#home = home;
  }

  async roleArn(RoleName: string): Promise<string> {
    const arn = (await this.#client.send(new GetRoleCommand({ RoleName }))).Role?.Arn;
    if (arn !== undefined) return arn;
    const at = { operation: 'GetRole', region: this.#home, code: 'UnexpectedAnswer' };
    throw new PortError('unexpected', at, `no ARN of ${RoleName}`);
  }

  async ask(PolicySourceArn: string, { actions, resources, context }: Question): Promise<readonly Verdict[]> {
    const ContextEntries = Object.entries(context).map(([ContextKeyName, value]) => ({
      ContextKeyName,
      ContextKeyValues: [value],
      ContextKeyType: 'string' as const,
    }));
    const input = {
      PolicySourceArn,
      ActionNames: [...actions],
      ResourceArns: [...resources],
      ...(ContextEntries.length > 0 && { ContextEntries }),
    };
    const verdicts: Verdict[] = [];
    for await (const { EvaluationResults = [] } of paginateSimulatePrincipalPolicy({ client: this.#client }, input))
      verdicts.push(...EvaluationResults.flatMap((result) => verdictsOf(result, resources)));
    return verdicts;
  }
}

/** One result stands for all resources of the question, and says of each by itself where it was asked about several. */
function verdictsOf(result: EvaluationResult, resources: readonly string[]): Verdict[] {
  const { EvalActionName: action = '', EvalDecision, MissingContextValues, ResourceSpecificResults = [] } = result;
  if (ResourceSpecificResults.length === 0)
    return resources.map((resource) => verdict(action, resource, EvalDecision, MissingContextValues));
  return ResourceSpecificResults.map((one) =>
    verdict(action, one.EvalResourceName ?? '', one.EvalResourceDecision, one.MissingContextValues),
  );
}

/** A denial that is written down holds whatever the keys say; one for want of a permission may hang on them. */
function verdict(action: string, resource: string, decision = '', missing: readonly string[] = []): Verdict {
  const isOpen = decision === 'implicitDeny' && missing.length > 0;
  return {
    action,
    resource,
    decision: decision === 'allowed' ? 'allowed' : isOpen ? 'undecided' : 'denied',
    missing: isOpen ? missing : [],
  };
}
