import { defineConfig } from 'vitest/config';

/** The suite of `npm run check`: import directions, sizes, and what the pure core may not touch. */
export default defineConfig({ test: { include: ['test/tidy/**/*.test.ts'] } });
