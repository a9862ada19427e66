import { defineConfig } from 'vitest/config';

/** What all scenarios together have used is looked at once they have been played. */
const afterAll = 'test/roles/permissions.test.ts';

/** Seeds of the simulator come first, since they take longest. Gates play a larger batch of their own instead. */
const seeds = 'test/simulation/seeds-*.test.ts';

const common = {
  testTimeout: 120_000,
  hookTimeout: 600_000,
  // Modules are evaluated once per worker: no module of the product keeps state between tests.
  isolate: false,
};

export default defineConfig({
  test: {
    // Every core: the default leaves one idle, which on two is half of them.
    maxWorkers: '100%',
    projects: [
      {
        test: {
          ...common,
          name: 'seeds',
          include: [seeds],
          setupFiles: ['test/roles/setup.ts'],
          sequence: { groupOrder: 0 },
        },
      },
      {
        test: {
          ...common,
          name: 'tests',
          include: ['test/**/*.test.ts'],
          exclude: ['test/tidy/**', 'test/deploy/**', seeds, afterAll],
          setupFiles: ['test/roles/setup.ts'],
          globalSetup: ['test/roles/collect.ts'],
          sequence: { groupOrder: 0 },
        },
      },
      { test: { ...common, name: 'permissions', include: [afterAll], sequence: { groupOrder: 1 } } },
    ],
  },
});
