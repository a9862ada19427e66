import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    exclude: ['test/tidy/**', 'test/deploy/**'],
    testTimeout: 30_000,
    // Modules are evaluated once per worker: no module of the product keeps state between tests.
    isolate: false,
  },
});
