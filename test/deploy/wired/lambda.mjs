import { syncBuiltinESMExports } from 'node:module';
import timers from 'node:timers/promises';

/**
 * What Lambda's own runtime does around a function, and a clock that its caller holds: the code of the function asks the
 * system for the time and waits by it, as it does in Lambda, and here that is the time of a virtual world. Plain
 * JavaScript, so that nothing but the function brings code along.
 */
let now = Date.now();
globalThis.Date = class extends Date {
  constructor(...given) {
    if (given.length === 0) super(now);
    else super(...given);
  }

  static now() {
    return now;
  }
};

/** Whoever waits is told by the caller how late it has become. */
let woken = () => undefined;
timers.setTimeout = (duration) =>
  new Promise((resolve) => {
    woken = resolve;
    process.send({ sleep: duration });
  });
syncBuiltinESMExports();

const [, file, name] = /^(.*)\.([^./]+)$/.exec(process.env._HANDLER);
const started = import(`${process.env.LAMBDA_TASK_ROOT}/${file}.mjs`);

process.on('message', async ({ at, invocation }) => {
  now = at;
  if (invocation === undefined) woken();
  else process.send(await run(invocation));
});

async function run({ event, context }) {
  try {
    const handler = (await started)[name];
    return { value: await handler(event, { ...context, getRemainingTimeInMillis: () => 60_000 }) };
  } catch (error) {
    return { error: { name: error?.name, message: error?.message, stack: error?.stack } };
  }
}
