import { copyFileSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { given, ownBus, root } from './packaged.ts';
import { serverless } from './serverless.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** A folder where the project was packaged with the policy of `wired/policy.yml`, which acts, and for a bus of its own. */
    readonly acting: string;
    /** A folder where it was packaged with every parameter given. */
    readonly given: string;
  }
}

/** Packages the project once for all tests, with nothing of AWS in the environment, as a fresh clone would. */
export async function setup({ provide }: TestProject): Promise<() => void> {
  const acting = withPolicy(join(root, 'test', 'deploy', 'wired', 'policy.yml'));
  const withParameters = withPolicy(join(root, 'policy.yml'));
  provide('acting', acting);
  provide('given', withParameters);
  const params = Object.entries(given).flatMap(([name, value]) => ['--param', `${name}=${value}`]);
  await Promise.all([packageIn(root), packageIn(acting, ['--param', `bus=${ownBus}`])]);
  await packageIn(withParameters, params);
  return () => {
    for (const folder of [acting, withParameters]) rmSync(folder, { recursive: true });
  };
}

/** The same project with another policy file. */
function withPolicy(policy: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'packaged-'));
  for (const part of ['cli', 'events', 'functions', 'node_modules', 'scripts', 'shared', 'stack', 'tsconfig.json'])
    symlinkSync(join(root, part), join(folder, part));
  for (const file of ['package.json', 'serverless.yml']) copyFileSync(join(root, file), join(folder, file));
  copyFileSync(policy, join(folder, 'policy.yml'));
  return folder;
}

function packageIn(folder: string, params: readonly string[] = []): Promise<string> {
  const env = { PATH: process.env.PATH ?? '', HOME: process.env.HOME ?? '' };
  return serverless(['package', ...params], env, folder);
}
