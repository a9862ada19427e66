import * as z from 'zod';
import { noticeWords } from './notice.ts';
import { setOf, textLike } from './policy-values.ts';

const topic = textLike(
  /^arn:aws[a-z-]*:sns:[a-z0-9-]+:\d{12}:[A-Za-z0-9_-]{1,256}$/,
  'the ARN of a topic such as arn:aws:sns:us-east-1:111122223333:ami-news',
);

/** That one of the two topics is there is checked by `notify/no-topic`, with the place of the entry. */
export const notifySchema = z
  .array(
    z.strictObject({
      on: setOf(z.enum(noticeWords)).describe('What is told.'),
      sns: topic.exactOptional().describe('Topic that gets plain text, for mail.'),
      chat: topic.exactOptional().describe('Topic that gets the form of Amazon Q Developer, for Slack and Teams.'),
    }),
  )
  .describe('Who is told: one message per run and topic.');
