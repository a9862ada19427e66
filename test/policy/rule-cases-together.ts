import { onePolicy, policies } from './files.ts';
import type { RuleCase } from './rule-cases.ts';

const two = (one: string, other: string): string => policies({ one, other });
const born = (region: string, to: string, name = '"web-*"'): string =>
  `select: { name: ${name}, regions: [${region}] }\ncopy: { to: [{ region: ${to} }], since: all }`;
const keyed = (key: string, name: string): string =>
  `select: { name: ${name} }\ncopy: { to: [{ region: eu-west-1, kmsKey: ${key} }], since: all }`;
const tagged = (value: string, select: string): string =>
  `select: { ${select} }\ncopy: { to: [{ region: eu-west-1 }], since: all, addTags: { Team: ${value} } }`;
const shared = (share: string): string => `select: { tags: { Team: web } }\nshare: { ${share} }`;

const open = (window: string): string =>
  `select: { name: web }\nfamily: { key: "{nameBase}" }\nretain: { stages: {}, window: { days: ${window} } }`;

export const togetherCases: readonly RuleCase[] = [
  {
    rule: 'policy/duplicate-name',
    wrong: `${onePolicy('')}\n  - name: web\n    select: { name: db }`,
    place: '5:11',
    right: `${onePolicy('')}\n  - name: web-2\n    select: { name: db }`,
  },
  {
    rule: 'copy/cycle',
    wrong: two(born('eu-west-1', 'us-east-1'), born('us-east-1', 'eu-west-1')),
    place: '8:28',
    right: two(born('eu-west-1', 'us-east-1'), born('us-east-1', 'eu-west-1', '"db-*"')),
  },
  {
    rule: 'conflict/key',
    wrong: two(keyed('alias/a', '"web-*"'), keyed('alias/b', '"web-*"')),
    place: '8:47',
    right: two(keyed('alias/a', '"web-*"'), keyed('alias/a', '"web-*"')),
  },
  {
    rule: 'conflict/key',
    wrong: two(keyed('alias/a', 'web-1'), keyed('alias/b', '"web-*"')),
    place: '8:47',
    right: two(keyed('alias/a', 'db-1'), keyed('alias/b', '"web-*"')),
  },
  {
    rule: 'conflict/key',
    wrong: onePolicy('copy: { to: [{ region: eu-west-1 }, { region: eu-west-1 }], since: all }'),
    place: '5:51',
    right: onePolicy('copy: { to: [{ region: eu-west-1 }, { region: eu-west-2 }], since: all }'),
  },
  {
    rule: 'conflict/tag',
    wrong: two(tagged('a', 'tags: { X: y }'), tagged('b', 'name: ["w*"], tags: { X: y }')),
    place: '8:71',
    right: two(tagged('a', 'tags: { X: y }'), tagged('b', 'name: ["w*"], tags: { X: z }')),
  },
  {
    rule: 'conflict/public',
    wrong: two(shared('public: true, acknowledgePublic: one'), shared('public: false')),
    place: '8:14',
    right: two(shared('public: true, acknowledgePublic: one'), shared('public: true, acknowledgePublic: other')),
  },
  {
    rule: 'conflict/exact',
    wrong: two(shared('exact: true'), shared('')),
    place: '8:5',
    right: two(shared('exact: true'), shared('exact: true')),
  },
  {
    rule: 'window/empty',
    wrong: two(open('[MON], from: "09:00", to: "10:00"'), open('[MON], from: "10:00", to: "11:00"')),
    place: '10:27',
    right: two(open('[MON], from: "09:00", to: "10:00"'), open('[MON], from: "09:59", to: "11:00"')),
  },
  {
    rule: 'window/empty',
    wrong: two(
      open('[MON], from: "09:00", to: "10:00"'),
      open('[MON], from: "09:00", to: "10:00", timezone: Asia/Tokyo'),
    ),
    place: '10:27',
    right: two(
      open('[MON], from: "09:00", to: "10:00"'),
      open('[MON], from: "18:59", to: "20:00", timezone: Asia/Tokyo'),
    ),
  },
];
