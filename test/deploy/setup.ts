import { spawn } from 'node:child_process';
import { copyFileSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { root } from './packaged.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** A folder where the project was packaged with the policy of `wired/policy.yml`, which acts. */
    readonly acting: string;
  }
}

/** Packages the project once for all tests, with nothing of AWS in the environment, as a fresh clone would. */
export async function setup({ provide }: TestProject): Promise<() => void> {
  const acting = withPolicy(join(root, 'test', 'deploy', 'wired', 'policy.yml'));
  provide('acting', acting);
  await Promise.all([packageIn(root), packageIn(acting)]);
  return () => rmSync(acting, { recursive: true });
}

/** The same project with another policy file. */
function withPolicy(policy: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'acting-'));
  for (const part of ['cli', 'events', 'functions', 'node_modules', 'scripts', 'shared', 'stack', 'tsconfig.json'])
    symlinkSync(join(root, part), join(folder, part));
  for (const file of ['package.json', 'serverless.yml']) copyFileSync(join(root, file), join(folder, file));
  copyFileSync(policy, join(folder, 'policy.yml'));
  return folder;
}

function packageIn(folder: string): Promise<void> {
  const env = { PATH: process.env.PATH ?? '', HOME: process.env.HOME ?? '', NO_COLOR: '1' };
  const serverless = join(root, 'node_modules', 'serverless', 'bin', 'serverless.js');
  const run = spawn(process.execPath, [serverless, 'package'], { cwd: folder, env });
  let output = '';
  for (const stream of [run.stdout, run.stderr])
    stream.on('data', (text) => {
      output += text;
    });
  return new Promise((resolve, reject) => {
    run.on('close', (status) => {
      if (status === 0) resolve();
      else reject(new Error(`serverless package failed:\n${output}`));
    });
  });
}
