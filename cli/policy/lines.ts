import { accountPrincipal, type Principal } from '../../shared/model/policy.ts';
import type { Path } from './finding.ts';
import type { Source } from './source.ts';
import { part, textAt } from './view.ts';

/**
 * Line of every key and list entry, counted from 1. Keys begin with the policy's name, as in `golden-al2023`,
 * `golden-al2023/copy/to/0`, `golden-al2023/retain/stages/disable`. What the plan names by something else than its
 * place in the file is there under that too: `golden-al2023/copy/to/eu-west-1`,
 * `golden-al2023/share/account:222233334444`.
 */
export type PolicyLines = Readonly<Record<string, number>>;

export function linesOf(source: Source, data: unknown): PolicyLines {
  const line = (path: Path): number => source.place(path, 'key').line;
  return Object.fromEntries(
    source.paths().flatMap((path): [string, number][] => {
      const [section, index, ...rest] = path;
      const name =
        section === 'policies' && typeof index === 'number' ? textAt(data, section, index, 'name') : undefined;
      if (name === undefined) return [[path.join('/'), line(path)]];
      const aliases = [rest, ...alsoCalled(rest, part(data, ...path))];
      return aliases.map((called) => [[name, ...called].join('/'), line(path)]);
    }),
  );
}

const principals = new Map<unknown, (id: string) => Principal>([
  ['accounts', accountPrincipal],
  ['organizations', (arn) => `organization:${arn}`],
  ['organizationalUnits', (arn) => `unit:${arn}`],
]);

function alsoCalled(path: Path, value: unknown): Path[] {
  const [section, kind, index, ...deeper] = path;
  if (section === 'share' && kind === 'public' && value === true) return [['share', 'everyone']];
  if (typeof index !== 'number' || deeper.length > 0) return [];
  if (section === 'copy' && kind === 'to') return [['copy', 'to', textAt(value, 'region') ?? '']];
  const principal = section === 'share' ? principals.get(kind) : undefined;
  const id = typeof value === 'string' ? value : textAt(value, 'id');
  return principal && id !== undefined ? [['share', principal(id)]] : [];
}
