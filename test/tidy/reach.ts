import type { Finding, Source } from './source.ts';

/** Where a program or a test begins. */
const entries = [
  /^functions\/[^/]+\/handler\.ts$/,
  /^cli\/[^/]+\.(?:ts|mjs)$/,
  /^scripts\/[^/]+\.(?:ts|mjs)$/,
  /^bench\/[^/]+\.ts$/,
  /^test\//,
  /^[^/]+\.ts$/,
];

/** Files that nothing reaches from an entry. */
export function checkReach(files: readonly Source[]): Finding[] {
  const byPath = new Map(files.map((file) => [file.path, file]));
  const reached = new Set<string>();
  const waiting = files.filter(({ path }) => entries.some((entry) => entry.test(path)));
  for (let file = waiting.pop(); file; file = waiting.pop()) {
    if (reached.has(file.path)) continue;
    reached.add(file.path);
    waiting.push(...file.imports.flatMap((one) => byPath.get(one.file ?? '') ?? []));
  }
  return files.filter(({ path }) => !reached.has(path)).map(({ path }) => `${path} is reached from nowhere`);
}
