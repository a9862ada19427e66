import { appendFileSync, readFileSync } from 'node:fs';
import { setTimeout as wait } from 'node:timers/promises';
import { lockForWriting } from '../../../local/storage.ts';
import { EmbeddedAws } from '../../../local/world.ts';

/** A process of its own that holds the state file for a moment: `holder.ts FILE LOG NAME hold|die|count`. */
const [file = '', log = '', name = '', what = ''] = process.argv.slice(2);
const note = (word: string): void => appendFileSync(log, `${word} ${name}\n`);

const lock = lockForWriting(file, { waitMs: 20_000 });
note('got');
const aws = EmbeddedAws.open({ file, start: 0 });
const counter = aws.state.table<number>('test-counter');
const before = counter.get('n') ?? 0;
if (what === 'die') {
  counter.set('n', 1000);
  process.kill(process.pid, 'SIGKILL');
}
await wait(what === 'hold' ? 300 : 5);
counter.set('n', before + 1);
aws.save();
aws.close();
note('left');
lock.release();
if (readFileSync(log, 'utf8') === '') process.exitCode = 1;
