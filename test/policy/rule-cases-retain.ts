import { excuse, ladder, onePolicy } from './files.ts';
import type { RuleCase } from './rule-cases.ts';

const full =
  '{ deprecate: { afterSuperseded: 7d }, disable: { afterDeprecated: 1d }, deregister: { afterDisabled: 1d } }';
const slow = full.replace('afterDisabled: 1d', 'afterDisabled: 48h');

export const retainCases: readonly RuleCase[] = [
  {
    rule: 'retain/stage-without-predecessor',
    wrong: onePolicy(ladder('{ disable: { afterDeprecated: 1d } }')),
    place: '6:25',
    right: onePolicy(ladder('{ deprecate: { afterSuperseded: 7d }, disable: { afterDeprecated: 1d } }')),
  },
  {
    rule: 'retain/keeplast-vs-maxage',
    wrong: onePolicy(ladder('{ deprecate: { afterSuperseded: 14d } }', ', maxAge: 14d')),
    place: '6:72',
    right: onePolicy(ladder('{ deprecate: { afterSuperseded: 14d } }', ', maxAge: 15d')),
  },
  {
    rule: 'retain/last-launched-under-2d',
    wrong: onePolicy(ladder('{}', ', guards: { lastLaunchedWithin: 47h }')),
    place: '6:57',
    right: onePolicy(ladder('{}', ', guards: { lastLaunchedWithin: 48h }')),
  },
  {
    rule: 'retain/min-age',
    wrong: onePolicy(ladder('{ deprecate: { afterSuperseded: 6d } }')),
    place: '6:55',
    right: onePolicy(ladder('{ deprecate: { afterSuperseded: 6d } }', ', maxAge: 7d')),
  },
  {
    rule: 'retain/min-age',
    wrong: onePolicy(ladder('{ deprecate: { afterSuperseded: 1d } }', ', maxAge: 6d')),
    place: '6:55',
    right: onePolicy(ladder('{ deprecate: { afterSuperseded: 1d } }') + excuse('retain/min-age')),
  },
  { rule: 'retain/min-quarantine', wrong: onePolicy(ladder(full)), place: '6:124', right: onePolicy(ladder(slow)) },
  {
    rule: 'retain/min-quarantine',
    wrong: onePolicy(`${ladder(slow)}\nshare: { accounts: ["222233334444"] }`),
    place: '6:124',
    right: onePolicy(
      `${ladder(full.replace('afterDisabled: 1d', 'afterDisabled: 7d'))}\nshare: { accounts: ["222233334444"] }`,
    ),
  },
  {
    rule: 'limits/above-50-percent',
    wrong: onePolicy(ladder('{}', ', limits: { percentOfFamily: 51 }')),
    place: '6:54',
    right: onePolicy(ladder('{}', ', limits: { percentOfFamily: 50 }')),
  },
  {
    rule: 'window/empty',
    wrong: onePolicy(ladder('{}', ', window: { from: "09:00", to: "09:00" }')),
    place: '6:56',
    right: onePolicy(ladder('{}', ', window: { from: "09:00", to: "09:01" }')),
  },
  {
    rule: 'window/empty',
    wrong: onePolicy(ladder('{}', ', window: { from: "09:00", to: "08:00", timezone: Europe/Londn }')),
    place: '6:75',
    right: onePolicy(ladder('{}', ', window: { from: "09:00", to: "08:00", timezone: Europe/London }')),
  },
  {
    rule: 'schema/value',
    wrong: onePolicy(ladder('{}', ', window: { from: "24:00", to: "09:00" }')),
    place: '6:43',
    right: onePolicy(ladder('{}', ', window: { from: "00:00", to: "24:00" }')),
  },
  {
    rule: 'schema/type',
    wrong: onePolicy(ladder('{}', ', window: { from: 9, to: "10:00" }')),
    place: '6:43',
    right: onePolicy(ladder('{}', ', window: { from: "09:00", to: "10:00" }')),
  },
  {
    rule: 'guards/source-off',
    wrong: onePolicy(ladder('{}', ', guards: { off: [launch-templates] }')),
    place: '6:43',
    right: onePolicy(ladder('{}', ', guards: { off: [] }')),
  },
  ...['ssm-parameters', 'image-references', 'image-builder'].map((source) => ({
    rule: 'guards/source-off' as const,
    wrong: onePolicy(ladder('{}', `, guards: { off: [${source}] }`)),
    place: '6:43',
    right: onePolicy(ladder('{}', ', guards: { off: [] }')),
  })),
  {
    rule: 'retain/shared-unchecked',
    wrong: onePolicy(ladder(slow, ', guards: { sharedAccounts: false }')),
    place: '6:159',
    right: onePolicy(ladder(slow, ', guards: { sharedAccounts: true }')),
  },
  {
    rule: 'retain/shared-unchecked',
    wrong: onePolicy(ladder(slow, ', guards: { sharedAccounts: false }')),
    place: '6:159',
    right: onePolicy(ladder(slow, ', guards: { sharedAccounts: false }') + excuse('retain/shared-unchecked')),
  },
  {
    rule: 'override/unused',
    wrong: onePolicy(ladder(slow) + excuse('retain/min-quarantine')),
    place: '7:25',
    right: onePolicy(ladder(full) + excuse('retain/min-quarantine')),
  },
  {
    rule: 'override/unknown',
    wrong: onePolicy(ladder(full) + excuse('retain/min-quarantin')),
    place: '7:25',
    right: onePolicy(ladder(full) + excuse('retain/min-quarantine')),
  },
  { rule: 'override/unknown', wrong: onePolicy(excuse('copy/cycle')), place: '5:25', right: onePolicy('') },
];
