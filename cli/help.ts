import { commonOptions, type Options } from './args.ts';
import type { Command } from './command.ts';
import { commands } from './commands/index.ts';
import type { Line } from './output.ts';
import { columns } from './render/table.ts';
import { version } from './version.ts';

const program = 'ami-steward';

const worlds = [
  ['', 'AWS, with your credentials (the default)'],
  ['--local', 'the embedded AWS: no account, no network'],
  ['--inventory DIR', 'saved output of the AWS CLI: no credentials, no network'],
];

const exits = [
  ['0', 'done, or nothing to do'],
  ['1', 'unexpected failure'],
  ['2', 'plan --detailed-exitcode: changes wait'],
  ['3', 'wrong input: policy, arguments, file, no credentials; nothing was done'],
  ['4', 'stopped on purpose: breaker, conflict, stale plan; nothing was done'],
  ['5', 'partly done, or partly seen'],
];

/** `ami-steward --help`. */
export function overview(): Line[] {
  const list = Object.entries(commands).map(([name, { summary }]) => [name, summary]);
  return [
    { text: `AMI Steward ${version()}: copies, shares, records and retires Amazon Machine Images.`, style: 'head' },
    '',
    `Usage: ${program} COMMAND [options]      ${program} COMMAND --help`,
    '',
    ...section('Commands', list),
    ...section('Worlds, for the commands that look at images', worlds),
    ...section('Options of every command', optionRows(commonOptions)),
    ...section('Exit codes', exits).slice(0, -1),
  ];
}

/** `ami-steward COMMAND --help`. */
export function helpFor({ usage, about, options }: Command): Line[] {
  return [
    ...usage.map((line, i) => `${i === 0 ? 'Usage:' : '      '} ${program} ${line}`),
    '',
    ...about,
    '',
    ...section('Options', optionRows({ ...options, ...commonOptions })).slice(0, -1),
  ];
}

const optionRows = (options: Options): string[][] =>
  Object.entries(options).map(([name, { value, help }]) => [
    `--${name}${value === undefined ? '' : ` ${value}`}`,
    help,
  ]);

const section = (title: string, rows: readonly (readonly string[])[]): Line[] => [
  { text: `${title}:`, style: 'head' },
  ...columns(rows).map((line) => `  ${line}`),
  '',
];
