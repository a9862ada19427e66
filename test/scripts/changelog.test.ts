import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { releaseNotes } from '../../scripts/changelog.ts';

const before = '# Changelog\n\n## Unreleased\n\n### Safety\n- Holds.\n\n## 0.1.0 - 2026-01-01\n\n- First.\n';

test('a release puts what is unreleased under its version and leaves the rest', () => {
  expect(releaseNotes(before, '0.2.0', '2026-02-01')).toBe(
    '# Changelog\n\n## Unreleased\n\n## 0.2.0 - 2026-02-01\n\n### Safety\n- Holds.\n\n## 0.1.0 - 2026-01-01\n\n- First.\n',
  );
});

test('the first release has nothing below it', () => {
  expect(releaseNotes('# Changelog\n\n## Unreleased\n\n- All $& of it.\n', '0.1.0', '2026-01-01')).toBe(
    '# Changelog\n\n## Unreleased\n\n## 0.1.0 - 2026-01-01\n\n- All $& of it.\n',
  );
});

test('without anything unreleased there is no release', () => {
  expect(
    releaseNotes('# Changelog\n\n## Unreleased\n\n## 0.1.0 - 2026-01-01\n\n- First.\n', '0.2.0', 'x'),
  ).toBeUndefined();
  expect(releaseNotes('# Changelog\n', '0.2.0', 'x')).toBeUndefined();
});

test('the changelog of the project can be released', () => {
  expect(releaseNotes(readFileSync('CHANGELOG.md', 'utf8'), '9.9.9', '2026-02-01')).toContain('## 9.9.9 - 2026-02-01');
});
