import { afterAll, afterEach, beforeAll, expect } from 'vitest';
import { inScenario, takeRefused } from './decisions.ts';

/** The product takes what it may not read for evidence that is missing: here nothing may be missing for that reason. */
const nothingRefused = (): void => expect(takeRefused(), 'refused by a role of serverless.yml').toEqual([]);

beforeAll(() => inScenario(/test.scenario/.test(expect.getState().testPath ?? '')));
afterEach(nothingRefused);
afterAll(nothingRefused);
