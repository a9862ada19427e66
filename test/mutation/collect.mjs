import { format } from 'node:util';

/** What stands in for `vitest` in the tests: it collects them, so that they can be run again and again in one process. */
export { expect } from 'vitest';

let names = [];
let collected = [];

/** The tests that loading the file brings. */
export async function collect(load) {
  names = [];
  collected = [];
  await load();
  return collected;
}

const each = (add) => (rows) => (name, body) => {
  for (const [index, row] of rows.entries()) {
    const values = [row].flat(1);
    add(`${format(name, ...values.filter((value) => typeof value !== 'object'))} #${index}`, () => body(...values));
  }
};

export function describe(name, body) {
  names.push(name);
  body();
  names.pop();
}
describe.each = each(describe);

let ends = [];
export const onTestFinished = (end) => ends.push(end);

async function toTheEnd(body) {
  ends = [];
  try {
    await body();
  } finally {
    for (const end of ends.reverse()) await end();
  }
}

export function test(name, body) {
  collected.push({ name: [...names, name].join(' > '), body: () => toTheEnd(body) });
}
test.each = each(test);

export const it = test;
