import type { Command } from '../command.ts';

interface Entry {
  readonly summary: string;
  readonly load: () => Promise<Command>;
}

/** Every command there is, each loaded when it is called. */
export const commands: Readonly<Record<string, Entry>> = {
  plan: {
    summary: 'what would change now, and why',
    load: async () => (await import('./plan.ts')).plan,
  },
  apply: {
    summary: 'carry out a saved plan, if nothing moved since',
    load: async () => (await import('./apply.ts')).apply,
  },
  lineage: {
    summary: 'where an image came from and what was made of it',
    load: async () => (await import('./lineage.ts')).lineage,
  },
  affected: {
    summary: 'what descends from a bad image, and who runs it',
    load: async () => (await import('./affected.ts')).affected,
  },
  why: {
    summary: 'what was decided about an image, and for which reasons',
    load: async () => (await import('./why.ts')).why,
  },
  receive: {
    summary: 'drive the real handler with a saved event',
    load: async () => (await import('./receive.ts')).receive,
  },
  local: {
    summary: 'the embedded AWS over HTTP, for the AWS CLI or any SDK',
    load: async () => (await import('./local.ts')).local,
  },
  revoke: {
    summary: 'take an image out of use: pointers leave it, and it is disabled',
    load: async () => (await import('./revoke.ts')).revoke,
  },
  restore: {
    summary: 'undo what was done to an image: shares, tags and pointers come back',
    load: async () => (await import('./restore.ts')).restore,
  },
  freeze: {
    summary: 'the stop switch: nothing is taken, or nothing changed, until it is off',
    load: async () => (await import('./freeze.ts')).freeze,
  },
  search: {
    summary: 'find images by the words of a selector, in all Regions',
    load: async () => (await import('./search.ts')).search,
  },
  doctor: {
    summary: 'what is missing: credentials, permissions, keys, Regions, the stack; it only reads',
    load: async () => (await import('./doctor.ts')).doctor,
  },
  validate: {
    summary: 'check the policy file, all errors at once',
    load: async () => (await import('./validate.ts')).validate,
  },
  version: {
    summary: 'the version',
    load: async () => (await import('./version.ts')).version,
  },
};

/** Commands that are to come. Each says so when it is called, and none is listed as available. */
export const notBuilt: readonly string[] = ['init', 'report', 'simulate', 'keep', 'console', 'schema', 'completion'];
