export type Matches = (text: string) => boolean;

const anything: Matches = () => true;

/** `*` stands for any text and `?` for one character, each out of `any`. Policy variables are not built: to miss one would change a meaning. */
function sourceOf(pattern: string, any: string): string {
  if (pattern.includes('${')) throw new Error(`policy variables are not built: ${pattern}`);
  return pattern
    .replace(/[\\^$.|+()[\]{}]/g, '\\$&')
    .replaceAll('*', `${any}*`)
    .replaceAll('?', any);
}

function matching(source: string, pattern: string): Matches {
  if (!/[*?]/.test(pattern)) return (text) => text === pattern;
  const expression = new RegExp(`^${source}$`, 's');
  return (text) => expression.test(text);
}

export function wildcard(pattern: string): Matches {
  return pattern === '*' ? anything : matching(sourceOf(pattern, '.'), pattern);
}

const partCount = 6;

/** No `*` reaches across a colon into the next of the six parts of an ARN; only the last may have colons of its own. */
export function arnWildcard(pattern: string): Matches {
  if (pattern === '*') return anything;
  const parts = pattern.split(':');
  if (parts[0] !== 'arn' || parts.length < partCount) throw new Error(`${pattern} is no ARN`);
  const source = parts.map((part, index) => sourceOf(part, index < partCount - 1 ? '[^:]' : '.')).join(':');
  return matching(source, pattern);
}
