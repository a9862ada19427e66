import { enableCompileCache } from 'node:module';
import { parseArgs } from 'node:util';

// Types are stripped and code is compiled once, not in every call.
enableCompileCache();
const { startDemo } = await import('./story/start.ts');

/** `npm start`: the whole life of an image on the embedded AWS, told from what was emitted and recorded. */
const { values } = parseArgs({
  options: {
    seed: { type: 'string' },
    policy: { type: 'string' },
    drop: { type: 'string' },
    'no-template': { type: 'boolean', default: false },
    'no-failure': { type: 'boolean', default: false },
  },
});

const { stdout, stderr } = process;
process.exitCode = await startDemo(values, { stdout, stderr, cwd: process.cwd() });
