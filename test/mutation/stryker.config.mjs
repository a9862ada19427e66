/** @type {import('@stryker-mutator/api/core').PartialStrykerOptions} */
export default {
  mutate: ['shared/{rules,model}/**/*.ts'],
  testRunner: 'vitest',
  vitest: { configFile: 'test/mutation/vitest.config.ts', related: false },
  plugins: ['@stryker-mutator/vitest-runner', './test/mutation/prose.mjs'],
  ignorers: ['prose'],
  coverageAnalysis: 'perTest',
  concurrency: Number(process.env.MUTATE_CONCURRENCY ?? 2),
  thresholds: { high: 98, low: 95, break: 95 },
  incremental: true,
  incrementalFile: 'out/mutation/incremental.json',
  tempDirName: 'out/mutation/sandbox',
  reporters: ['clear-text', 'json', 'html', 'progress-append-only'],
  jsonReporter: { fileName: 'out/mutation/report.json' },
  htmlReporter: { fileName: 'out/mutation/report.html' },
  clearTextReporter: { allowColor: false, allowEmojis: false, reportTests: false },
  // TypeScript 7 has no API to read its configuration with, and nothing here needs it.
  tsconfigFile: 'none',
  ignorePatterns: ['/bench', '/console', '/out', '/dist', '/.local', '/.serverless', '/docs', '*.log'],
};
