import { type Finding, finding, type Path } from '../finding.ts';
import { listAt, type PolicyView, textAt, textsAt } from '../view.ts';
import { targetsOf } from './copy.ts';
import { wrongPlaceholders } from './select.ts';

interface Pointer {
  readonly path: Path;
  /** As it stands in the file, with its placeholders. */
  readonly template: string;
  readonly kind: 'parameter' | 'launch template';
}

export const pointersOf = ({ raw, path }: PolicyView): Pointer[] => {
  const entries = (list: string, key: string, kind: Pointer['kind']): Pointer[] =>
    listAt(raw, 'publish', list).flatMap((entry, i) => {
      const template = textAt(entry, key);
      return template === undefined ? [] : [{ path: [...path, 'publish', list, i, key], template, kind }];
    });
  return [...entries('ssm', 'parameter', 'parameter'), ...entries('launchTemplates', 'name', 'launch template')];
};

export function publishRules(policy: PolicyView): Finding[] {
  const pointers = pointersOf(policy);
  return [
    ...pointers.flatMap(({ path, template }) => wrongPlaceholders(path, template)),
    ...pointers.flatMap((pointer, i) => repeated(pointer, pointers.slice(0, i))),
    ...unreached(policy),
  ];
}

function repeated({ path, template, kind }: Pointer, before: readonly Pointer[]): Finding[] {
  if (!before.some((other) => other.kind === kind && other.template === template)) return [];
  return [finding(path, 'conflict/parameter', `${path.at(-1)}: the ${kind} ${template} is here twice`)];
}

/** Without `select.regions` images are born in the home Region, which the file does not name. */
function unreached(policy: PolicyView): Finding[] {
  const born = textsAt(policy.raw, 'select', 'regions');
  if (born.length === 0) return [];
  const reached = [...born, ...targetsOf(policy).map(({ region }) => region)];
  return listAt(policy.raw, 'publish', 'ssm').flatMap((entry, i) =>
    listAt(entry, 'regions').flatMap((region, n) => {
      if (typeof region !== 'string' || reached.includes(region)) return [];
      const message = `regions: no image of this policy ever is in ${region}; copy to it, or remove it`;
      return [finding([...policy.path, 'publish', 'ssm', i, 'regions', n], 'publish/unreached-region', message)];
    }),
  );
}
