import { type ChildProcess, spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { Clock } from '../../../shared/ports/clock.ts';

const runtime = fileURLToPath(new URL('lambda.mjs', import.meta.url));

interface Answer {
  readonly value?: unknown;
  readonly error?: { readonly name?: string; readonly message?: string; readonly stack?: string };
}

/** A packaged function in a process of its own, with the given environment and no other. */
export class FunctionProcess {
  readonly #child: ChildProcess;
  #output = '';

  /** @param folder what its zip was unpacked into */
  constructor(folder: string, env: Readonly<Record<string, string>>) {
    const stdio = ['ignore', 'pipe', 'pipe', 'ipc'] as const;
    this.#child = spawn(process.execPath, [runtime], { cwd: folder, env, stdio: [...stdio] });
    for (const stream of [this.#child.stdout, this.#child.stderr])
      stream?.on('data', (text) => {
        this.#output += text;
      });
  }

  /** What it wrote, log lines and all. */
  get output(): string {
    return this.#output;
  }

  /** One invocation at a time, as Lambda has it. @throws what the handler threw, by name and message */
  async invoke(event: unknown, context: unknown, clock: Clock): Promise<unknown> {
    const { value, error } = await this.#ask({ event, context }, clock);
    if (error) throw Object.assign(new Error(error.message), { name: error.name, stack: error.stack });
    return value;
  }

  stop(): void {
    this.#child.kill('SIGKILL');
  }

  #ask(invocation: { event: unknown; context: unknown }, clock: Clock): Promise<Answer> {
    return new Promise((resolve, reject) => {
      const ended = (code: unknown) => reject(new Error(`the function ended with ${code}:\n${this.#output}`));
      const told = async (message: Answer | { readonly sleep: number }) => {
        if ('sleep' in message) {
          await clock.sleep(message.sleep);
          this.#child.send({ at: clock.now() });
          return;
        }
        this.#child.off('exit', ended).off('message', told);
        resolve(message);
      };
      this.#child.once('exit', ended).on('message', told);
      this.#child.send(JSON.parse(JSON.stringify({ at: clock.now(), invocation })));
    });
  }
}
