import { afterAll, afterEach, expect } from 'vitest';
import { takeRefused } from './decisions.ts';

/** The product swallows what it may not read as evidence that is missing: here nothing may be missing for that reason. */
const nothingRefused = (): void => expect(takeRefused(), 'refused by a role of serverless.yml').toEqual([]);

afterEach(nothingRefused);
afterAll(nothingRefused);
