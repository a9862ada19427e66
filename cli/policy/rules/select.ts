import { familyWords } from '../../../shared/model/policy-schema.ts';
import { type Finding, finding, type Path } from '../finding.ts';
import { didYouMean, nearest } from '../nearest.ts';
import { has, listAt, mapAt, type PolicyView, part, textAt, textsAt } from '../view.ts';

export function selectRules({ raw, path }: PolicyView): Finding[] {
  if (mapAt(raw, 'select').length === 0 && !isEmptyMap(part(raw, 'select'))) return [];
  const select: Path = [...path, 'select'];
  if (!['name', 'tags', 'descendsFrom'].some((key) => has(raw, 'select', key)))
    return [finding(select, 'schema/missing', 'select: "name", "tags" or "descendsFrom" is missing', { at: 'key' })];
  const names = textsAt(raw, 'select', 'name');
  const everyName = !has(raw, 'select', 'name') || names.some((pattern) => /^[*?]*\*[*?]*$/.test(pattern));
  const narrowed = mapAt(raw, 'select', 'tags').length > 0 || listAt(raw, 'select', 'descendsFrom').length > 0;
  if (!everyName || narrowed) return [];
  return [finding(select, 'select/too-broad', 'select matches every image', { at: 'key' })];
}

const moving = ['state', 'sharedWith', 'olderThan', 'newerThan', 'notLaunchedFor', 'severityAtLeast'] as const;

/** What such a policy has begun it does not finish once the image is no longer selected. */
export const movingRules = ({ raw, path }: PolicyView): Finding[] =>
  moving
    .filter((key) => has(raw, 'select', key))
    .map((key) =>
      finding(
        [...path, 'select', key],
        'select/moving',
        `${key}: images drift into this selection and out of it, and what is begun may stay unfinished`,
        { at: 'key' },
      ),
    );

const isEmptyMap = (value: unknown): boolean =>
  typeof value === 'object' && value !== null && !Array.isArray(value) && Object.keys(value).length === 0;

export function familyRules({ raw, path }: PolicyView): Finding[] {
  const at: Path = [...path, 'family', 'key'];
  const needing = ['publish', 'retain'].filter((section) => has(raw, section));
  if (needing.length > 0 && !has(raw, 'family'))
    return needing.map((section) =>
      finding([...path, section], 'schema/missing', `${section} needs "family.key": which images replace one another`, {
        at: 'key',
      }),
    );
  const key = textAt(raw, 'family', 'key');
  if (key === undefined || key === '') return [];
  const wrong = wrongPlaceholders(at, key);
  if (wrong.length > 0) return wrong;
  if (/[{}]/.test(key.replaceAll(/\{[^{}]*\}/g, '')))
    return [finding(at, 'schema/value', 'key: a brace stands alone; placeholders look like {tag:Family}')];
  if (placeholders(key).length > 0) return [];
  return [finding(at, 'family/single', 'key: no placeholder, so all these images replace one another')];
}

/** Placeholders that no image has a value for. */
export const wrongPlaceholders = (at: Path, template: string): Finding[] =>
  placeholders(template).flatMap((word) => wrongPlaceholder(at, word));

const placeholders = (template: string): string[] =>
  [...template.matchAll(/\{([^{}]*)\}/g)].map((found) => found[1] ?? '');

function wrongPlaceholder(at: Path, word: string): Finding[] {
  if (familyWords.includes(word) || /^tag:./.test(word)) return [];
  const near = nearest(word, [...familyWords, 'tag:']);
  const better = near === undefined || near === 'tag:' ? undefined : near;
  const what = word.startsWith('tag:') ? 'the placeholder {tag:} names no tag' : `unknown placeholder "${word}"`;
  return [
    finding(
      at,
      'schema/value',
      `${at.at(-1)}: ${what}${didYouMean(better)}`,
      better === undefined ? {} : { suggestion: better },
    ),
  ];
}

/** Later policies with a name that is taken. */
export function nameRules(policies: readonly PolicyView[], lineOf: (path: Path) => number): Finding[] {
  return policies.flatMap((policy, i) => {
    const first = policies.slice(0, i).find((other) => policy.name !== undefined && other.name === policy.name);
    if (first === undefined) return [];
    const line = lineOf([...first.path, 'name']);
    return [
      finding(
        [...policy.path, 'name'],
        'policy/duplicate-name',
        `name: "${policy.name}" is the policy of line ${line} too`,
      ),
    ];
  });
}

export const copyNameRules = ({ raw, path }: PolicyView): Finding[] => {
  const name = textAt(raw, 'copy', 'name');
  if (name === undefined) return [];
  const at = [...path, 'copy', 'name'];
  if (/[{}]/.test(name.replaceAll('{name}', '')))
    return [finding(at, 'schema/value', 'name: {name} is the only placeholder here')];
  if (name.includes('{name}')) return [];
  return [finding(at, 'schema/value', 'name: "{name}" is missing; all copies would have one name')];
};

export const rootDeviceRules = ({ raw, path }: PolicyView): Finding[] =>
  listAt(raw, 'select', 'rootDevice').flatMap((device, i) =>
    device === 'instance-store' && has(raw, 'copy')
      ? [
          finding(
            [...path, 'select', 'rootDevice', i],
            'copy/instance-store',
            'rootDevice: images on instance store cannot be copied; remove it, or "copy"',
          ),
        ]
      : [],
  );
