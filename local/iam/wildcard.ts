export type Matches = (text: string) => boolean;

const anything: Matches = () => true;

/** `*` stands for any text and `?` for one character. Policy variables are not built: to miss one would change a meaning. */
export function wildcard(pattern: string): Matches {
  if (pattern.includes('${')) throw new Error(`policy variables are not built: ${pattern}`);
  if (pattern === '*') return anything;
  if (!/[*?]/.test(pattern)) return (text) => text === pattern;
  const source = pattern
    .replace(/[\\^$.|+()[\]{}]/g, '\\$&')
    .replaceAll('*', '.*')
    .replaceAll('?', '.');
  const expression = new RegExp(`^${source}$`, 's');
  return (text) => expression.test(text);
}

const partCount = 6;

function partsOf(arn: string): string[] {
  const parts = arn.split(':');
  return [...parts.slice(0, partCount - 1), parts.slice(partCount - 1).join(':')];
}

/** Each of the six parts of an ARN is matched by itself, so that no `*` reaches across a colon into the next part. */
export function arnWildcard(pattern: string): Matches {
  if (pattern === '*') return anything;
  const wanted = partsOf(pattern);
  if (wanted[0] !== 'arn' || pattern.split(':').length < partCount) throw new Error(`${pattern} is no ARN`);
  const matches = wanted.map(wildcard);
  return (arn) => {
    const parts = partsOf(arn);
    return matches.every((match, index) => match(parts[index] ?? ''));
  };
}
