import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { root } from './packaged.ts';

const tool = join(root, 'node_modules', 'serverless', 'bin', 'serverless.js');

/** One call of osls in the folder of a project, which prints what it does. @throws when it fails, with what it printed */
export function serverless(
  args: readonly string[],
  env: NodeJS.ProcessEnv = process.env,
  folder = root,
): Promise<string> {
  const run = spawn(process.execPath, [tool, ...args], { cwd: folder, env: { ...env, NO_COLOR: '1' } });
  let output = '';
  for (const stream of [run.stdout, run.stderr])
    stream.on('data', (text) => {
      output += text;
    });
  return new Promise((resolve, reject) => {
    run.on('close', (status) => {
      if (status === 0) resolve(output);
      else reject(new Error(`serverless ${args.join(' ')} failed:\n${output}`));
    });
  });
}
