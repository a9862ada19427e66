import { InputError } from '../../shared/model/errors.ts';
import { type Args, worldOptions } from '../args.ts';
import type { Command } from '../command.ts';
import { type ModeName, modes } from '../doctor/checks.ts';
import { examine, exitCodeOf } from '../doctor/examine.ts';
import { openWard } from '../doctor/open.ts';
import { doctorDocument, headOf, renderDoctor } from '../render/doctor.ts';
import { worldRequest } from '../worlds/open.ts';

export const doctor: Command = {
  usage: ['doctor [kms]', 'doctor --deploy', 'doctor --uninstall'],
  about: [
    'Looks at what the product needs: who calls and what they may do, Regions, keys, the stack. It only reads.',
    'kms looks at the keys alone; --deploy at what a deployment needs before it; --uninstall lists what stays after the',
    'stack, with the commands that remove our tags.',
    '',
    'What could not be checked says so, and why; it never counts as ok. Exits with 4 when something is missing, with 5',
    'when something was to be read and could not be.',
  ],
  options: {
    deploy: { type: 'boolean', help: 'before a deployment' },
    uninstall: { type: 'boolean', help: 'what stays when the stack is removed' },
    stage: { type: 'string', value: 'NAME', help: 'the stage of the stack (default prod)' },
    'kms-key': { type: 'string', value: 'ARN', help: 'the key for the stack, before a deployment with kmsKey' },
    local: worldOptions.local,
    table: worldOptions.table,
    region: worldOptions.region,
    account: worldOptions.account,
  },
  takes: { from: 0, to: 1 },
  run: async ({ args, io, print, json }) => {
    const mode = modeOf(args);
    const stackKey = args.text('kms-key');
    const stackName = `ami-steward-${args.text('stage') ?? 'prod'}`;
    const ward = await openWard(worldRequest(args, io), { stackName, ...(stackKey !== undefined && { stackKey }) });
    try {
      const examination = await examine(ward, modes[mode]);
      if (args.flag('json')) json(doctorDocument(mode, ward, examination));
      else print(renderDoctor(headOf(mode, ward, examination), examination.diagnoses));
      return exitCodeOf(examination.diagnoses);
    } finally {
      await ward.close();
    }
  },
};

/** @throws InputError when more than one is asked for, or something else */
function modeOf(args: Args): ModeName {
  const [word] = args.positionals;
  if (word !== undefined && word !== 'kms') throw new InputError(`knows kms, not "${word}"`, 'doctor');
  const asked: ModeName[] = [
    ...(word === 'kms' ? ['doctor kms' as const] : []),
    ...(args.flag('deploy') ? ['doctor --deploy' as const] : []),
    ...(args.flag('uninstall') ? ['doctor --uninstall' as const] : []),
  ];
  if (asked.length > 1) throw new InputError('choose one', asked.join(' and '));
  return asked[0] ?? 'doctor';
}
