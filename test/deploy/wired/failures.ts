import type { LambdaFunction } from '../../../local/runtime.ts';
import { enqueue } from '../../../local/services/queues.ts';
import { allowing, ofType, type Template } from '../packaged.ts';
import type { Ground } from './deployment.ts';
import type { Names } from './intrinsics.ts';

interface Destinations {
  readonly FunctionName: unknown;
  readonly MaximumRetryAttempts?: number;
  readonly DestinationConfig?: { readonly OnFailure?: { readonly Destination?: unknown } };
}

/** What Lambda does with runs that nobody waits for: it tries again as often as it is told, and puts aside what fails. */
export function puttingAside(
  stack: Template,
  names: Names,
  ground: Ground,
  id: string,
  run: LambdaFunction,
): LambdaFunction {
  const configured = ofType(stack, 'AWS::Lambda::EventInvokeConfig')
    .map(([, { Properties }]) => names.resolve(Properties) as unknown as Destinations)
    .find(({ FunctionName }) => names.find(FunctionName) === id);
  if (!configured) return run;
  const { MaximumRetryAttempts: again = 2, DestinationConfig } = configured;
  return async (event, context) => {
    for (let attempt = 0; ; attempt += 1)
      try {
        return await run(event, context);
      } catch (error) {
        if (attempt < again) continue;
        const body = JSON.stringify({ requestContext: { functionArn: names.arn(id) }, error: String(error) });
        setAside(stack, names, ground, { user: id, queue: DestinationConfig?.OnFailure?.Destination, body });
        return undefined;
      }
  };
}

interface Aside {
  /** Whose role sends. */
  readonly user: string;
  readonly queue: unknown;
  readonly body: string;
}

/** In the name of whoever failed; where its role may not, or there is no queue, it is lost. */
export function setAside(stack: Template, names: Names, { aws, front }: Ground, { user, queue, body }: Aside): void {
  const role = names.find(names.roleOf(user)) ?? '';
  const may = allowing(stack, role, 'sqs:SendMessage').some(({ Resource }) => names.resolve(Resource) === queue);
  if (!may || typeof queue !== 'string' || names.find(queue) === undefined) return;
  front.calls.push({ key: user, action: 'sqs:SendMessage' });
  enqueue(aws, { queue, body });
}
