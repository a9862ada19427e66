import { type ChildProcess, fork } from 'node:child_process';
import { availableParallelism } from 'node:os';
import type { Answer, Job } from './jobs.ts';

export const cores = (): number => availableParallelism();

/** Jobs in processes of their own. Answers come, and are told of, in the order of the jobs, whichever was first. */
export async function inWorkers<J extends Job>(
  jobs: readonly J[],
  { workers = cores(), tell }: { readonly workers?: number; readonly tell?: (answer: Answer<J>) => void } = {},
): Promise<Answer<J>[]> {
  const answers: Answer<J>[] = [];
  const waiting = [...jobs.entries()];
  let told = 0;
  const tellInOrder = (): void => {
    for (let next = answers[told]; next !== undefined; next = answers[told]) {
      tell?.(next);
      told += 1;
    }
  };
  const work = async (): Promise<void> => {
    const worker = fork(new URL('./worker.ts', import.meta.url));
    try {
      for (let next = waiting.shift(); next; next = waiting.shift()) {
        const [index, job] = next;
        answers[index] = (await ask(worker, job)) as Answer<J>;
        tellInOrder();
      }
    } finally {
      waiting.length = 0;
      worker.kill();
    }
  };
  await Promise.all(Array.from({ length: Math.min(workers, jobs.length) }, work));
  return answers;
}

function ask(worker: ChildProcess, job: Job): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const ended = (code: number | null) => reject(new Error(`a worker ended with ${code} over ${JSON.stringify(job)}`));
    worker.once('exit', ended);
    worker.once('message', (answer) => {
      worker.off('exit', ended);
      resolve(answer);
    });
    worker.send(job);
  });
}
