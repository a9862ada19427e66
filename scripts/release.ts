import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { releaseNotes } from './changelog.ts';

/** `npm run release -- 0.2.0`: the whole release suite, then version, changelog, commit and tag. It pushes nothing. */
const [version = ''] = process.argv.slice(2);

const suite: readonly (readonly string[])[] = [
  ['npm', 'ci'],
  ['npm', 'run', 'check'],
  ['npx', 'serverless', 'package'],
  ['npx', 'vitest', 'run', '--config', 'test/deploy/vitest.config.ts'],
  ['npm', 'test'],
  ['npm', 'run', 'mutate', '--', '--force'],
  ['npm', 'run', 'sim', '--', '--seeds', '500', '--from', '10001', '--repeat', '20'],
  ['npm', 'run', 'sim', '--', '--mutants', '--seeds', '200', '--days', '12'],
  ['npm', 'run', 'sim', '--', '--crash-cells'],
  // Skipped, and says so, unless AWS_ENDPOINT_URL names somewhere to deploy to.
  ['npm', 'run', 'test:deploy'],
  ['npm', 'run', 'bench'],
];

const run = ([program = '', ...args]: readonly string[]): void => {
  console.log(`> ${[program, ...args].join(' ')}`);
  execFileSync(program, args, { stdio: 'inherit' });
};

const refuse = (why: string): never => {
  console.error(`release: ${why}`);
  process.exit(3);
};

if (!/^\d+\.\d+\.\d+$/.test(version)) refuse('which version? npm run release -- 0.2.0');
if (execFileSync('git', ['status', '--porcelain']).length > 0)
  refuse('the working tree holds changes; commit them first');
const notes = releaseNotes(readFileSync('CHANGELOG.md', 'utf8'), version, new Date().toISOString().slice(0, 10));
if (notes === undefined) refuse('CHANGELOG.md has nothing under "Unreleased"');

for (const command of suite) run(command);
writeFileSync('CHANGELOG.md', notes ?? '');
run(['npm', 'version', version, '--no-git-tag-version']);
run(['git', 'commit', '-am', `Release ${version}`]);
run(['git', 'tag', `v${version}`]);
console.log(`Tagged v${version}. Deploy it with: npx serverless deploy --stage prod`);
