import { describe, expect, it } from 'vitest';
import { checkDirections } from './layers.ts';
import { checkEnvironment, checkPurity } from './purity.ts';
import { checkReach } from './reach.ts';
import { checkPaging, checkSyntax, checkTypes, type Exports } from './reading.ts';
import { checkSilence } from './silence.ts';
import { checkSizes, fileLines, functionLines, type Spread, spread } from './sizes.ts';
import { type Finding, projectFiles, projectSources, readText, type Source } from './source.ts';
import { checkWords } from './words.ts';

const sources = projectSources();
const texts = projectFiles().filter((path) => /\.(?:ts|mjs|md|yml)$/.test(path) && !path.startsWith('test/tidy/'));
const everywhere = (check: (file: Source) => Finding[]): Finding[] => sources.flatMap(check);

async function sdkExports(): Promise<Exports> {
  const used = new Set(sources.flatMap((file) => file.imports.map(({ from }) => from)));
  const packages = [...used].filter((name) => /^@aws-sdk\/(?:client|lib)-/.test(name));
  const loaded = await Promise.all(packages.map(async (name) => [name, Object.keys(await import(name))] as const));
  return Object.fromEntries(loaded);
}

describe('the project', () => {
  it('is written in a syntax that types can be stripped from', () => expect(everywhere(checkSyntax)).toEqual([]));
  it('imports in one direction: nouns <- rules <- engine <- edges', () =>
    expect(everywhere(checkDirections)).toEqual([]));
  it('has short files and short functions', () => expect(everywhere(checkSizes)).toEqual([]));
  it('keeps types strict', () => expect(everywhere(checkTypes)).toEqual([]));
  it('keeps clock, randomness and environment out of its core', () => expect(everywhere(checkPurity)).toEqual([]));
  it('reads the environment in one place', () => expect(everywhere(checkEnvironment)).toEqual([]));
  it('never takes an error for an empty answer', () => expect(everywhere(checkSilence)).toEqual([]));
  it('reads every page', async () => {
    const exports = await sdkExports();
    expect(everywhere((file) => checkPaging(file, exports))).toEqual([]);
  });
  it('has no file that nothing uses', () => expect(checkReach(sources)).toEqual([]));
  it('leaves no work behind in comments', () =>
    expect(texts.flatMap((path) => checkWords(path, readText(path)))).toEqual([]));
});

const shown = (what: string, { count, median, max }: Spread): string =>
  `${count} ${what}: median ${median}, longest ${max} lines`;
const code = sources.filter(({ path }) => !path.startsWith('test/'));
console.log(
  `${shown('files', spread(code.map(fileLines)))}; ${shown('functions', spread(code.flatMap(functionLines)))}`,
);
