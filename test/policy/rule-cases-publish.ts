import { onePolicy, policies } from './files.ts';
import type { RuleCase } from './rule-cases.ts';

const published = (publish: string, more = ''): string =>
  onePolicy(`family: { key: "{nameBase}/{architecture}" }\n${more}publish: ${publish}`, born);
const born = 'select: { name: "web-*", regions: [us-east-1] }';
const to = 'copy: { to: [{ region: eu-west-1 }], since: all }\n';
const latest = (regions: string): string => `{ ssm: [{ parameter: /web/latest, regions: ${regions} }] }`;
const two = (one: string, other: string): string =>
  policies({
    one: `select: { name: "a-*" }\nfamily: { key: "${one}" }\npublish: { ssm: [{ parameter: /web/latest }] }`,
    other: `select: { name: "b-*" }\nfamily: { key: "${other}" }\npublish: { ssm: [{ parameter: /web/latest }] }`,
  });

export const publishCases: readonly RuleCase[] = [
  {
    rule: 'schema/missing',
    wrong: onePolicy('publish: {}'),
    place: '5:5',
    right: onePolicy('family: { key: "{name}" }\npublish: {}'),
  },
  {
    rule: 'publish/unreached-region',
    wrong: published(latest('[us-east-1, eu-west-1]')),
    place: '6:69',
    right: published(latest('[us-east-1, eu-west-1]'), to),
  },
  {
    rule: 'conflict/parameter',
    wrong: published('{ launchTemplates: [{ name: web }, { name: web, setDefault: true }] }'),
    place: '6:57',
    right: published('{ launchTemplates: [{ name: web }, { name: web-2, setDefault: true }] }'),
  },
  {
    rule: 'conflict/parameter',
    wrong: two('{name}', '{name}/{architecture}'),
    place: '10:35',
    right: two('{name}', '{name}'),
  },
  {
    rule: 'schema/value',
    wrong: published('{ ssm: [{ parameter: "/web/{arch}/latest" }] }'),
    place: '6:35',
    right: published('{ ssm: [{ parameter: "/web/{architecture}/latest" }] }'),
  },
  {
    rule: 'schema/value',
    wrong: published('{ ssm: [{ parameter: "/{tag:Stage}/latest" }] }'),
    place: '6:35',
    right: published('{ ssm: [{ parameter: "/web/{tag:Stage}" }] }'),
  },
  {
    rule: 'schema/value',
    wrong: published('{ ssm: [{ parameter: /aws/latest }] }'),
    place: '6:35',
    right: published('{ ssm: [{ parameter: /web/aws }] }'),
  },
  {
    rule: 'schema/value',
    wrong: published('{ launchTemplates: [{ name: "web fleet" }] }'),
    place: '6:42',
    right: published('{ launchTemplates: [{ name: "web-{architecture}" }] }'),
  },
];
