import { describe, expect, it } from 'vitest';
import { checkDirections } from './layers.ts';
import { checkEnvironment, checkPurity } from './purity.ts';
import { checkReach } from './reach.ts';
import { checkPaging, checkSyntax, checkTypes } from './reading.ts';
import { checkSilence } from './silence.ts';
import { checkSizes, spread } from './sizes.ts';
import { type Finding, source } from './source.ts';
import { checkWords } from './words.ts';

type Check = (file: ReturnType<typeof source>) => Finding[];
type Row = readonly [path: string, text: string];

const exports = { '@aws-sdk/client-ec2': ['paginateDescribeImages', 'DescribeImagesCommand', 'CopyImageCommand'] };
const lines = (count: number): string => Array.from({ length: count }, (_, i) => `  f(${i});`).join('\n');

/** Every check must object to each of `bad` and to none of `good`. */
const table: Readonly<Record<string, { check: Check; bad: readonly Row[]; good: readonly Row[] }>> = {
  directions: {
    check: checkDirections,
    bad: [
      ['shared/rules/a.ts', "import { x } from '../ports/store.ts';"],
      ['shared/rules/a.ts', "import type { X } from '../engine/apply.ts';"],
      ['shared/rules/a.ts', "export { x } from '../aws/images.ts';"],
      ['shared/rules/a.ts', "export * from '../aws/images.ts';"],
      ['shared/rules/a.ts', "type X = import('../aws/images.ts').X;"],
      ['shared/rules/a.ts', "import { readFileSync } from 'node:fs';"],
      ['shared/model/a.ts', "import { x } from '../rules/decide.ts';"],
      ['shared/engine/a.ts', "import { EC2Client } from '@aws-sdk/client-ec2';"],
      ['shared/engine/a.ts', "const x = await import('../aws/images.ts');"],
      ['shared/aws/a.ts', "import { decide } from '../rules/decide.ts';"],
      ['shared/aws/a.ts', "import middy from '@middy/core';"],
      ['functions/sweep/handler.ts', "import { decide } from '../../shared/rules/decide.ts';"],
      ['functions/sweep/handler.ts', "import { world } from '../../local/world.ts';"],
      ['functions/sweep/handler.ts', "import { Ledger } from '../../shared/actions/ledger.ts';"],
      ['functions/compose.ts', "import { decide } from '../shared/rules/decide.ts';"],
      ['functions/compose.ts', "import { EC2Client } from '@aws-sdk/client-ec2';"],
      ['cli/main.ts', "import { x } from '../test/help.ts';"],
      ['cli/main.ts', "import { EC2Client } from '@aws-sdk/client-ec2';"],
      ['events/a/parse.ts', "import { x } from '../../shared/ports/store.ts';"],
      ['local/ec2/images.ts', "import { EC2Client } from '@aws-sdk/client-ec2';"],
      ['local/ec2/images.ts', "import { decide } from '../../shared/rules/decide.ts';"],
      ['somewhere/a.ts', 'export const x = 1;'],
    ],
    good: [
      ['shared/rules/a.ts', "import type { X } from '../model/image.ts'; import { y } from './b.ts';"],
      ['shared/aws/a.ts', "import { EC2Client } from '@aws-sdk/client-ec2';"],
      ['local/ec2/images.ts', "import type { Image } from '@aws-sdk/client-ec2';"],
      ['local/wire/schema.ts', "const client = await import('@aws-sdk/client-ec2');"],
      ['functions/sweep/handler.ts', "import middy from '@middy/core'; import { x } from '../../shared/engine/a.ts';"],
      ['functions/compose.ts', "import { Ledger } from '../shared/actions/ledger.ts';"],
      ['test/rules/a.test.ts', "import { decide } from '../../shared/rules/decide.ts';"],
    ],
  },
  sizes: {
    check: checkSizes,
    bad: [
      ['shared/rules/a.ts', `function long() {\n${lines(49)}\n}`],
      ['scripts/a.mjs', `const long = () => {\n${lines(49)}\n};`],
      ['cli/a.ts', `${lines(201)}\n`],
    ],
    good: [
      ['shared/rules/a.ts', `function enough() {\n${lines(48)}\n}`],
      ['cli/a.ts', `${lines(200)}\n`],
      ['test/a.test.ts', `function long() {\n${lines(300)}\n}`],
    ],
  },
  types: {
    check: checkTypes,
    bad: [
      ['cli/a.ts', 'const x: any = 1;'],
      ['cli/a.ts', 'const x = y as Record<string, any>;'],
      ['cli/a.ts', 'const x = y!.z;'],
    ],
    good: [['cli/a.ts', 'const any = !x; // any']],
  },
  syntax: {
    check: checkSyntax,
    bad: [['cli/a.ts', 'const = 1;']],
    good: [['cli/a.ts', 'export const x = 1;']],
  },
  purity: {
    check: checkPurity,
    bad: [
      ['shared/rules/a.ts', 'const now = Date.now();'],
      ['shared/rules/a.ts', 'const now = (clock = Date.now) => clock();'],
      ['shared/rules/a.ts', 'const now = new Date();'],
      ['shared/rules/a.ts', 'const now = globalThis.Date.now();'],
      ['shared/model/a.ts', 'const x = Math.random();'],
      ['shared/engine/a.ts', "import { randomUUID } from 'node:crypto'; const id = randomUUID();"],
      ['shared/engine/a.ts', 'const id = crypto.randomUUID();'],
      ['shared/engine/a.ts', 'const region = process.env.AWS_REGION;'],
      ['shared/actions/a.ts', 'setTimeout(f, 10);'],
      ['local/ec2/a.ts', 'const t = performance.now();'],
      ['local/ec2/a.ts', 'const t = process.hrtime();'],
      ['shared/rules/a.ts', 'export async function decide() {}'],
    ],
    good: [
      [
        'shared/rules/a.ts',
        'const text = new Date(at).toISOString(); const ms = Date.parse(text); const d = Date.UTC(2026, 0);',
      ],
      ['shared/engine/a.ts', 'export async function observe() { return clock.now(); }'],
      ['shared/aws/clock.ts', 'export const now = () => Date.now();'],
    ],
  },
  environment: {
    check: checkEnvironment,
    bad: [
      ['functions/sweep/handler.ts', 'const t = process.env.STEWARD_TABLE;'],
      ['shared/aws/a.ts', 'const { AWS_REGION } = process.env;'],
    ],
    good: [
      ['functions/compose.ts', 'const t = process.env.STEWARD_TABLE;'],
      ['cli/a.ts', 'const t = process.env.NO_COLOR;'],
    ],
  },
  silence: {
    check: checkSilence,
    bad: [
      ['cli/a.ts', 'try { f(); } catch {}'],
      ['local/a.ts', 'try { f(); } catch {}'],
      ['cli/a.ts', 'try { f(); } catch (error) { /* never mind */ }'],
      ['cli/a.ts', 'async function g() { try { return await f(); } catch { return []; } }'],
      ['cli/a.ts', 'function g() { try { return f(); } catch (e) { log(e); return undefined; } }'],
      ['cli/a.ts', 'function g() { try { return f(); } catch (e) { log(e); return; } }'],
      ['cli/a.ts', 'function g() { try { return f(); } catch (e) { if (bad(e)) return new Map(); return 1; } }'],
      ['cli/a.ts', 'const x = f().catch(() => []);'],
      ['cli/a.ts', 'const x = f().catch(() => undefined);'],
      ['cli/a.ts', 'const x = f().catch(() => {});'],
      ['cli/a.ts', 'const x = f().catch(() => ({}));'],
      ['cli/a.ts', 'const x = f().catch(() => [] as string[]);'],
      ['cli/a.ts', 'function g() { try { f(); } catch (e) { h(() => { throw e; }); return null; } }'],
    ],
    good: [
      ['cli/a.ts', 'function g() { try { return f(); } catch (e) { if (isGone(e)) return undefined; throw e; } }'],
      ['cli/a.ts', 'function g() { try { return f(); } catch (e) { return unknown(String(e)); } }'],
      ['cli/a.ts', 'const x = f().catch((error) => { throw wrap(error); });'],
      ['local/a.ts', 'function g() { try { return JSON.parse(x); } catch { return undefined; } }'],
      ['test/a.test.ts', 'try { f(); } catch {}'],
    ],
  },
  paging: {
    check: (file) => checkPaging(file, exports),
    bad: [['shared/aws/a.ts', "import { DescribeImagesCommand } from '@aws-sdk/client-ec2';"]],
    good: [['shared/aws/a.ts', "import { CopyImageCommand, paginateDescribeImages } from '@aws-sdk/client-ec2';"]],
  },
  words: {
    check: ({ path, text }) => checkWords(path, text),
    bad: [
      ['cli/a.ts', '// TODO later'],
      ['cli/a.ts', '// FIXME'],
      ['cli/a.ts', '// @ts-expect-error'],
      ['test/a.test.ts', "it.skip('x', f);"],
      ['test/a.test.ts', "describe.only('x', f);"],
    ],
    good: [['cli/a.ts', "// see HACKING.md; skip(1); 'ami-todo'"]],
  },
};

