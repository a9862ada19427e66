import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startDemo } from '../cli/story/start.ts';

/** Writes into the README what `npm start` prints. A test compares the two. */
const cwd = mkdtempSync(join(tmpdir(), 'ami-steward-'));
const out: string[] = [];
const stdout = { write: (text: string) => out.push(text) };
await startDemo({ 'no-template': false, 'no-failure': false }, { stdout, stderr: process.stderr, cwd });
rmSync(cwd, { recursive: true });

const readme = readFileSync('README.md', 'utf8');
const block = `<!-- story -->\n\`\`\`\n${out.join('')}\`\`\`\n<!-- /story -->`;
writeFileSync(
  'README.md',
  readme.replace(/<!-- story -->[\s\S]*<!-- \/story -->/, () => block),
);
