import type { ClientOptions } from '../../shared/aws/clients.ts';
import type { Retry } from '../../shared/aws/retry.ts';
import type { Clock } from '../../shared/ports/clock.ts';

/** A clock that nobody waits for, and a record of the waits. */
export class FakeClock implements Clock {
  readonly waits: number[] = [];
  #now: number;

  constructor(now = Date.UTC(2026, 10, 24, 12, 0, 0)) {
    this.#now = now;
  }

  now(): number {
    return this.#now;
  }

  sleep(duration: number): Promise<void> {
    this.waits.push(duration);
    this.#now += duration;
    return Promise.resolve();
  }
}

export const testRetry = (clock: Clock = new FakeClock()): Retry => ({ clock, random: Math.random });

export const testOptions = (more: Partial<ClientOptions> = {}): ClientOptions => ({
  home: 'eu-central-1',
  retry: testRetry(),
  credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
  ...more,
});
