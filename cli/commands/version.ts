import type { Command } from '../command.ts';
import { exit } from '../command.ts';
import { version as productVersion } from '../version.ts';

export const version: Command = {
  usage: ['version'],
  about: ['The version of AMI Steward and of the Node that runs it.'],
  options: {},
  takes: { from: 0, to: 0 },
  run: async ({ args, print, json }) => {
    const found = { version: productVersion(), node: process.versions.node };
    if (args.flag('json')) json({ schemaVersion: 1, ...found });
    else print([`AMI Steward ${found.version}   Node ${found.node}`]);
    return exit.done;
  },
};
