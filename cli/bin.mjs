#!/usr/bin/env node
import { existsSync } from 'node:fs';
import * as module from 'node:module';
import { createInterface } from 'node:readline/promises';

const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
if (major < 22 || (major === 22 && minor < 18)) {
  process.stderr.write(
    `ami-steward needs Node 22.18 or newer, this is ${process.versions.node}. In a clone of the project, npx ami-steward brings its own Node 24.\n`,
  );
  process.exit(3);
}

// Types are stripped and code is compiled once, not in every call.
module.enableCompileCache();

// A reader that has seen enough closes the pipe, which is no failure of ours.
process.stdout.on('error', (error) => {
  if (error.code !== 'EPIPE') throw error;
  process.exit();
});

const ask = async (question) => {
  const lines = createInterface({ input: process.stdin, output: process.stderr });
  try {
    return await lines.question(question);
  } finally {
    lines.close();
  }
};

const untilStopped = () =>
  new Promise((stop) => {
    for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => stop());
  });

// Below node_modules Node strips no types, so a package brings JavaScript.
const source = new URL('./main.ts', import.meta.url);
const { run } = await import(existsSync(source) ? source.href : new URL('../dist/cli/main.mjs', import.meta.url).href);

process.exitCode = await run(process.argv.slice(2), {
  stdout: process.stdout,
  stderr: process.stderr,
  cwd: process.cwd(),
  env: process.env,
  isTerminal: process.stdout.isTTY === true,
  untilStopped,
  ...(process.stdin.isTTY && process.stderr.isTTY ? { ask } : {}),
});
