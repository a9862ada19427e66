import { relative } from 'node:path';
import { afterAll, afterEach, beforeAll, expect } from 'vitest';
import { inScenario, notePlayed, takeRefused } from './decisions.ts';

/** The product takes what it may not read for evidence that is missing: here nothing may be missing for that reason. */
const nothingRefused = (): void => expect(takeRefused(), 'refused by a role of serverless.yml').toEqual([]);

const path = (): string => relative(process.cwd(), expect.getState().testPath ?? '').replaceAll('\\', '/');

beforeAll(() => inScenario(path().startsWith('test/scenario/')));
afterEach(nothingRefused);
afterAll(() => {
  nothingRefused();
  notePlayed(path());
});
