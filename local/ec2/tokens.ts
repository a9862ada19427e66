import { digest } from '../../shared/model/digest.ts';
import { day, type Instant, minute } from '../../shared/model/time.ts';
import { AwsError, type Call, type Switches } from '../kernel/service.ts';
import { invalidValue } from './errors.ts';

interface TokenRow {
  readonly parameters: string;
  readonly result: string;
  readonly until: Instant | 'ever';
}

/** A client repeats a call whose answer was lost within seconds; `call` remembers just long enough for that. */
const lives = { call: minute, day, ever: 'ever' } as const;

interface Tokened {
  readonly ClientToken?: string | undefined;
  readonly DryRun?: boolean | undefined;
}

const maxLength = 64;

/**
 * Idempotency by client token: the same token and parameters give the first call's id and nothing new happens; other
 * parameters are `IdempotentParameterMismatch`. A call without a token is always new.
 */
export function once(
  call: Call,
  operation: string,
  input: Tokened,
  life: Switches['copyTokenLife'],
  create: () => string,
): string {
  const { ClientToken: token, DryRun: _dryRun, ...parameters } = input;
  if (!token) return create();
  if (token.length > maxLength) throw invalidValue('clientToken', token, `exceeds ${maxLength} characters`);
  const table = call.world.state.table<TokenRow>('client-tokens');
  const key = `${call.account}/${call.region}/${operation}/${token}`;
  const known = table.get(key);
  const now = call.world.timeline.now();
  if (known && (known.until === 'ever' || known.until > now)) {
    if (known.parameters === digest(parameters)) return known.result;
    throw new AwsError(
      'IdempotentParameterMismatch',
      'The client token has been used before, and the parameters of this request differ from those of the first',
    );
  }
  const result = create();
  const lifetime = lives[life];
  table.set(key, { parameters: digest(parameters), result, until: lifetime === 'ever' ? 'ever' : now + lifetime });
  return result;
}
