import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    exclude: ['test/tidy/**', 'test/deploy/**'],
    setupFiles: ['test/roles/setup.ts'],
    globalSetup: ['test/roles/collect.ts'],
    testTimeout: 120_000,
    hookTimeout: 600_000,
    // Modules are evaluated once per worker: no module of the product keeps state between tests.
    isolate: false,
    // Every core: the default leaves one idle, which on two is half of them.
    maxWorkers: '100%',
  },
});
