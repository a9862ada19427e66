import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import type { Fields } from '../case.ts';

const program = fileURLToPath(new URL('./client.py', import.meta.url));

/** One process for all calls, since the start of each would take longer than all of them. */
export class Python {
  readonly version: string;
  readonly #process: ChildProcessByStdio<Writable, Readable, Readable>;
  readonly #answers: AsyncIterator<string>;

  private constructor(
    process: ChildProcessByStdio<Writable, Readable, Readable>,
    answers: AsyncIterator<string>,
    version: string,
  ) {
    this.#process = process;
    this.#answers = answers;
    this.version = version;
  }

  /** Or why it cannot be had. */
  private static async start(kind: 'boto3' | 'cli'): Promise<Python | string> {
    const child = spawn('python3', [program, kind], { stdio: ['pipe', 'pipe', 'pipe'] });
    let complaint = '';
    child.stderr.on('data', (text: Buffer) => {
      complaint += text.toString();
    });
    const failed = once(child, 'error').then(([error]) => String(error));
    const answers = createInterface(child.stdout)[Symbol.asyncIterator]();
    const first = await Promise.race([answers.next(), failed]);
    if (typeof first === 'string') return `no python3 (${first})`;
    if (first.done) return `python3 cannot be ${kind}: ${complaint.trim().split('\n').at(-1)}`;
    return new Python(child, answers, (JSON.parse(first.value) as { version: string }).version);
  }

  /** @returns the client, or nothing, having said why the tests that need it do not run */
  static async ifThere(kind: 'boto3' | 'cli'): Promise<Python | undefined> {
    const python = await Python.start(kind);
    if (typeof python !== 'string') return python;
    console.warn(`The half of the conformance suite that is asked by ${kind} does not run: ${python}`);
    return undefined;
  }

  async ask(asked: Fields): Promise<Fields> {
    this.#process.stdin.write(`${JSON.stringify(asked)}\n`);
    const line = await this.#answers.next();
    if (line.done) throw new Error(`${this.version} ended`);
    const answer = JSON.parse(line.value) as Fields;
    if ('broken' in answer) throw new Error(`${this.version}: ${String(answer.broken)}`);
    return answer;
  }

  async close(): Promise<void> {
    this.#process.stdin.end();
    if (this.#process.exitCode === null) await once(this.#process, 'exit');
  }
}
