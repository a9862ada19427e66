import type { DeserializeHandlerOutput, Pluggable } from '@smithy/types';
import type { Duration, Instant } from '../model/time.ts';
import type { Clock } from '../ports/clock.ts';

/** What the `Date` headers of AWS tell of our own clock. */
export class ServiceTime {
  readonly #clock: Pick<Clock, 'now'>;
  #skew: Duration | undefined;

  constructor(clock: Pick<Clock, 'now'>) {
    this.#clock = clock;
  }

  /** How far AWS was ahead of us at its last answer, in whole seconds as HTTP has them; `undefined`: no answer said. */
  skew(): Duration | undefined {
    return this.#skew;
  }

  /** Reads the header of every answer of a client. */
  readonly plugin: Pluggable<object, object> = {
    applyToStack: (stack) =>
      stack.add(
        (next) => async (args) => {
          const result = await next(args);
          this.#note(dateOf(result));
          return result;
        },
        { step: 'deserialize', priority: 'low', name: 'serviceTime' },
      ),
  };

  #note(at: Instant): void {
    if (!Number.isNaN(at)) this.#skew = at - this.#clock.now();
  }
}

function dateOf({ response }: DeserializeHandlerOutput<object>): Instant {
  const { headers = {} } = (response ?? {}) as { headers?: Readonly<Record<string, string>> };
  return Date.parse(headers.date ?? '');
}
