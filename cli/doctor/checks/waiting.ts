import { Ledger } from '../../../shared/actions/ledger.ts';
import type { SetAside } from '../../../shared/model/control.ts';
import { type ImageKey, imageRef } from '../../../shared/model/ids.ts';
import { keyOf } from '../../../shared/model/image.ts';
import type { CopyIntent } from '../../../shared/model/records.ts';
import { type RefusedStep, rests } from '../../../shared/model/refusal.ts';
import { counted } from '../../render/words.ts';
import { type Finding, ok, unchecked, warning } from '../finding.ts';
import { type About, check, type Patient } from '../patient.ts';
import { look, type Seen, unseen, valuesOf } from '../seen.ts';

export interface Waiting {
  /** Absent: no stack names the queue. */
  readonly work?: Seen<number>;
  readonly deadLetters?: Seen<number>;
  /** Messages that nobody could read; absent where no table is known. */
  readonly setAside?: Seen<readonly SetAside[]>;
  /** What was tried for the last time, or rests after AWS refused it; absent where no table is known. */
  readonly parked?: Seen<Parked>;
}

export interface Parked {
  readonly copies: readonly Pick<CopyIntent, 'root' | 'region' | 'reason'>[];
  readonly steps: readonly { readonly image: ImageKey; readonly refused: RefusedStep }[];
}

/** What the functions gave up, and what they have still to do. */
export const waiting = check('waiting', readWaiting, judgeWaiting);

async function readWaiting(patient: Patient): Promise<Waiting> {
  const { stack, table, ports } = patient;
  const outputs = stack.seen ? (stack.value?.outputs ?? {}) : {};
  const count = (url: string) => look(() => ports.queues.waiting(url));
  const store = ports.store(table);
  return {
    ...(outputs.WorkQueueUrl !== undefined && { work: await count(outputs.WorkQueueUrl) }),
    ...(outputs.DeadLetterQueueUrl !== undefined && { deadLetters: await count(outputs.DeadLetterQueueUrl) }),
    ...(store && {
      setAside: await look(() => new Ledger(store).setAsideMessages()),
      parked: await look(() => parkedIn(new Ledger(store), patient)),
    }),
  };
}

/** Of the images that are there, and of snapshots that gone ones left. */
async function parkedIn(ledger: Ledger, { images, regions, ports: { clock } }: Patient): Promise<Parked> {
  const now = clock.now();
  const there = valuesOf(await images()).flatMap(({ value }) => value.map(keyOf));
  const records = await ledger.images(there);
  const roots = records.filter(({ role }) => role === 'root').map(({ image }) => image);
  const intents = await ledger.intents(roots.flatMap((root) => regions.map((region) => ({ root, region }))));
  return {
    copies: intents.filter(({ state }) => state === 'abandoned'),
    steps: [...records, ...(await ledger.toPurge())].flatMap(({ image, refused }) =>
      refused && rests(refused, now) ? [{ image, refused }] : [],
    ),
  };
}

/** More than the sweep of a large account queues at once. */
const crowded = 1_000;

export function judgeWaiting(
  { work, deadLetters, setAside, parked }: Waiting,
  { stack }: Pick<About, 'stack'>,
): Finding[] {
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
    ...judgedParked(parked),
  ];
}

function judgedParked(seen: Waiting['parked']): Finding[] {
  return judgedAll(seen, 'what was given up', ({ copies, steps }) => [
    ...told(copies, ({ root, region, reason = 'the reason was not kept' }) =>
      warning(
        `${counted(copies.length, 'copy', 'copies')} given up, such as ${root} to ${region}: ${reason}`,
        `ami-steward why ${imageRef(root).id} copy`,
      ),
    ),
    ...told(steps, ({ image, refused }) =>
      warning(
        `${counted(steps.length, 'step')} refused by AWS, such as ${refused.step} of ${image}: ${refused.why}`,
        `ami-steward why ${imageRef(image).id}`,
      ),
    ),
    ...(copies.length + steps.length === 0 ? [ok('no copy given up, no step refused')] : []),
  ]);
}

/** One line for all, with the first of them. */
const told = <T>([first]: readonly T[], tell: (first: T) => Finding): Finding[] =>
  first === undefined ? [] : [tell(first)];

const judged = <T>(seen: Seen<T> | undefined, what: string, judge: (value: T) => Finding): Finding[] =>
  judgedAll(seen, what, (value) => [judge(value)]);

function judgedAll<T>(seen: Seen<T> | undefined, what: string, judge: (value: T) => Finding[]): Finding[] {
  if (seen === undefined) return [unchecked('no-stack', `${what}: no stack names it`)];
  return seen.seen ? judge(seen.value) : [unseen(seen, what)];
}
