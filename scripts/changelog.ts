/** What stands between a heading of the changelog and the next one of the same rank. */
const unreleased = /^## Unreleased\n([\s\S]*?)(?=^## |$(?![\s\S]))/m;

/**
 * Puts what is unreleased under a version, and an empty "Unreleased" above it.
 * @returns the changelog, or `undefined` when nothing is unreleased
 */
export function releaseNotes(changelog: string, version: string, date: string): string | undefined {
  const notes = unreleased.exec(changelog)?.[1]?.trim();
  if (!notes) return undefined;
  return changelog
    .replace(unreleased, () => `## Unreleased\n\n## ${version} - ${date}\n\n${notes}\n\n`)
    .trimEnd()
    .concat('\n');
}
