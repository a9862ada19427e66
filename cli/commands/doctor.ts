import { worldOptions } from '../args.ts';
import type { Command } from '../command.ts';
import { healthChecks } from '../doctor/checks.ts';
import { examine, exitCodeOf } from '../doctor/examine.ts';
import { openWard } from '../doctor/open.ts';
import { doctorDocument, headOf, renderDoctor } from '../render/doctor.ts';
import { worldRequest } from '../worlds/open.ts';

export const doctor: Command = {
  usage: ['doctor'],
  about: [
    'Looks at what the product needs: who calls and what they may do, Regions, keys, the stack. It only reads.',
    'What could not be checked says so, and why; it never counts as ok.',
    'Exits with 4 when something is missing, with 5 when something could not be read.',
  ],
  options: {
    local: worldOptions.local,
    region: worldOptions.region,
    account: worldOptions.account,
    table: worldOptions.table,
    stage: { type: 'string', value: 'NAME', help: 'the stage of the stack (default prod)' },
  },
  takes: { from: 0, to: 0 },
  run: async ({ args, io, print, json }) => {
    const ward = await openWard(worldRequest(args, io), `ami-steward-${args.text('stage') ?? 'prod'}`);
    try {
      const examination = await examine(ward, healthChecks);
      if (args.flag('json')) json(doctorDocument('doctor', ward, examination));
      else print(renderDoctor(headOf('doctor', ward, examination), examination.diagnoses));
      return exitCodeOf(examination.diagnoses);
    } finally {
      await ward.close();
    }
  },
};
