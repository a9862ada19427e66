import { CrashError, LostAnswerError } from '../../local/faults.ts';
import { AwsError } from '../../local/kernel/service.ts';
import type { Region } from '../../shared/model/ids.ts';
import type { Instant } from '../../shared/model/time.ts';
import type { Coverage } from './coverage.ts';
import { Dice } from './dice.ts';
import type { Scenario, Storm } from './scenario.ts';

export interface Site {
  readonly operation: string;
  readonly region: Region;
  readonly mutating: boolean;
}

/** What happens to one call: it fails before it had an effect, or afterwards. */
export interface Strike {
  readonly when: 'before' | 'after';
  readonly error: Error;
  readonly kills: boolean;
  readonly storm?: true;
}

const errors = [
  () => new AwsError('RequestLimitExceeded', 'Request limit exceeded.', 503),
  () => new AwsError('ServiceUnavailable', 'The service is unavailable. Try again later.', 503),
  () => new AwsError('InternalError', 'An internal error has occurred.', 500),
];
const denied = () => new AwsError('UnauthorizedOperation', 'You are not authorized to perform this operation.', 403);

/** Reads are many in each run: at the full rate no run would ever end. */
const readShare = 0.1;

/** Calls that are few and whose half-done state tells most. */
const telling = ['CopyImage', 'DisableImage', 'DeregisterImage', 'DeleteSnapshot'];
const tellingShare = 6;

/** Decides what goes wrong with the calls of the product. */
export interface Striker {
  strike(site: Site, now: Instant): Strike | undefined;
}

/** Each kind of fault has dice of its own, so that one that is left out moves no other. */
export class Injector implements Striker {
  readonly #scenario: Scenario;
  readonly #coverage: Coverage;
  readonly #storms: Dice;
  readonly #crashes: Dice;
  readonly #losses: Dice;
  readonly #errors: Dice;

  constructor(scenario: Scenario, coverage: Coverage) {
    const diceFor = (kind: string) => new Dice(`${kind} ${scenario.seed}`);
    this.#scenario = scenario;
    this.#coverage = coverage;
    this.#storms = diceFor('storms');
    this.#crashes = diceFor('crashes');
    this.#losses = diceFor('losses');
    this.#errors = diceFor('errors');
  }

  strike(site: Site, now: Instant): Strike | undefined {
    const { faultsUntil, intensity, storms } = this.#scenario;
    if (now >= faultsUntil) return undefined;
    if (storms.some((storm) => rages(storm, site, now))) return this.#storm();
    const rate = !site.mutating ? readShare : telling.includes(site.operation) ? tellingShare : 1;
    if (this.#crashes.chance(intensity.crash * rate)) return this.#crash(site);
    if (site.mutating && this.#losses.chance(intensity.lost * rate)) return this.#lost(site);
    const dice = this.#errors;
    if (!dice.chance(intensity.error * (site.mutating ? 1 : 0.5))) return undefined;
    this.#coverage.count('call failed');
    const error = dice.chance(0.1) ? denied() : dice.of(errors[0], ...errors)?.();
    return { when: 'before', error: error ?? denied(), kills: false };
  }

  #storm(): Strike {
    this.#coverage.count('storm');
    return {
      when: 'before',
      error: this.#storms.chance(0.5) ? denied() : new AwsError('ServiceUnavailable', 'down', 503),
      kills: false,
      storm: true,
    };
  }

  #crash({ operation, mutating }: Site): Strike {
    const when = mutating && this.#crashes.chance(0.5) ? 'after' : 'before';
    this.#coverage.count(`crash ${when}`);
    return { when, error: new CrashError(operation, when), kills: true };
  }

  #lost({ operation }: Site): Strike {
    this.#coverage.count('answer lost');
    return { when: 'after', error: new LostAnswerError(operation), kills: false };
  }
}

const rages = (storm: Storm, site: Site, now: Instant): boolean =>
  now >= storm.from &&
  now < storm.until &&
  (storm.region === undefined || storm.region === site.region) &&
  (storm.operation === undefined ||
    site.operation === storm.operation ||
    site.operation.startsWith(`${storm.operation}.`));