const rows = Object.entries(table).flatMap(([name, { check, bad, good }]) => [
  ...bad.map(([path, text]) => ({ name, check, path, text, verdict: 'objects to' })),
  ...good.map(([path, text]) => ({ name, check, path, text, verdict: 'has nothing against' })),
]);

describe('each check of tidiness', () => {
  it.each(rows)('$name: $verdict $path $text', ({ check, path, text, verdict }) => {
    const findings = check(source(path, text));
    expect(findings.length > 0).toBe(verdict === 'objects to');
    for (const finding of findings) expect(finding).toContain(path);
  });
});

describe('reach', () => {
  const handler = source('functions/sweep/handler.ts', "import { a } from '../../shared/engine/a.ts';");
  const a = source('shared/engine/a.ts', "export type { B } from './b.ts';");
  const b = source('shared/engine/b.ts', 'export type B = 1;');

  it('follows imports from the entries', () => expect(checkReach([handler, a, b])).toEqual([]));
  it('names a file that only another unreached file uses', () =>
    expect(checkReach([a, b])).toEqual([
      'shared/engine/a.ts is reached from nowhere',
      'shared/engine/b.ts is reached from nowhere',
    ]));
});

describe('spread', () => {
  it('gives the middle and the longest', () => expect(spread([9, 1, 5])).toEqual({ count: 3, median: 5, max: 9 }));
});
