import type { Pluggable } from '@smithy/types';
import type { ClientOptions } from '../../shared/aws/clients.ts';
import { FakeClock, testOptions, testRetry } from './support.ts';

export interface SeenCall {
  readonly operation: string;
  readonly region: string;
  readonly input: Record<string, unknown>;
}

/** What an operation answers to its nth call, counted from 0; to throw is to fail. */
export type Answer = (input: Record<string, unknown>, nth: number, region: string) => object;

/** A service that answers from a table and remembers what it was asked. */
export class Stub {
  readonly seen: SeenCall[] = [];
  readonly clock = new FakeClock();
  readonly options: ClientOptions;
  readonly #answers: Readonly<Record<string, Answer>>;

  constructor(answers: Readonly<Record<string, Answer>>) {
    this.#answers = answers;
    this.options = testOptions({ retry: testRetry(this.clock), plugin: (region) => this.#plugin(region) });
  }

  inputs(operation: string): Record<string, unknown>[] {
    return this.seen.filter((call) => call.operation === operation).map((call) => call.input);
  }

  #plugin(region: string): Pluggable<object, object> {
    return {
      applyToStack: (stack) =>
        stack.add(
          (_next, context) => async (args) => {
            const operation = (context.commandName ?? '').replace(/Command$/, '');
            const input = structuredClone(args.input) as Record<string, unknown>;
            const nth = this.inputs(operation).length;
            this.seen.push({ operation, region, input });
            const answer = this.#answers[operation];
            if (answer === undefined) throw new Error(`the stub has no answer to ${operation}`);
            return { output: { $metadata: {}, ...answer(input, nth, region) }, response: {} };
          },
          { step: 'initialize', priority: 'low', name: 'stub' },
        ),
    };
  }
}

/** An error as the SDK throws it for a service's answer. */
export const serviceError = (code: string, message = code, status = 400): Error =>
  Object.assign(new Error(message), { name: code, $fault: 'client', $metadata: { httpStatusCode: status } });

/** Hands out the pages one by one; every page but the last has a token. */
export const paged =
  (pages: readonly object[]): Answer =>
  (input) => {
    const page = Number(input.NextToken ?? 0);
    return { ...pages[page], ...(page + 1 < pages.length ? { NextToken: String(page + 1) } : {}) };
  };
