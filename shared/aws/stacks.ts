import {
  type CloudFormationClient,
  type Stack as Described,
  paginateDescribeStacks,
} from '@aws-sdk/client-cloudformation';
import { isPortError } from '../model/errors.ts';
import type { Stack, Stacks } from '../ports/stacks.ts';

/** How CloudFormation says that there is no such stack: by an error that it has for other things as well. */
const isMissing = (error: unknown): boolean =>
  isPortError(error) && error.code === 'ValidationError' && /does not exist/.test(error.message);

export class AwsStacks implements Stacks {
  readonly #client: CloudFormationClient;

  constructor(client: CloudFormationClient) {
    this.#client = client;
  }

  async find(name: string): Promise<Stack | undefined> {
    try {
      for await (const { Stacks = [] } of paginateDescribeStacks({ client: this.#client }, { StackName: name }))
        for (const stack of Stacks) return stackOf(name, stack);
      return undefined;
    } catch (error) {
      if (isMissing(error)) return undefined;
      throw error;
    }
  }
}

const stackOf = (name: string, { StackStatus, StackStatusReason, Outputs = [], Tags = [] }: Described): Stack => ({
  name,
  status: StackStatus ?? 'unknown',
  ...(StackStatusReason !== undefined && { reason: StackStatusReason }),
  outputs: Object.fromEntries(Outputs.map(({ OutputKey = '', OutputValue = '' }) => [OutputKey, OutputValue])),
  tags: Object.fromEntries(Tags.map(({ Key = '', Value = '' }) => [Key, Value])),
});
