import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

/** What `serverless package` makes, checked offline: `npx vitest run --config test/deploy/vitest.config.ts`. */
export default defineConfig({
  test: {
    root: fileURLToPath(new URL('../../', import.meta.url)),
    globalSetup: ['test/deploy/setup.ts'],
    include: ['test/deploy/**/*.test.ts'],
    testTimeout: 120_000,
    hookTimeout: 120_000,
  },
});
