import { type Job, perform } from './jobs.ts';

/** A process that plays what it is sent. Nobody imports it: whoever did would answer to the messages of its own parent. */

// Thousands of injected errors: nobody reads where they were made.
Error.stackTraceLimit = 2;
process.on('message', async (job: Job) => process.send?.(await perform(job)));
