import type { Case } from '../case.ts';
import { guarding, ladder, making, sharing } from './images.ts';
import { events, identity, keys, messages, parameters, permissions, quotas } from './services.ts';
import { binRules, encryption, recycleBin, snapshots, tags } from './storage.ts';
import { endings, fleets, reports, scaling, templates } from './uses.ts';

/** Every operation that the embedded AWS answers, in the order of one long story. */
export const table: readonly Case[] = [
  ...identity,
  ...binRules,
  ...making,
  ...snapshots,
  ...tags,
  ...sharing,
  ...guarding,
  ...ladder,
  ...templates,
  ...fleets,
  ...scaling,
  ...reports,
  ...recycleBin,
  ...parameters,
  ...messages,
  ...events,
  ...keys,
  ...permissions,
  ...quotas,
  ...encryption,
  ...endings,
];
