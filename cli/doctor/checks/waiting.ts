import { Ledger } from '../../../shared/actions/ledger.ts';
import type { SetAside } from '../../../shared/model/control.ts';
import { counted } from '../../render/words.ts';
import { type Finding, ok, unchecked, warning } from '../finding.ts';
import { type About, check, type Patient } from '../patient.ts';
import { look, type Seen, unseen } from '../seen.ts';

export interface Waiting {
  /** Absent: no stack names the queue. */
  readonly work?: Seen<number>;
  readonly deadLetters?: Seen<number>;
  /** Messages that nobody could read; absent where no table is known. */
  readonly setAside?: Seen<readonly SetAside[]>;
}

/** What the functions gave up, and what they have still to do. */
export const waiting = check('waiting', readWaiting, judgeWaiting);

async function readWaiting({ stack, table, ports }: Patient): Promise<Waiting> {
  const outputs = stack.seen ? (stack.value?.outputs ?? {}) : {};
  const count = (url: string) => look(() => ports.queues.waiting(url));
  const store = ports.store(table);
  return {
    ...(outputs.WorkQueueUrl !== undefined && { work: await count(outputs.WorkQueueUrl) }),
    ...(outputs.DeadLetterQueueUrl !== undefined && { deadLetters: await count(outputs.DeadLetterQueueUrl) }),
    ...(store && { setAside: await look(() => new Ledger(store).setAsideMessages()) }),
  };
}

/** More than the sweep of a large account queues at once. */
const crowded = 1_000;

export function judgeWaiting({ work, deadLetters, setAside }: Waiting, { stack }: Pick<About, 'stack'>): Finding[] {
  const url = stack.seen ? stack.value?.outputs.DeadLetterQueueUrl : undefined;
  return [
    ...judged(work, 'the work queue', (count) =>
      count < crowded
        ? ok(`${counted(count, 'message')} in the work queue`)
        : warning(`${counted(count, 'message')} in the work queue`, 'docs/runbook.md#function-errors'),
    ),
    ...judged(deadLetters, 'the dead-letter queue', (count) =>
      count === 0
        ? ok('no dead letters')
        : warning(
            `${counted(count, 'message')} given up: docs/runbook.md#dead-letters`,
            `aws sqs receive-message --queue-url ${url} --attribute-names All --max-number-of-messages 10`,
          ),
    ),
    ...judged(setAside, 'what was set aside', (messages) => {
      const last = messages.at(-1);
      return last === undefined
        ? ok('nothing set aside')
        : warning(`${counted(messages.length, 'message')} set aside that nobody could read, the last: ${last.problem}`);
    }),
  ];
}

function judged<T>(seen: Seen<T> | undefined, what: string, judge: (value: T) => Finding): Finding[] {
  if (seen === undefined) return [unchecked('no-stack', `${what}: no stack names it`)];
  return [seen.seen ? judge(seen.value) : unseen(seen, what)];
}
