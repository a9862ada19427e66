import { defineConfig } from 'vitest/config';

/** The tests that judge `shared/rules` and `shared/model`: pure and quick, a few hundred worlds instead of 2,000. */
export default defineConfig({
  test: {
    include: [
      'test/{golden,model,policy,rules}/**/*.test.ts',
      'test/properties/{decide,invariants}.test.ts',
      'test/events/{emitted,lifecycle}.test.ts',
    ],
    exclude: ['test/policy/{docs,fuzz,types}.test.ts'],
    isolate: false,
    provide: { worlds: 100 },
  },
});
