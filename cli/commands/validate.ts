import { resolve } from 'node:path';
import { InputError } from '../../shared/model/errors.ts';
import { type Call, type Command, exit } from '../command.ts';
import type { Problem } from '../policy/finding.ts';
import { countsLine, githubAnnotations, problemTable } from '../policy/print.ts';
import { type PolicyReading, readPolicy } from '../policy/read.ts';
import { readInput } from '../policy-file.ts';

export const validate: Command = {
  usage: ['validate [FILE] [--strict] [--output github]'],
  about: ['Checks the policy file and shows everything that is wrong with it at once.'],
  options: {
    strict: { type: 'boolean', help: 'warnings count as errors' },
    output: { type: 'string', value: 'github', help: 'annotations for GitHub Actions' },
  },
  takes: { from: 0, to: 1 },
  run: async (call) => {
    const { args, io } = call;
    const output = args.text('output');
    if (output !== undefined && output !== 'github')
      throw new InputError(`"${output}" is not github`, '--output', 'ami-steward validate --help');
    const file = args.positionals[0] ?? args.text('policy') ?? 'policy.yml';
    const reading = readPolicy(await readInput(resolve(io.cwd, file), file), file, { now: Date.now() });
    show(call, reading, file);
    const failed = !reading.ok || (args.flag('strict') && reading.warnings.length > 0);
    return failed ? exit.wrongInput : exit.done;
  },
};

const problemsOf = (reading: PolicyReading): readonly Problem[] => (reading.ok ? reading.warnings : reading.problems);

function show({ args, print, json }: Call, reading: PolicyReading, file: string): void {
  const problems = problemsOf(reading);
  if (args.flag('json')) {
    const compiled = reading.ok
      ? { hash: reading.policy.hash, policies: reading.policy.policies.map(({ name, mode }) => ({ name, mode })) }
      : {};
    json({ schemaVersion: 1, file, ok: reading.ok, ...compiled, problems });
    return;
  }
  if (args.text('output') === 'github') {
    if (problems.length > 0) print(githubAnnotations(problems).split('\n'));
    return;
  }
  if (problems.length > 0) print(problemTable(problems).split('\n'));
  print([reading.ok ? `${countsLine(problems, file)} ${compiledLine(reading)}` : countsLine(problems, file)]);
}

const compiledLine = ({ policy }: Extract<PolicyReading, { ok: true }>): string => {
  const names = policy.policies.map(({ name, mode }) => `${name} (mode ${mode})`).join(', ');
  return `Compiled as ${policy.hash.slice(0, 7)}: ${names}.`;
};
