import type { RuleId } from '../../cli/policy/rule-table.ts';
import { excuse, ladder, onePolicy, retain } from './files.ts';
import { publishCases } from './rule-cases-publish.ts';
import { retainCases } from './rule-cases-retain.ts';
import { togetherCases } from './rule-cases-together.ts';

export interface RuleCase {
  readonly rule: RuleId;
  readonly wrong: string;
  /** Line and column of the finding in `wrong`. */
  readonly place: string;
  /** As near to `wrong` as can be, and right. */
  readonly right: string;
}

const accounts = (count: number): string =>
  Array.from({ length: count }, (_none, index) => `"${100_000_000_000 + index}"`).join(', ');
const organization = 'arn:aws:organizations::111122223333:organization/o-a1b2c3d4e5';
const unit = 'arn:aws:organizations::111122223333:ou/o-a1b2c3d4e5/ou-ab12-cdef3456';

const single: readonly RuleCase[] = [
  { rule: 'schema/yaml', wrong: onePolicy('mode: "plan'), place: '5:16', right: onePolicy('mode: "plan"') },
  {
    rule: 'schema/duplicate-key',
    wrong: onePolicy('mode: plan\nmode: plan'),
    place: '6:5',
    right: onePolicy('mode: plan'),
  },
  { rule: 'schema/unknown-key', wrong: onePolicy('mod: plan'), place: '5:5', right: onePolicy('mode: plan') },
  {
    rule: 'schema/missing',
    wrong: onePolicy('', 'select: { regions: [eu-west-1] }'),
    place: '4:5',
    right: onePolicy('', 'select: { tags: { A: b } }'),
  },
  { rule: 'schema/missing', wrong: onePolicy('retain: { stages: {} }'), place: '5:5', right: onePolicy(ladder('{}')) },
  { rule: 'schema/type', wrong: onePolicy('description: 5'), place: '5:18', right: onePolicy('description: "5"') },
  { rule: 'schema/value', wrong: onePolicy('mode: act'), place: '5:11', right: onePolicy('mode: apply') },
  {
    rule: 'schema/value',
    wrong: onePolicy('family: { key: "{tagg}" }'),
    place: '5:20',
    right: onePolicy('family: { key: "{tag:g}" }'),
  },
  {
    rule: 'schema/value',
    wrong: onePolicy('family: { key: "{name" }'),
    place: '5:20',
    right: onePolicy('family: { key: "{name}" }'),
  },
  {
    rule: 'schema/value',
    wrong: onePolicy('copy: { to: [{ region: eu-west-1 }], since: all, name: copy }'),
    place: '5:60',
    right: onePolicy('copy: { to: [{ region: eu-west-1 }], since: all, name: "copy-{name}" }'),
  },
  {
    rule: 'schema/value',
    wrong: onePolicy('copy: { to: [{ region: eu-west-1 }], since: all, addTags: { "ami-steward:reap": approved } }'),
    place: '5:65',
    right: onePolicy('copy: { to: [{ region: eu-west-1 }], since: all, addTags: { "steward": approved } }'),
  },
  {
    rule: 'schema/duration',
    wrong: onePolicy(retain('{ stages: {}, maxAge: 180 }')),
    place: '6:35',
    right: onePolicy(retain('{ stages: {}, maxAge: 180d }')),
  },
  {
    rule: 'select/too-broad',
    wrong: onePolicy('', 'select: { name: ["web-*", "*"] }'),
    place: '4:5',
    right: onePolicy('', 'select: { name: ["web-*", "?"] }'),
  },
  {
    rule: 'select/too-broad',
    wrong: onePolicy('', 'select: { name: "?*" }'),
    place: '4:5',
    right: onePolicy('', 'select: { name: "*", tags: { A: b } }'),
  },
  {
    rule: 'select/too-broad',
    wrong: onePolicy('', 'select: { tags: {} }'),
    place: '4:5',
    right: onePolicy(excuse('select/too-broad'), 'select: { name: "*" }'),
  },
  {
    rule: 'select/too-broad',
    wrong: onePolicy('', 'select: { name: "*", descendsFrom: [] }'),
    place: '4:5',
    right: onePolicy('', 'select: { name: "*", descendsFrom: [ami-0123456789abcdef0] }'),
  },
  {
    rule: 'schema/missing',
    wrong: onePolicy('', 'select: { olderThan: 30d }'),
    place: '4:5',
    right: onePolicy('', 'select: { descendsFrom: [ami-0123456789abcdef0] }'),
  },
  ...[
    'state: [disabled]',
    'sharedWith: [anyone]',
    'olderThan: 30d',
    'newerThan: 30d',
    'notLaunchedFor: 60d',
    'severityAtLeast: high',
  ].map(
    (key): RuleCase => ({
      rule: 'select/moving',
      wrong: onePolicy('', `select: { name: w, ${key} }`),
      place: '4:24',
      right: onePolicy('', 'select: { name: w }'),
    }),
  ),
  {
    rule: 'family/single',
    wrong: onePolicy('family: { key: all }'),
    place: '5:20',
    right: onePolicy('family: { key: "all-{architecture}" }'),
  },
  {
    rule: 'copy/source-region-in-targets',
    wrong: onePolicy('copy: { to: [{ region: eu-west-1 }], since: all }', 'select: { name: w, regions: [eu-west-1] }'),
    place: '5:28',
    right: onePolicy(
      'copy: { to: [{ region: eu-west-1, kmsKey: alias/a }], since: all }',
      'select: { name: w, regions: [eu-west-1] }',
    ),
  },
  {
    rule: 'copy/duration-step',
    wrong: onePolicy('copy: { to: [{ region: eu-west-1, completeWithin: 20m }], since: all }'),
    place: '5:55',
    right: onePolicy('copy: { to: [{ region: eu-west-1, completeWithin: 2d }], since: all }'),
  },
  {
    rule: 'copy/duration-step',
    wrong: onePolicy('copy: { to: [{ region: eu-west-1, completeWithin: 49h }], since: all }'),
    place: '5:55',
    right: onePolicy('copy: { to: [{ region: eu-west-1, completeWithin: 15m }], since: all }'),
  },
  {
    rule: 'copy/instance-store',
    wrong: onePolicy(
      'copy: { to: [{ region: eu-west-1 }], since: all }',
      'select: { name: w, rootDevice: [instance-store] }',
    ),
    place: '4:37',
    right: onePolicy('', 'select: { name: w, rootDevice: [instance-store] }'),
  },
  {
    rule: 'share/unquoted-account',
    wrong: onePolicy('share: { accounts: [222233334444] }'),
    place: '5:25',
    right: onePolicy('share: { accounts: ["222233334444"] }'),
  },
  {
    rule: 'share/aws-managed-key',
    wrong: onePolicy('copy: { to: [{ region: eu-west-1 }], since: all }\nshare: { accounts: ["222233334444"] }'),
    place: '5:18',
    right: onePolicy(
      'copy: { to: [{ region: eu-west-1, kmsKey: alias/a }], since: all }\nshare: { accounts: ["222233334444"] }',
    ),
  },
  {
    rule: 'share/aws-managed-key',
    wrong: onePolicy(
      'copy: { to: [{ region: eu-west-1, kmsKey: alias/aws/ebs }], since: all }\nshare: { accounts: ["222233334444"] }',
    ),
    place: '5:18',
    right: onePolicy(
      'copy: { to: [{ region: eu-west-1 }], since: all }\nshare: { accounts: ["222233334444"] }',
      'select: { name: w, encrypted: false }',
    ),
  },
  {
    rule: 'share/public-not-acknowledged',
    wrong: onePolicy('share: { public: true }'),
    place: '5:14',
    right: onePolicy('share: { public: true, acknowledgePublic: web }'),
  },
  {
    rule: 'share/public-not-acknowledged',
    wrong: onePolicy('share: { public: true, acknowledgePublic: other }'),
    place: '5:14',
    right: onePolicy('share: { public: true, acknowledgePublic: web }'),
  },
  {
    rule: 'share/public-not-acknowledged',
    wrong: onePolicy('share: { acknowledgePublic: web }'),
    place: '5:14',
    right: onePolicy('share: {}'),
  },
  {
    rule: 'share/unquoted-account',
    wrong: onePolicy('share: { accounts: [{ id: 222233334444, until: 2026-06-01 }] }'),
    place: '5:31',
    right: onePolicy('share: { accounts: [{ id: "222233334444", until: 2026-06-01 }] }'),
  },
  {
    rule: 'share/snapshots-for-organization',
    wrong: onePolicy(`share: { snapshots: true, organizations: ["${organization}"] }`),
    place: '5:14',
    right: onePolicy(`share: { snapshots: false, organizations: ["${organization}"] }`),
  },
  {
    rule: 'share/snapshots-for-organization',
    wrong: onePolicy(`share: { snapshots: true, accounts: ["222233334444"], organizationalUnits: ["${unit}"] }`),
    place: '5:14',
    right: onePolicy('share: { snapshots: true, accounts: ["222233334444"] }'),
  },
  {
    rule: 'share/too-many',
    wrong: onePolicy(`share: { accounts: [${accounts(1_000)}], organizations: ["${organization}"] }`),
    place: '5:5',
    right: onePolicy(`share: { accounts: [${accounts(999)}], organizations: ["${organization}"] }`),
  },
  {
    rule: 'share/until-past',
    wrong: onePolicy('share: { accounts: [{ id: "222233334444", until: 2026-05-31 }] }'),
    place: '5:54',
    right: onePolicy('share: { accounts: [{ id: "222233334444", until: 2026-06-01 }] }'),
  },
];

const topic = 'arn:aws:sns:us-east-1:111122223333:ami-news';

const notifying: readonly RuleCase[] = [
  {
    rule: 'notify/no-topic',
    wrong: onePolicy('notify: [{ on: [copied] }]'),
    place: '5:14',
    right: onePolicy(`notify: [{ on: [copied], sns: "${topic}" }]`),
  },
  {
    rule: 'schema/value',
    wrong: onePolicy('notify: [{ on: [copied], chat: ami-news }]'),
    place: '5:36',
    right: onePolicy(`notify: [{ on: [copied], chat: "${topic}" }]`),
  },
  {
    rule: 'schema/value',
    wrong: onePolicy(`notify: [{ on: [copyed], sns: "${topic}" }]`),
    place: '5:21',
    right: onePolicy(`notify: [{ on: [copied], sns: "${topic}" }]`),
  },
];

export const ruleCases: readonly RuleCase[] = [
  ...single,
  ...notifying,
  ...publishCases,
  ...retainCases,
  ...togetherCases,
];
