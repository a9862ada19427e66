import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { ofType, root, template, unzip } from '../packaged.ts';
import { FunctionProcess } from '../wired/function-process.ts';

const folder = mkdtempSync(join(tmpdir(), 'traces-'));
afterAll(() => rmSync(folder, { recursive: true }));

const clock = { now: () => 0, sleep: () => Promise.resolve() };

/** The stack of what a packaged function throws when nobody says in which Region it runs. */
async function traceOf(properties: Readonly<Record<string, unknown>>, options: string): Promise<string> {
  const { S3Key } = properties.Code as { S3Key: string };
  unzip(join(root, '.serverless', S3Key.split('/').at(-1) ?? ''), folder);
  const env = { _HANDLER: String(properties.Handler), LAMBDA_TASK_ROOT: folder };
  const failing = new FunctionProcess(folder, { ...env, NODE_OPTIONS: options });
  const error = await failing.invoke({ Records: [] }, {}, clock).catch((thrown: unknown) => thrown);
  failing.stop();
  return String((error as Error).stack);
}

describe('the stack of an error in a packaged function', () => {
  const functions = ofType(template(), 'AWS::Lambda::Function').map(([id, { Properties }]) => ({ id, Properties }));

  it.each(functions)(
    'names files and lines of the source for $id, as the template starts it',
    async ({ Properties }) => {
      const { Variables } = Properties.Environment as { Variables: { NODE_OPTIONS: string } };
      const stack = await traceOf(Properties, Variables.NODE_OPTIONS);
      const [, file = '', line] = /\b(functions\/compose\.ts):(\d+):\d+/.exec(stack) ?? [];
      expect(stack).toMatch(/functions\/compose\.ts:\d+:\d+/);
      expect(readFileSync(join(root, file), 'utf8').split('\n')[Number(line) - 1]).toContain('is not set');
    },
  );

  it('names only places in the bundle without the option', async () => {
    const [{ Properties } = { Properties: {} }] = functions;
    expect(await traceOf(Properties, '')).not.toMatch(/\.ts:\d/);
  });
});
